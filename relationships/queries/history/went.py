"""Who was one thing on a day and another on a later one: the people behind a count of moves."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from customers.models import Customer
from relationships.models import Month, Snapshot
from relationships.went import ALONE, NOBODY, Went


@dataclass(frozen=True)
class Stood:
    """Snapshots that tell how people stood on a day: the last of each since the month's close."""

    on: date
    close: date

    def rows(self) -> QuerySet[Snapshot]:
        if self.on == self.close:
            return Snapshot.objects.filter(on=self.on, is_close=True)
        mine = Snapshot.objects.filter(on__gte=self.close, on__lte=self.on)
        later = Snapshot.objects.filter(
            customer=OuterRef("customer"), on__gt=OuterRef("on"), on__lte=self.on
        )
        counts = Q(is_close=True) | Q(on__gt=self.close)
        return mine.filter(counts).exclude(Exists(later))

    def shown(self, label: str) -> QuerySet[Snapshot]:
        """Of those who showed this label; "" for any."""
        rows = self.rows()
        if label.endswith(ALONE):
            return rows.filter(family=label.removesuffix(ALONE), type="")
        if len(label) == 2:
            return rows.filter(type=label)
        return rows.filter(family=label) if label else rows


def those(rows: QuerySet[Customer], went: Went) -> QuerySet[Customer]:
    """Those of the rows who went that way; nobody where a day lies before everything known."""
    then, now = _stood(went.on), _stood(went.until)
    if now is None:
        return rows.none()
    found = rows.filter(pk__in=now.shown(went.became).values("customer"))
    if went.was == NOBODY:
        return found.exclude(pk__in=then.rows().values("customer")) if then else found
    return found.filter(pk__in=then.shown(went.was).values("customer")) if then else rows.none()


def _stood(on: date) -> Stood | None:
    closed = Month.objects.filter(on__lte=on).exclude(closed_at=None)
    close = closed.order_by("-on").values_list("on", flat=True).first()
    return Stood(on, close) if close else None
