"""What things cost this company: read once per run, never ambient."""

from dataclasses import dataclass, field

from relcrm.base.models import Company, UnitCost

# By which interactions name their channels (a test holds this to customers.Channel).
CHANNELS = ("web", "shop", "email", "sms", "phone", "chat", "social", "letter", "other")


@dataclass(frozen=True, slots=True)
class Prices:
    """In the company's currency; by channel and by category what differs from the usual."""

    contact: float = 0.0
    minute: float = 0.0
    remedy: float = 0.0  # putting a complaint right
    message: float = 0.0
    channels: dict[str, float] = field(default_factory=dict)
    margins: dict[str, float] = field(default_factory=dict)  # shares of sales


def prices(company: Company) -> Prices:
    """One small query."""
    own: dict[str, dict[str, float]] = {kind: {} for kind in UnitCost.Kind.values}
    for kind, key, amount in UnitCost.objects.values_list("kind", "key", "amount"):
        own[kind][key] = float(amount)
    return Prices(
        contact=float(company.cost_per_contact),
        minute=float(company.cost_per_minute),
        remedy=float(company.cost_per_complaint),
        message=float(company.cost_per_message),
        channels=own[UnitCost.Kind.MESSAGE],
        margins=own[UnitCost.Kind.MARGIN],
    )
