"""What the company records: kinds, channels and since when, read in one pass."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from math import inf
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Min, Q, Subquery, Sum

from customers.models import Customer, Interaction, Kind, OrderLine, Product
from relationships.engine.gap.answers import CATEGORY
from relationships.engine.typology.columns import AROUND_DAYS, CATEGORIES
from relationships.queries.complained import complained
from relcrm.base import company as companies
from relcrm.base.models import Company

CHANNEL_KINDS = {
    "returns": [Kind.RETURN],
    "visits": [Kind.VISIT],
    "messages": [Kind.MESSAGE_SENT],
    "support": [Kind.SUPPORT],
    "complaints": [Kind.COMPLAINT],
    "promises": [Kind.PROMISE_KEPT, Kind.PROMISE_BROKEN],
    "suggestions": [Kind.SUGGESTION],
    "advocacy": [Kind.REFERRAL, Kind.MENTION],
    "hostile": [Kind.MENTION],
    "reviews": [Kind.REVIEW],
    "contract": [Kind.SUBSCRIPTION_STARTED],
}
CONTRACTS = [Kind.SUBSCRIPTION_STARTED, Kind.SUBSCRIPTION_RENEWED]
PAID = [Kind.PURCHASE, Kind.RETURN, *CONTRACTS]
"""Events whose amounts are read."""
LINES, WISHES = "lines", "wishes"
Clause = tuple[str, tuple[str, ...]]
"""A condition on interactions `i`, begun by AND, and its parameters."""
EVERYTHING: Clause = ("", ())
BUYING = {"purchases", "returns"}
"""Who records these alone is judged by what they alone can tell: of seasons nothing is said."""


@dataclass(frozen=True)
class Sources:
    """What is recorded up to a day; `connected` maps a channel to the weeks it is recorded."""

    as_of: date
    firsts: dict[str, date]  # kind → day of its first event
    interactions: int = 0
    purchases: int = 0
    revenue: float = 0.0
    last_on: date | None = None
    # Marks that not every event of a kind carries, and where they were found.
    marks: frozenset[str] = frozenset()  # of promo, categories, novelty, profile, complaints, third
    nps_first_on: date | None = None
    categories: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)  # events of each kind
    # Read beside the events, at a price: LINES of orders of several categories, WISHES stated.
    extras: frozenset[str] = frozenset()
    # Purchases, returns and fees in another currency than the company's, without a rate: nobody
    # knows how much they are, so these purchases and returns are not read, nor what these fees are.
    unconverted: int = 0
    currency: str = ""  # the company's, where there are such

    @property
    def countable(self) -> Clause:
        """Leaves out purchases and returns that cannot be converted, and nothing else that
        happened; nothing to ask for where there is none."""
        if not self.unconverted:
            return EVERYTHING
        sums = f"i.amount IS NULL OR i.kind NOT IN ('{Kind.PURCHASE}', '{Kind.RETURN}')"
        told = "i.currency IN ('', %s) OR COALESCE(i.rate, 0) > 0"
        return f" AND ({sums} OR {told})", (self.currency,)

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(self.firsts)

    @property
    def first_on(self) -> date | None:
        return min(self.firsts.values(), default=None)

    @property
    def connected(self) -> dict[str, float]:
        found = dict.fromkeys(self.marks, inf)
        if Kind.PURCHASE in self.firsts:
            found["purchases"] = inf
        for channel, kinds in CHANNEL_KINDS.items():
            first = min((self.firsts[kind] for kind in kinds if kind in self.firsts), default=None)
            if first is not None:
                found[channel] = self._weeks(first)
        if self.nps_first_on:
            found["nps"] = self._weeks(self.nps_first_on)
        if self._has_seasons and not found.keys() <= BUYING:
            found["season"] = inf
        return found

    @property
    def _has_seasons(self) -> bool:
        """Whether orders of today have a whole year around a year ago to be compared with."""
        first = self.firsts.get(Kind.PURCHASE)
        return first is not None and (self.as_of - first).days >= AROUND_DAYS[1]

    def _weeks(self, first: date) -> float:
        return ((self.as_of - first).days + 1) / 7

    def to_json(self) -> dict[str, Any]:
        """What a later, quicker look cannot find by itself."""
        return {
            "interactions": self.interactions,
            "purchases": self.purchases,
            "revenue": self.revenue,
            "last_on": self.last_on.isoformat() if self.last_on else None,
            "marks": sorted(self.marks),
            "nps_first_on": self.nps_first_on.isoformat() if self.nps_first_on else None,
            "categories": list(self.categories),
            "counts": self.counts,
            "extras": sorted(self.extras),
            "unconverted": self.unconverted,
            "currency": self.currency,
        }

    @classmethod
    def from_json(cls, facts: dict[str, Any], *, as_of: date) -> "Sources":
        """What `to_json` kept; the first days of kinds are to be added."""
        last, nps = facts.get("last_on"), facts.get("nps_first_on")
        return cls(
            as_of=as_of,
            firsts={},
            interactions=facts.get("interactions", 0),
            purchases=facts.get("purchases", 0),
            revenue=facts.get("revenue", 0.0),
            last_on=date.fromisoformat(last) if last else None,
            marks=frozenset(facts.get("marks", ())),
            nps_first_on=date.fromisoformat(nps) if nps else None,
            categories=tuple(facts.get("categories", ())),
            counts=facts.get("counts", {}),
            extras=frozenset(facts.get("extras", ())),
            unconverted=facts.get("unconverted", 0),
            currency=facts.get("currency", ""),
        )


def sources(as_of: date) -> Sources:
    """By one GROUP BY kind over everything through `as_of`, and small look-ups beside it."""
    rows = {row["kind"]: row for row in _by_kind(as_of)}
    unconverted = sum(rows[kind]["unconverted"] for kind in PAID if kind in rows)
    bought = rows.get(Kind.PURCHASE, {})
    extras = frozenset(_extras(rows))
    return Sources(
        as_of=as_of,
        firsts={kind: row["first"] for kind, row in rows.items()},
        interactions=sum(row["n"] for row in rows.values()),
        purchases=bought.get("n", 0),
        revenue=_revenue(rows, as_of if unconverted else None),
        last_on=max((row["last"] for row in rows.values()), default=None),
        marks=frozenset(_marks(rows, as_of)) | ({"categories"} if LINES in extras else set()),
        nps_first_on=rows.get(Kind.SURVEY_ANSWER, {}).get("nps_first"),
        categories=_categories(as_of, extras)
        if bought.get("categories") or LINES in extras
        else (),
        counts={kind: row["n"] for kind, row in rows.items()},
        extras=extras,
        unconverted=unconverted,
        currency=companies.current().currency if unconverted else "",
    )


def quick_sources(as_of: date, facts: dict[str, Any]) -> Sources:
    """By one index probe per kind; counts and marks as the last full look kept them (`to_json`)."""
    return replace(Sources.from_json(facts, as_of=as_of), firsts=_firsts(as_of))


def _firsts(as_of: date) -> dict[str, date]:
    """The first day of each kind: the two-column index answers each without reading rows."""
    probe = f"(SELECT MIN(occurred_on) FROM {Interaction._meta.db_table} WHERE kind = %s)"  # noqa: S608 (our own table)
    with connection.cursor() as cursor:  # by hand: every profile page asks, and the ORM thinks long
        cursor.execute(f"SELECT {', '.join([probe] * len(Kind))}", Kind.values)
        row = cursor.fetchone()
    days = (date.fromisoformat(day) if isinstance(day, str) else day for day in row)
    found = dict(zip(Kind.values, days, strict=True))
    return {kind: day for kind, day in found.items() if day is not None and day <= as_of}


def _unconverted() -> Q:
    """Amounts in another currency than the company's, without a rate."""
    ours = Subquery(Company.objects.values("currency")[:1])
    foreign = ~Q(currency="") & ~Q(currency=ours) & Q(amount__isnull=False)
    return foreign & (Q(rate=None) | Q(rate__lte=0))


def _revenue(rows: dict[str, dict[str, Any]], but: date | None) -> float:
    """Bought less sent back; `but` what was not converted through that day, if there is any."""
    sums = {kind: rows.get(kind, {}).get("amount") or 0 for kind in (Kind.PURCHASE, Kind.RETURN)}
    if but:
        left = Interaction.objects.through(but).filter(_unconverted(), kind__in=sums).order_by()
        for kind, amount in left.values_list("kind").annotate(total=Sum("amount")):
            sums[kind] -= amount
    return float(sums[Kind.PURCHASE]) - float(sums[Kind.RETURN])


def _by_kind(as_of: date):
    return (
        Interaction.objects.through(as_of)
        .values("kind")
        .annotate(
            # First: `amount` below is a sum.
            unconverted=Count("id", filter=_unconverted()),
            n=Count("id"),
            first=Min("occurred_on"),
            last=Max("occurred_on"),
            amount=Sum("amount"),
            discounts=Count("discount"),
            categories=Count("id", filter=~Q(category="")),
            nps_first=Min("occurred_on", filter=Q(category="nps")),
            wishes=Count("id", filter=Q(category=CATEGORY)),
        )
        .order_by()
    )


def _extras(rows: dict[str, dict[str, Any]]) -> Iterator[str]:
    bought = rows.get(Kind.PURCHASE, {"n": 0, "categories": 0})
    if bought["n"] > bought["categories"] and OrderLine.objects.exclude(category="").exists():
        yield LINES
    if rows.get(Kind.SURVEY_ANSWER, {}).get("wishes"):
        yield WISHES


def _marks(rows: dict[str, dict[str, Any]], as_of: date) -> Iterator[str]:
    bought = rows.get(Kind.PURCHASE, {})
    if bought.get("discounts"):
        yield "promo"
    if bought.get("categories"):
        yield "categories"
    if bought and Product.objects.filter(launched_on__lte=as_of).exists():
        yield "novelty"
    if complained(as_of).exists():
        yield "complaints"
    if Customer.objects.exclude(Q(education="") & Q(occupation="") & Q(gender="")).exists():
        yield "profile"
    if rows.keys() & set(CONTRACTS) and _says_who_chose(as_of):
        yield "third"


def _says_who_chose(as_of: date) -> bool:
    told = Interaction.objects.through(as_of).filter(kind__in=CONTRACTS)
    return told.filter(properties__chosen_by__isnull=False).order_by().exists()


def _categories(as_of: date, extras: frozenset[str]) -> tuple[str, ...]:
    """The most bought categories, by name where equal."""
    bought = Interaction.objects.through(as_of).filter(kind=Kind.PURCHASE).order_by()
    named = bought.exclude(category="").values_list("category").annotate(n=Count("id"))
    counts = Counter(dict(named))
    if LINES in extras:
        lines = OrderLine.objects.order_by().exclude(category="").filter(
            interaction__kind=Kind.PURCHASE, interaction__category="",
            interaction__occurred_on__lte=as_of,
        )  # fmt: skip
        counts += Counter(dict(lines.values_list("category").annotate(n=Count("id"))))
    return tuple(sorted(counts, key=lambda name: (-counts[name], name))[:CATEGORIES])
