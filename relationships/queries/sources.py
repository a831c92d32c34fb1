"""What the company records: kinds, channels and since when, read in one pass."""

from dataclasses import dataclass, field
from datetime import date
from math import inf

from django.db.models import Count, Max, Min, Q, Sum

from customers.models import Customer, Interaction, Kind, Product
from feedback.models import Complaint
from relationships.engine.typology.columns import CATEGORIES

CHANNEL_KINDS = {
    "returns": [Kind.RETURN],
    "visits": [Kind.VISIT],
    "messages": [Kind.MESSAGE_SENT],
    "support": [Kind.SUPPORT],
    "complaints": [Kind.COMPLAINT],
    "suggestions": [Kind.SUGGESTION],
    "advocacy": [Kind.REFERRAL, Kind.MENTION],
    "hostile": [Kind.MENTION],
    "reviews": [Kind.REVIEW],
    "contract": [Kind.SUBSCRIPTION_STARTED],
}


@dataclass(frozen=True)
class Sources:
    """What is recorded up to a day; `connected` maps a channel to the weeks it is recorded."""

    as_of: date
    kinds: frozenset[str]
    interactions: int
    purchases: int
    revenue: float
    first_on: date | None
    last_on: date | None
    connected: dict[str, float] = field(default_factory=dict)
    categories: list[str] = field(default_factory=list)
    has_novelty: bool = False


def sources(as_of: date) -> Sources:
    """One GROUP BY kind over everything through `as_of`, and small look-ups beside it."""
    rows = {row["kind"]: row for row in _by_kind(as_of)}
    bought = rows.get(Kind.PURCHASE, {})
    returned = rows.get(Kind.RETURN, {})
    novelty = Product.objects.exclude(launched_on=None).exists()
    days = [row["first"] for row in rows.values()], [row["last"] for row in rows.values()]
    return Sources(
        as_of=as_of,
        kinds=frozenset(rows),
        interactions=sum(row["n"] for row in rows.values()),
        purchases=bought.get("n", 0),
        revenue=float(bought.get("amount") or 0) - float(returned.get("amount") or 0),
        first_on=min(days[0], default=None),
        last_on=max(days[1], default=None),
        connected=_connected(rows, as_of, novelty),
        categories=_categories(as_of) if bought.get("categories") else [],
        has_novelty=novelty,
    )


def _by_kind(as_of: date):
    return (
        Interaction.objects.through(as_of)
        .values("kind")
        .annotate(
            n=Count("id"),
            first=Min("occurred_on"),
            last=Max("occurred_on"),
            amount=Sum("amount"),
            discounts=Count("discount"),
            categories=Count("id", filter=~Q(category="")),
            nps=Count("id", filter=Q(category="nps")),
            nps_first=Min("occurred_on", filter=Q(category="nps")),
        )
        .order_by()
    )


def _connected(rows: dict, as_of: date, novelty: bool) -> dict[str, float]:
    found: dict[str, float] = {}
    if Kind.PURCHASE in rows:
        found["purchases"] = inf
        found |= {"promo": inf} if rows[Kind.PURCHASE]["discounts"] else {}
        found |= {"categories": inf} if rows[Kind.PURCHASE]["categories"] else {}
        found |= {"novelty": inf} if novelty else {}
    for channel, kinds in CHANNEL_KINDS.items():
        first = min((rows[kind]["first"] for kind in kinds if kind in rows), default=None)
        if first is not None:
            found[channel] = _weeks(first, as_of)
    answers = rows.get(Kind.SURVEY_ANSWER)
    if answers and answers["nps"]:
        found["nps"] = _weeks(answers["nps_first"], as_of)
    if "complaints" not in found and Complaint.objects.exists():
        found["complaints"] = inf
    if Customer.objects.exclude(Q(education="") & Q(occupation="") & Q(gender="")).exists():
        found["profile"] = inf
    return found


def _weeks(first: date, as_of: date) -> float:
    return ((as_of - first).days + 1) / 7


def _categories(as_of: date) -> list[str]:
    """The most bought categories, by name where equal."""
    return list(
        Interaction.objects.through(as_of)
        .filter(kind=Kind.PURCHASE)
        .exclude(category="")
        .values("category")
        .annotate(n=Count("id"))
        .order_by("-n", "category")
        .values_list("category", flat=True)[:CATEGORIES]
    )
