"""Whom a customer brought, and what that is worth beside their own value: never inside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Min, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Left

from customers.models import Customer, Identity, Interaction, Kind
from relationships.models import Forecast, Profile
from relationships.queries.came import channels_of
from relcrm.base.costs import NOT_RECORDED, winning
from relcrm.base.models import Company, User

MOST_BROUGHT = 200
# A referral is often written down only when the newcomer's first order is out.
WRITTEN_LATE = timedelta(days=30)
LONGEST = 254
Number = tuple[str, str]
"""A number, after the source that gave it: each source counts its own customers."""
# As the index has it.
REFERRED = Left(Cast(KT("properties__referred"), TextField()), LONGEST)


@dataclass(frozen=True, slots=True)
class Brought:
    """Customers who came by this one's word, and what they are likely worth together."""

    people: int
    value: float
    saved: float  # what winning them would have cost
    anyway: float | None  # the share that would have come without; None: nobody has said

    @property
    def worth(self) -> float | None:
        """What of it is this one's doing (Kumar, Petersen & Leone 2007): the worth of those who
        would not have come, and the cost of winning all of them."""
        return None if self.anyway is None else (1 - self.anyway) * self.value + self.saved


def brought_by(customer: Customer, company: Company, viewer: User) -> Brought:
    """Of those whom the viewer may see: the sum over one person is that person's value.

    Each is counted for whoever named them first, and for nobody when they had bought from us long
    before. Who may not be judged counts as a person and is worth nothing here.
    """
    share = None if company.anyway_share is None else float(company.anyway_share)
    named = _named_by(customer)
    taken = _taken(customer, named)
    came = _people({number: on for number, on in named.items() if number not in taken})
    came.pop(customer.pk, None)
    seen = set(Customer.objects.visible_to(viewer).filter(pk__in=came).values_list("pk", flat=True))
    firsts = dict(Profile.objects.filter(pk__in=seen).values_list("pk", "first_order_on"))
    ours = {
        pk for pk in seen if (first := firsts.get(pk)) and first < came[pk] - WRITTEN_LATE
    }  # fmt: skip
    people = seen - ours
    judged = Customer.objects.judgeable().filter(pk__in=people).values("pk")
    worth = Forecast.objects.filter(pk__in=judged).values_list("value", flat=True)
    return Brought(len(people), float(sum(worth)), _saved(people), share)


def _named_by(customer: Customer) -> dict[Number, date]:
    """Number → the day on which this one named it first."""
    told = customer.interactions.filter(kind=Kind.REFERRAL).order_by("-pk")
    found: dict[Number, date] = {}
    for source, one, on in told.values_list("source", "properties", "occurred_on")[:MOST_BROUGHT]:
        if isinstance(one, dict) and one.get("referred"):
            number = (source, str(one["referred"])[:LONGEST])
            found[number] = min(on, found.get(number, on))
    return found


def _taken(customer: Customer, named: Mapping[Number, date]) -> set[Number]:
    """Numbers that somebody else named before, or on the same day with a smaller number."""
    others = Interaction.objects.filter(kind=Kind.REFERRAL).exclude(customer=customer)
    if not named:
        return set()
    numbers = {number for _source, number in named}
    rows = others.annotate(named=REFERRED).filter(named__in=numbers).order_by()
    earliest = rows.values_list("source", "named", "occurred_on").annotate(by=Min("customer_id"))
    return {
        (source, number)
        for source, number, on, by in earliest
        if (source, number) in named and (on, by) < (named[source, number], customer.pk)
    }


def _people(numbers: Mapping[Number, date]) -> dict[int, date]:
    """Whom they mean in the source that named them, with the day; the same number elsewhere is
    somebody else's."""
    if not numbers:
        return {}
    values = {value for _source, value in numbers}
    known = Identity.objects.filter(kind=Identity.Kind.EXTERNAL, value__in=values)
    found: dict[int, date] = {}
    for source, value, person in known.values_list("source", "value", "customer_id"):
        if on := numbers.get((source, value)):
            found[person] = min(on, found.get(person, on))
    return found


def _saved(people: set[int]) -> float:
    costs = winning() if people else {}
    if not costs:
        return 0.0
    ways = channels_of(people)
    return sum(costs.get(ways.get(each) or NOT_RECORDED, 0.0) for each in people)
