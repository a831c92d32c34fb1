"""What programs may be told of relationships: that the shown one changed, and what it is now."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from relationships import veil
from relationships.models import ProfileChange
from relcrm.base import happenings
from relcrm.base.happenings import News

CHANGED = "profile.changed"
EXAMPLE = {
    "customer": 17, "on": "2026-03-02", "family": "friend", "type": "R4", "old_family": "fling",
    "old_type": "F1",
}  # fmt: skip


def register_all() -> None:
    happenings.register(
        CHANGED, _("A relationship changed"), scope="customers:read", example=EXAMPLE
    )


def tell_changes(first: int, last: int, *, on: date, at: datetime) -> int:
    """The changes of customers from `first` to `last` that this scoring, begun `at`, recorded.
    Called in the transaction that records them."""
    if not happenings.listeners(CHANGED):
        return 0
    rows = ProfileChange.objects.filter(
        on=on, recorded_at=at, customer__gte=first, customer__lte=last
    )
    return happenings.tell(_news(rows.iterator(chunk_size=2_000), at))


def tell_change(row: ProfileChange, at: datetime) -> int:
    """One change by itself, in the transaction that records it."""
    return happenings.tell(_news([row], at))


def _news(rows: Iterable[ProfileChange], at: datetime) -> Iterable[News]:
    for row in rows:
        frank, told = (_told(row, frank=frank) for frank in (True, False))
        is_same = all(told[name] == told[f"old_{name}"] for name in ("family", "type"))
        if told == frank:
            yield News(CHANGED, row.customer_id, at, told)
        else:  # between two kinds that few may tell apart there is nothing for the others
            yield News(CHANGED, row.customer_id, at, None if is_same else told, frank)


def _told(row: ProfileChange, *, frank: bool) -> dict[str, object]:
    new, old = (
        (veil.key(family, frank=frank), "" if veil.is_veiled(family, frank=frank) else type_)
        for family, type_ in ((row.family, row.type), (row.old_family, row.old_type))
    )
    return {
        "customer": row.customer_id, "on": row.on.isoformat(), "family": new[0],
        "type": new[1] or None, "old_family": old[0] or None, "old_type": old[1] or None,
    }  # fmt: skip
