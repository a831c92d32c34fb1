"""The first screen of one customer's page: who, what relationship, what next, what worth."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.models import Customer, Modifier
from customers.queries import modifiers
from customers.timeline import Slice, end_of
from feedback import queries as feedback
from feedback.hushed import hush
from feedback.models import Complaint
from relationships import veil
from relationships.labels import Label, judged, label
from relationships.models import Persona, Profile
from relationships.queries import explanation
from relationships.queries.overrides import Standing, standing
from relationships.queries.untold import untold
from relcrm.base import roles
from relcrm.base.company import Viewpoint
from relcrm.base.models import Company, User
from relcrm.pages.buying import Buying, Worth, buying, worth
from relcrm.pages.hearing import Hearing, hearing
from relcrm.pages.meters import Meter, meters
from relcrm.pages.next_step import Step, next_step
from relcrm.pages.queries import profile as reads
from relcrm.pages.why import Why, why


@dataclass(frozen=True, slots=True)
class Page:
    """What the profile page shows at once; what is below it comes after (`relcrm.pages.below`)."""

    customer: Customer
    name: str
    initials: str
    facts: list[str]
    profile: Profile | None
    label: Label
    is_veiled: bool
    meters: list[Meter]
    why: Why | None
    step: Step | None
    complaint: Complaint | None
    worth: Worth | None
    buying: Buying
    hearing: Hearing
    set_by_hand: Standing | None
    kept: list[modifiers.Kept]

    @property
    def persona(self) -> Persona | None:
        """Their persona, which may be named after what such people buy."""
        hides_goods = any(one.hides_goods for one in self.kept)
        return self.profile.persona if self.profile and not hides_goods else None


def page(customer: Customer, user: User, company: Company, view: Viewpoint, now: datetime) -> Page:
    """A dozen queries, whatever the length of the history."""
    frank = roles.may(user, "see_negative_types")
    sees_complaints = roles.may(user, "see_complaints")
    profile = judged(customer)
    complaint, silence = feedback.standing(customer, now)
    heard = reads.heard(customer, view.as_of, company.tzinfo)
    is_veiled = profile is not None and veil.is_veiled(profile.family, frank=frank)
    told = profile if profile and not (is_veiled or profile.is_blank) else None
    kept = modifiers.kept(customer, user, view.today)
    return Page(
        customer=customer,
        **_who(customer, user, view.as_of),
        profile=profile,
        label=label(profile, frank=frank),
        is_veiled=is_veiled,
        **_explained(told, customer, user, company, view.as_of),
        step=next_step(
            customer, profile, complaint=complaint, silence=silence,
            sent_lately=heard.sent_lately, is_pressable=_is_pressable(kept),
            sees_complaints=sees_complaints, frank=frank,
        ),
        complaint=_told(complaint, kept) if sees_complaints else None,
        worth=_worth(customer, profile, kept, company),
        buying=buying(customer, profile, view.as_of),
        hearing=hearing(customer, heard),
        set_by_hand=None if is_veiled else standing(profile, frank=frank),
        kept=kept,
    )  # fmt: skip


def _told(complaint: Complaint | None, kept: list[modifiers.Kept]) -> Complaint | None:
    is_hidden = any(one.hides_goods for one in kept)
    return hush(complaint) if complaint and is_hidden else complaint


def _worth(
    customer: Customer, profile: Profile | None, kept: list[modifiers.Kept], company: Company
) -> Worth | None:
    tells_margin = not any(one.hides_goods for one in kept)
    margin = getattr(customer, "own_margin", None)
    return worth(profile, margin, company, tells_margin=tells_margin)


def _explained(
    told: Profile | None, customer: Customer, user: User, company: Company, as_of: date
) -> dict[str, Any]:
    if told is None:
        return {"meters": [], "why": None}
    frank = roles.may(user, "see_negative_types")
    hushed = untold(
        sees_complaints=roles.may(user, "see_complaints"),
        sees_promises=roles.may(user, "see_promises"),
    )
    found = explanation(customer, company, as_of, frank=frank, untold=hushed)
    return {"meters": meters(told, found), "why": why(told, found, frank=frank)}


def _who(customer: Customer, user: User, as_of: date) -> dict[str, Any]:
    sees_people = roles.may(user, "see_people")
    return {
        "name": called(customer, user),
        "initials": initials(customer) if sees_people else "#",
        "facts": facts(customer, as_of, sees_people),
    }


def _is_pressable(kept: Iterable[modifiers.Kept]) -> bool:
    return all(one.row.kind != Modifier.Kind.VULNERABLE for one in kept)


def asked(
    customer: Customer, user: User, company: Company, view: Viewpoint, others: Iterable[int] = ()
) -> Slice:
    """The newest slice of the timeline that this person may read."""
    marked = [*([customer.pk] if customer.is_marked else []), *others]
    return Slice(
        customer=customer,
        until=end_of(view.as_of, company.tzinfo),
        currency=company.currency,
        sees_people=roles.may(user, "see_people"),
        sees_negative=roles.may(user, "see_negative_types"),
        hides=modifiers.hidden(marked, user, sees_all=roles.may(user, modifiers.RIGHT)),
        sees_complaints=roles.may(user, "see_complaints"),
        sees_promises=roles.may(user, "see_promises"),
    )


def called(customer: Customer, user: User) -> str:
    """The name, or a number for those who may not see people."""
    sees_people = roles.may(user, "see_people")
    return customer.label if sees_people else _("Customer %d") % customer.pk


def initials(customer: Customer) -> str:
    words = [word for word in customer.name.split() if word[0].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "#"


def facts(customer: Customer, as_of: date, sees_people: bool) -> list[str]:
    """The line below the name; without personal data for those who may not see people."""
    found = [_age(customer, as_of), customer.city, _household(customer)] if sees_people else []
    found += [customer.region or customer.country] if not sees_people or not customer.city else []
    if sees_people:
        found += [str(interest) for interest in (customer.interests or [])[:3]]
    if customer.first_seen_on:
        found.append(_("known since %s") % f"{customer.first_seen_on:%B %Y}")
    return [*(fact for fact in found if fact), _("no. %d") % customer.pk]


def _age(customer: Customer, as_of: date) -> str:
    if born := customer.birth_on:
        return str(as_of.year - born.year - ((as_of.month, as_of.day) < (born.month, born.day)))
    if customer.birth_year:
        return _("about %d") % (as_of.year - customer.birth_year)
    return str(customer.get_age_band_display()) if customer.age_band else ""


def _household(customer: Customer) -> str:
    n = customer.household_size
    return ngettext("lives alone", "household of %(n)d", n) % {"n": n} if n else ""
