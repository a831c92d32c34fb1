"""Where value lies: by type, persona, cohort and source, and what would move it, added up."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from itertools import accumulate
from typing import Any

import numpy as np
from django.db.models import Count, F, Sum
from django.db.models.functions import Mod, NullIf, TruncQuarter
from numpy.typing import NDArray

from customers.models import Customer
from relationships.engine.value.cohorts import triangle
from relationships.engine.value.histories import Histories
from relationships.engine.value.parts import PARTS
from relationships.engine.value.whatif import stream
from relationships.models import Forecast, Profile
from relationships.queries.came import by_channel
from relationships.queries.evidence import day_number
from relationships.queries.judging import Standard
from relationships.queries.purchases import purchase_days

# So many customers show the shape of the stream and who came again.
SHAPED_ON = 20_000
MOST_GROUPS = 24
# What returns take is the margin of what comes back: over each one's own margin it is its sales.
MOVED = {
    **{name: F(name) for name in (*PARTS, "fees")},
    "sent_back": -F("returned") * F("sales") / NullIf(F("sales") + F("goods"), 0.0),
}


def where_value_lies(rule: Standard) -> dict[str, Any]:
    """A handful of passes over the profiles, and one over a sample of purchases."""
    one_in = max(1, Customer.objects.present().count() // SHAPED_ON)
    days = purchase_days(rule.as_of, one_in=one_in, also=rule.found.countable)
    h = days.histories(day_number(rule.as_of))
    discount = float(rule.company.discount_rate)
    moving = stream(rule.models.model, h, rule.terms, discount)
    return {
        "persona": _by("persona_id"),
        "cohort": _cohorts(),
        "source": by_channel(one_in, days, rule),
        "one_in": one_in,
        "parts": parts_by_family(),
        "fee_margin": rule.models.rates.margin(rule.terms.margin_rate),
        "stream": asdict(moving),
        "streams": _streams(rule, days.customers, h, one_in),
        "ahead": ahead(rule, moving.shares),
        "losing": Forecast.objects.losing().count(),
        "again": triangle(days, day_number(rule.as_of)).to_json(),
    }


def _streams(
    rule: Standard, customers: NDArray[np.int64], h: Histories, one_in: int
) -> dict[str, dict[str, Any]]:
    """Shown family → the stream of its own buyers: they leave at a pace of their own."""
    rows = (
        Profile.objects.annotate(part=Mod(F("customer_id"), one_in))
        .filter(part=0)
        .exclude(family="")
        .values_list("customer_id", "family")
    )
    family_of = dict(rows)
    families = np.array([family_of.get(each, "") for each in customers.tolist()])
    discount = float(rule.company.discount_rate)
    return {
        str(family): asdict(
            stream(rule.models.model, h.rows(families == family), rule.terms, discount)
        )
        for family in np.unique(families[families != ""])
    }


def ahead(rule: Standard, shares: Sequence[float]) -> dict[str, Any]:
    """Purchases of everybody to the horizon, added up, with the likely range of the whole."""
    total = float(Profile.objects.aggregate(n=Sum("expected_orders"))["n"] or 0)
    expected = [total * share for share in accumulate(shares)]
    bands = [rule.models.spread.of_count(each) for each in expected]
    return {
        "weeks_per_period": rule.terms.weeks_per_period,
        "expected": [round(each, 2) for each in expected],
        "low": [round(low, 2) for low, _ in bands],
        "high": [round(high, 2) for _, high in bands],
    }


def parts_by_family() -> dict[str, dict[str, float]]:
    """Shown family → the parts of all its values, added up; the sales of what comes back, and the
    fees of contracts before anything is taken off, by which other terms move both."""
    rows = (
        Forecast.objects.values("customer__profile__family")
        .annotate(n=Count("pk"), **{f"sum_{name}": Sum(each) for name, each in MOVED.items()})
        .order_by()
    )
    return {
        row["customer__profile__family"]: {"n": row["n"]}
        | {name: float(row[f"sum_{name}"] or 0) for name in MOVED}
        for row in rows
        if row["customer__profile__family"]
    }


def _by(field: str) -> dict[str, dict[str, float]]:
    rows = (
        Profile.objects.filter(value__isnull=False)
        .values(field)
        .annotate(n=Count("pk"), worth=Sum("value"), here=Sum("alive"))
        .order_by()
    )
    return {_key(row[field]): _numbers(row) for row in rows}


def _cohorts() -> dict[str, dict[str, float]]:
    """Quarter of the first order → who and how much; the oldest gathered into one."""
    rows = (
        Profile.objects.filter(value__isnull=False, first_order_on__isnull=False)
        .annotate(begun=TruncQuarter("first_order_on"))
        .values("begun")
        .annotate(n=Count("pk"), worth=Sum("value"), here=Sum("alive"))
        .order_by("-begun")
    )
    found: dict[str, dict[str, float]] = {}
    for place, row in enumerate(rows):
        key = row["begun"].isoformat()[:10] if place < MOST_GROUPS - 1 else "earlier"
        before = found.get(key, {"n": 0, "value": 0.0, "alive": 0.0})
        found[key] = {name: before[name] + more for name, more in _numbers(row).items()}
    return found


def _numbers(row: dict[str, Any]) -> dict[str, float]:
    return {
        "n": row["n"],
        "value": float(row["worth"] or 0),
        "alive": float(row["here"] or 0),
    }


def _key(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")
