"""What comes below the first screen of one customer's page: timeline, tasks, facts, segments."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from customers import places
from customers.models import Customer, Product, Segment, Tag
from customers.modifier_forms import ModifierForm
from customers.queries import segments
from customers.queries.custom import Said, fields_for, said
from customers.queries.modifiers import Kept, kept
from customers.queries.owned import Having, having, lasting_products
from customers.queries.tags import tags, tags_of
from customers.queries.work import Desk, desk
from customers.timeline import Timeline, end_of, timeline
from customers.work_forms import desk_forms
from relationships.life_line import Life, life_of
from relcrm.base import roles
from relcrm.base.company import Viewpoint
from relcrm.base.models import Company, User
from relcrm.pages.habits import Habit, habits
from relcrm.pages.profile import asked

SALT = "relcrm.pages.below"
FOLLOWS = 10 * 60  # seconds in which what is below belongs to the look at what is above


@dataclass(frozen=True, slots=True)
class Below:
    """What the profile page shows second."""

    desk: Desk | None
    desk_forms: dict[str, Any]
    known: list[tuple[str, str]]  # label, words
    own: list[Said]
    habits: list[Habit]
    having: list[Having]
    kept: list[Kept]
    keep_form: ModifierForm
    is_hidden: bool  # what they bought, from this person
    products: list[Product]
    tags: list[Tag]
    all_tags: list[Tag]
    segments: list[Segment]
    timeline: Timeline
    life: Life | None


def below(
    customer: Customer, user: User, company: Company, view: Viewpoint, now: datetime
) -> Below:
    """Some twenty queries, whatever the length of the history."""
    sees_people = roles.may(user, "see_people")
    edits = roles.may(user, "edit_customers")
    until = end_of(view.as_of, company.tzinfo)
    slice_ = asked(customer, user, company, view)
    is_hidden = customer.pk in slice_.hides
    return Below(
        desk=desk(customer, now, hides_words=is_hidden) if sees_people else None,
        desk_forms=desk_forms(user, view.today) if sees_people else {},
        known=known(customer) if sees_people else [],
        own=said(customer.pk, fields_for(user)),
        habits=habits(customer, until, company.tzinfo, company.currency, names_goods=not is_hidden),
        having=[] if is_hidden else having(customer, view.as_of),
        kept=kept(customer, user, view.today),
        keep_form=ModifierForm(),
        is_hidden=is_hidden,
        products=lasting_products() if edits else [],
        tags=tags_of([customer.pk]).get(customer.pk, []),
        all_tags=tags() if edits else [],
        segments=segments.of_customer(customer, segments.asked(user, company, view)),
        timeline=timeline(slice_),
        life=life_of(customer, view.as_of, frank=roles.may(user, "see_negative_types")),
    )


def look(customer: Customer, user: User) -> str:
    """Proof that this person's look at this customer has just gone on record."""
    return signing.dumps([customer.pk, user.pk], salt=SALT)


def is_on_record(proof: str, customer: Customer, user: User) -> bool:
    """Whether what is asked for now belongs to a look that has its line already."""
    try:
        return bool(signing.loads(proof, salt=SALT, max_age=FOLLOWS) == [customer.pk, user.pk])
    except signing.BadSignature:
        return False


def known(customer: Customer) -> list[tuple[str, str]]:
    """Who they are, label by label, without what the heading says already."""
    country = places.countries().get(customer.country, customer.country)
    found = [
        (_("Born"), f"{customer.birth_on:%-d %B %Y}" if customer.birth_on else ""),
        (_("Gender"), customer.gender),
        (_("Education"), customer.education),
        (_("Occupation"), customer.occupation),
        (_("Country"), ", ".join(filter(None, (customer.region, country)))),
        (_("Language"), places.language_name(customer.language)),
        (_("Time zone"), customer.zone),
        (_("Interests"), ", ".join(map(str, customer.interests or []))),
    ]
    return [(label, words) for label, words in found if words]
