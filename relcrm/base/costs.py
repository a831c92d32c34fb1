"""What things cost this company: read once per run, never ambient."""

from dataclasses import dataclass, field

from relcrm.base.models import Brand, Company, UnitCost

# By which interactions name their channels (a test holds this to customers.Channel).
CHANNELS = ("web", "shop", "email", "sms", "phone", "chat", "social", "letter", "other")
NOT_RECORDED = "unknown"  # of whom nobody told by which channel they came
WAYS_TO_COME = (*CHANNELS, NOT_RECORDED)


@dataclass(frozen=True, slots=True)
class Prices:
    """In the company's currency; by channel and by category what differs from the usual."""

    contact: float = 0.0
    minute: float = 0.0
    remedy: float = 0.0  # putting a complaint right
    message: float = 0.0
    channels: dict[str, float] = field(default_factory=dict)
    margins: dict[str, float] = field(default_factory=dict)  # shares of sales
    brands: dict[str, float] = field(default_factory=dict)  # the same, by the brand's number
    margin: float = 0.3  # of what is neither told nor said of a category or brand


def prices(company: Company) -> Prices:
    """One small query, and one more where brands have margins of their own."""
    own = said()
    return Prices(
        contact=float(company.cost_per_contact),
        minute=float(company.cost_per_minute),
        remedy=float(company.cost_per_complaint),
        message=float(company.cost_per_message),
        channels=own[UnitCost.Kind.MESSAGE],
        margins=own[UnitCost.Kind.MARGIN],
        brands=_by_number(own[UnitCost.Kind.BRAND]),
        margin=float(company.margin),
    )


def said() -> dict[str, dict[str, float]]:
    """All that differs, by kind and key."""
    own: dict[str, dict[str, float]] = {kind: {} for kind in UnitCost.Kind.values}
    for kind, key, amount in UnitCost.objects.values_list("kind", "key", "amount"):
        own[kind][key] = float(amount)
    return own


def winning() -> dict[str, float]:
    """What it costs to win a customer, by channel; never part of anybody's value."""
    told = UnitCost.objects.filter(kind=UnitCost.Kind.ACQUISITION)
    return {key: float(amount) for key, amount in told.values_list("key", "amount")}


def _by_number(by_slug: dict[str, float]) -> dict[str, float]:
    if not by_slug:
        return {}
    known = Brand.objects.filter(slug__in=by_slug).values_list("pk", "slug")
    return {str(number): by_slug[slug] for number, slug in known}
