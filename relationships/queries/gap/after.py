"""What followed a gap: its width as of some weeks ago, and what people did since."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db.models import Count
from numpy.typing import NDArray

from customers.models import Customer, Interaction, Kind
from relationships.engine.gap.proof import OUTCOMES, Followed, groups
from relationships.engine.typology import classify
from relationships.engine.typology.columns import PLACE
from relationships.models import Profile
from relationships.queries.evidence import Shard, shard
from relationships.queries.gap.measure import measure
from relationships.queries.gap.stated import stated
from relationships.queries.judging import Standard, standard
from relationships.queries.worth import worth
from relcrm.base.models import Company

WEEKS = 13
BEFORE_WEEKS = 26  # of history, or nothing could have been known then
MOST = 50_000  # people looked at; more would not change what is seen
BLOCK = 5_000
FELL = 0.1  # of the mood, from −1 to 1

Ids = NDArray[np.int64]


def what_followed(company: Company, as_of: date) -> dict[str, Any]:
    """The widths of 13 weeks ago, from nothing that was recorded since, against what happened in
    those weeks. Of everybody, those left to service too: many of them are there because of what
    happened, and without them a gap would look harmless. "short" says that we do not go back far
    enough."""
    then = as_of - timedelta(weeks=WEEKS)
    found: dict[str, Any] = {"then": then.isoformat(), "weeks": WEEKS}
    rule = standard(company, then, afresh=True)
    first = rule.found.first_on
    if first is None or then - first < timedelta(weeks=BEFORE_WEEKS):
        return found | {"state": "short", "first": first.isoformat() if first else None}
    parts = [_looked_at(some, rule, as_of) for some in _blocks(rule)]
    if not parts:
        return found | {"state": "few", "n": 0}
    return found | groups(Followed.joined(parts))


def _blocks(rule: Standard) -> Iterator[Shard]:
    """Every k-th customer, so that at most MOST are looked at."""
    everyone = np.array(
        Customer.objects.judgeable().order_by("pk").values_list("pk", flat=True), dtype=np.int64
    )
    chosen = everyone[:: max(1, -(-len(everyone) // MOST))]
    for start in range(0, len(chosen), BLOCK):
        ids = chosen[start : start + BLOCK]
        yield shard(
            ids, rule.found, cycle_weeks=rule.calibration.cycle_weeks,
            weights=rule.specification.weights,
        )  # fmt: skip


def _looked_at(some: Shard, rule: Standard, as_of: date) -> Followed:
    """What customers told of themselves has no day, so it is not known here; nor is the memory of
    the month before: each gap stands for what was seen by that day alone."""
    evidence = some.evidence
    evidence.values[:, PLACE["profile_fields"]] = np.nan
    alive = worth(some, rule).alive
    by = rule.specification
    verdicts = classify(
        evidence, rule.calibration, by.behaviour, alive=alive, types=by.types, weights=by.weights,
        learned=rule.learned,
    )  # fmt: skip
    closeness = verdicts.dimensions.closeness
    gap = measure(
        evidence,
        stated(evidence.customers, rule.as_of, with_preferences=False),
        held=verdicts.posterior,
        closeness=closeness.value,
        closeness_se=closeness.standard_error,
    ).gaps.gap
    left = _did(evidence.customers, Kind.UNSUBSCRIBED, rule.as_of, as_of)
    bought = _did(evidence.customers, Kind.PURCHASE, rule.as_of, as_of)
    mood = _moods(evidence.customers) - verdicts.dimensions.valence.value
    had_bought, here = evidence["orders"] > 0, alive >= 0.5
    listening = np.isnan(evidence["unsubscribed_age_days"])
    happened = {
        "unsubscribed": np.where(listening, left, np.nan),
        "stayed_away": np.where(had_bought & here, 1 - bought, np.nan),
        "mood_fell": np.where(np.isnan(mood), np.nan, mood <= -FELL),
        "bought_again": np.where(had_bought, bought, np.nan),
    }
    known = ~np.isnan(gap) & ~np.isnan(evidence["first_act_age_days"])
    return Followed(gap[known], {name: happened[name][known] for name in OUTCOMES}, mood[known])


def _did(ids: Ids, kind: str, after: date, until: date) -> NDArray[np.float64]:
    """1 for those of whom such an event is recorded in those weeks."""
    rows = Interaction.objects.filter(
        customer__in=ids.tolist(), kind=kind, occurred_on__gt=after, occurred_on__lte=until
    )
    doers = rows.order_by().values("customer_id").annotate(n=Count("pk"))
    return np.isin(ids, [row["customer_id"] for row in doers]).astype(np.float64)


def _moods(ids: Ids) -> NDArray[np.float64]:
    rows = dict(Profile.objects.filter(pk__in=ids.tolist()).values_list("pk", "valence"))
    moods = [rows.get(pk) for pk in ids.tolist()]
    return np.array([np.nan if mood is None else mood for mood in moods], dtype=np.float64)
