"""What programs may be told of relationships: that the shown one changed, and what it is now."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from relationships import veil
from relationships.models import FittedModel, ProfileChange
from relcrm.base import happenings
from relcrm.base.happenings import News

CHANGED = "profile.changed"
MODEL = "value_model.fitted"
DRIFTED = "value_model.drifted"
EXAMPLE = {
    "customer": 17, "on": "2026-03-02", "family": "friend", "type": "R4", "old_family": "fling",
    "old_type": "F1",
}  # fmt: skip


def register_all() -> None:
    happenings.register(
        CHANGED, _("A relationship changed"), scope="customers:read", example=EXAMPLE
    )
    happenings.register(
        MODEL, _("The forecast of value was learned anew"), scope="reports:read",
        example={"version": 8, "is_live": False, "verdict": "worse", "because": "schedule"},
    )  # fmt: skip
    happenings.register(
        DRIFTED, _("What is bought strays from the forecast"), scope="reports:read",
        example={"version": 7, "expected": 812.4, "low": 590.1, "high": 1118.6, "bought": 480},
    )  # fmt: skip


def tell_model(model: FittedModel, *, at: datetime) -> int:
    """A new version, and whether it is in use or was held back."""
    told = {
        "version": model.version, "is_live": model.is_current,
        "verdict": model.verdict.get("kind"), "because": model.asked_because,
    }  # fmt: skip
    return happenings.tell([News(MODEL, None, at, told)])


def tell_drift(model: FittedModel, last: dict[str, float], *, at: datetime) -> int:
    """The last four weeks of a forecast that no longer holds."""
    told = {name: round(last[name], 1) for name in ("expected", "low", "high", "bought")}
    return happenings.tell([News(DRIFTED, None, at, {"version": model.version} | told)])


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
    new = veil.shown(row.family, row.type, frank=frank)
    old = veil.shown(row.old_family, row.old_type, frank=frank)
    return {
        "customer": row.customer_id, "on": row.on.isoformat(), "family": new[0],
        "type": new[1], "old_family": old[0], "old_type": old[1],
    }  # fmt: skip
