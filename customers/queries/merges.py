"""Who became whom, and when."""

from collections.abc import Iterable

from django.db.models import QuerySet

from customers.models import Customer, Duplicate, Merge
from relcrm.base.models import User
from relcrm.lib.rest.keyset import Order, instant, whole
from relcrm.lib.windows import Part, Window, window

ORDER = Order((("merged_at", instant), ("id", whole)), descending=True)
SIZE = 50


def survivors(numbers: Iterable[int]) -> dict[int, int]:
    """Those of these numbers whose customers were merged → the customer they are part of now."""
    merged = Merge.objects.standing().filter(merged__among=set(numbers))
    return dict(merged.values_list("merged", "survivor_id"))


def earlier_numbers(number: int) -> list[int]:
    """The customers who are part of this one now."""
    rows = Merge.objects.standing().filter(survivor_id=number).order_by("merged")
    return list(rows.values_list("merged", flat=True))


def standing_pair(one: Customer, other: Customer) -> Duplicate | None:
    """The likely pair that these two are, when they are one."""
    first, second = sorted((one.pk, other.pk))
    rows = Duplicate.objects.select_related("first", "second")
    return rows.filter(first=first, second=second).first()


def shown_merges(user: User) -> QuerySet[Merge]:
    """Merges into customers whom this person may see, without what it takes to undo them."""
    visible = Customer.objects.visible_to(user).values("pk")
    rows = Merge.objects.filter(survivor__in=visible).defer("moved", "dropped")
    return rows.select_related("survivor", "merged_by", "undone_by")


def listed_merges(user: User, *, after: str = "", before: str = "") -> Window[Merge]:
    """A page of merges, the latest first."""
    part = Part(shown_merges(user), ORDER)
    return window([part], after=after, before=before, size=SIZE)
