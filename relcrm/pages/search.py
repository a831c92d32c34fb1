"""Finding anything: customers, pages and things to do, for the palette and the search page."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Customer
from customers.queries.organisations import matching, organisations_visible_to
from relationships import veil
from relationships.labels import judged
from relationships.queries.overrides import marks
from relcrm.base import roles
from relcrm.base.models import User
from relcrm.lib.windows import window
from relcrm.pages.navigation import ROOMS, Room
from relcrm.pages.profile import called
from relcrm.pages.queries import customers as lists
from relcrm.pages.wanted import Wanted

SOME = 8
# What one can do, where, and what one must be allowed for it.
DEEDS = (
    (gettext_lazy("Add customer"), "customers:new", "edit_customers"),
    (gettext_lazy("Organisations"), "customers:organisations", "see_people"),
    (gettext_lazy("Segments"), "customers:segments", "see_customers"),
    (gettext_lazy("Sign-up forms"), "customers:signup_forms", "edit_signup_forms"),
    (gettext_lazy("Duplicates"), "customers:duplicates", "edit_customers"),
    (gettext_lazy("Tags"), "customers:tags", "edit_customers"),
    (gettext_lazy("Bring in purchases"), "customers:imports", "import_data"),
    (gettext_lazy("Take a complaint in"), "feedback:new_complaint", "handle_complaints"),
    (gettext_lazy("Choose whom to address"), "campaigns:targeting", "target"),
    (gettext_lazy("Jobs"), "settings:jobs", "see_jobs"),
    (gettext_lazy("Company settings"), "settings:company", "administer"),
    (gettext_lazy("Margin and costs"), "settings:costs", "administer"),
    (gettext_lazy("Team and roles"), "settings:team", "administer"),
    (gettext_lazy("API keys"), "settings:keys", "administer"),
    (gettext_lazy("Rules set aside"), "customers:waivers", "waive_rules"),
    (gettext_lazy("Audit"), "settings:audit", "see_audit"),
    (gettext_lazy("Change password"), "account_change_password", "see_customers"),
    (gettext_lazy("Sign out"), "account_logout", "see_customers"),
)


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found and where it is."""

    label: str
    href: str
    note: str = ""
    by_hand: str = ""  # until when and why a colleague has set what the relationship is


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, by what it is; `all_customers` opens the list when there may be more."""

    customers: list[Hit]
    pages: list[Hit]
    deeds: list[Hit]
    types: list[Hit]
    organisations: list[Hit] = field(default_factory=list)
    all_customers: str = ""
    about: tuple[int, ...] = ()  # the customers among them

    @property
    def sections(self) -> list[tuple[str, list[Hit]]]:
        """What was found under its headings, customers first; empty ones are left out."""
        named = [(_("Customers"), self.customers), (_("Organisations"), self.organisations),
                 (_("Pages"), self.pages),
                 (_("Types"), self.types), (_("Do"), self.deeds)]  # fmt: skip
        return [(heading, hits) for heading, hits in named if hits]

    @property
    def is_empty(self) -> bool:
        return not self.sections


def search(text: str, user: User) -> Found:
    """Everything this person may open that the words mean; pages and deeds when none are given."""
    words = text.casefold().split()
    customers = _customers(text, user) if words else []
    wanted = Wanted(q=text)
    return Found(
        about=tuple(customer.pk for customer in customers[:SOME]),
        customers=_hits(customers[:SOME], user),
        organisations=_organisations(text, user) if words else [],
        pages=[hit for hit in _rooms(user) if _means(hit.label, words)],
        deeds=[hit for hit in _deeds(user) if _means(hit.label, words)],
        types=[hit for hit in _types(user) if words and _means(hit.label, words)],
        all_customers=reverse("customers:list") + wanted.address() if len(customers) > SOME else "",
    )


def shown_fields(user: User) -> list[str]:
    """What a hit tells this person about a customer."""
    return ["name", "email", "city"] if roles.may(user, "see_people") else ["number"]


def _customers(text: str, user: User) -> list[Customer]:
    """The most valuable of those meant; one more than is shown tells that there are more."""
    return window(lists.parts(Wanted(q=text), user), size=SOME + 1).rows


def _organisations(text: str, user: User) -> list[Hit]:
    found = matching(organisations_visible_to(user), text)[:3]
    return [Hit(one.name, reverse("customers:organisation", args=(one.pk,))) for one in found]


def _hits(customers: list[Customer], user: User) -> list[Hit]:
    found = marks(
        [judged(customer) for customer in customers],
        frank=roles.may(user, "see_negative_types"), sees_people=roles.may(user, "see_people"),
    )  # fmt: skip
    return [_hit(customer, user, found.get(customer.pk, "")) for customer in customers]


def _hit(customer: Customer, user: User, by_hand: str) -> Hit:
    facts = (customer.email, customer.city) if roles.may(user, "see_people") else ()
    name = called(customer, user)
    note = " · ".join(fact for fact in facts if fact and fact != name)
    return Hit(name, reverse("customers:profile", args=(customer.pk,)), note, by_hand)


def _rooms(user: User) -> list[Hit]:
    rooms: list[tuple[Room, str]] = []
    for room in ROOMS:
        rooms += [(part, str(room.label)) for part in room.parts] or [(room, "")]
    return [
        Hit(str(room.label), reverse(room.route), within)
        for room, within in rooms
        if roles.may(user, room.capability)
    ]


def _deeds(user: User) -> list[Hit]:
    return [
        Hit(str(label), reverse(route))
        for label, route, capability in DEEDS
        if roles.may(user, capability)
    ]


def _types(user: User) -> list[Hit]:
    if not roles.may(user, "see_company"):
        return []
    frank = roles.may(user, "see_negative_types")
    return [
        Hit(spec.name, reverse("relationships:type", args=(spec.key,)), _("type of relationship"))
        for spec in veil.types(frank=frank)
    ]


def _means(label: str, words: list[str]) -> bool:
    return all(word in label.casefold() for word in words)
