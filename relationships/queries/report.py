"""The overview in numbers, for the command line and the API."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from customers.models import Customer
from relationships.models import Family, FittedModel, Portfolio
from relationships.queries.sources import sources


@dataclass(frozen=True)
class Report:
    """Facts through the as-of day, and what the newest scoring made of them."""

    as_of: date
    customers: int
    interactions: int
    purchases: int
    revenue: float
    families: dict[str, int]  # shown label → customers
    value: dict[str, float] | None  # horizon_weeks, low, expected, high
    model: dict[str, Any] | None  # name, parameters, log_likelihood, fitted_on

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"as_of": self.as_of.isoformat()}


def report(as_of: date) -> Report:
    """Counts from the facts; families and value from the snapshot of that day, if scored."""
    found = sources(as_of)
    snapshot = Portfolio.objects.filter(as_of=as_of).first()
    model = FittedModel.objects.filter(kind=FittedModel.Kind.VALUE, is_current=True).first()
    return Report(
        as_of=as_of,
        customers=_customers(as_of),
        interactions=found.interactions,
        purchases=found.purchases,
        revenue=round(found.revenue, 2),
        families=dict.fromkeys(Family.values, 0) | _shown(snapshot),
        value=snapshot.value if snapshot else None,
        model=_model(model),
    )


def _customers(as_of: date) -> int:
    """Those we had met by that day; who has no event at all counts too."""
    return Customer.objects.present().exclude(first_seen_on__gt=as_of).count()


def _shown(snapshot: Portfolio | None) -> dict[str, int]:
    return {name: row["shown"] for name, row in snapshot.families.items()} if snapshot else {}


def _model(model: FittedModel | None) -> dict[str, Any] | None:
    if model is None:
        return None
    return {
        "name": model.name,
        "parameters": model.parameters["models"][model.name]["parameters"],
        "log_likelihood": model.log_likelihood,
        "fitted_on": model.data_through.isoformat(),
    }
