"""Judging relationships, a block of customers at a time: everyone, or those touched."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from customers.models import Customer
from relationships.actions import portfolio
from relationships.actions.forecasting import keep_forecasts
from relationships.actions.forgetting import forget, forget_who_objects
from relationships.actions.gap.keeping import keep_gaps
from relationships.actions.gap.picture import keep_picture
from relationships.actions.overriding import end_due
from relationships.actions.staged import FAMILIES
from relationships.actions.store import BLOCK, Judged, store, take_turns
from relationships.engine.typology import classify, typology
from relationships.queries.evidence import Shard, shard
from relationships.queries.history.reasons import Weighed, differ, reasons
from relationships.queries.history.rules import with_new_rules
from relationships.queries.judging import Standard, before, standard
from relationships.queries.worth import worth
from relcrm.base import audit
from relcrm.base.models import Company

Show = Callable[..., None]


def score_everyone(
    company: Company,
    *,
    as_of: date,
    now: datetime,
    progress: Show,
    after: int = 0,
    done: int = 0,
) -> dict[str, Any]:
    """Everyone with an id above `after`, block by block; then the state of the whole is kept."""
    end_due(as_of=as_of, now=now)
    rule = standard(company, as_of, afresh=True)
    total = _judgeable().count()
    progress(done, total=total)
    for some in blocks(rule, after):
        write(some, rule, now)
        after, done = int(some.evidence.customers[-1]), done + len(some)
        progress(done, total=total, position=after)
    forget_who_objects()
    portfolio.keep(rule, now=now)
    keep_picture(company, as_of=as_of, now=now)
    audit.record("relationships.scored", by=None, at=now, customers=done, as_of=as_of.isoformat())
    return {"customers": done, "as_of": as_of.isoformat()}


def score_these(ids: NDArray[np.int64], company: Company, *, as_of: date, now: datetime) -> int:
    """Some customers, by ascending ids; who may not be judged is forgotten. Returns how many."""
    allowed = np.array(
        _judgeable().filter(pk__in=ids.tolist()).order_by("pk").values_list("pk", flat=True),
        dtype=np.int64,
    )
    if len(allowed):
        end_due(as_of=as_of, now=now)
        rule = standard(company, as_of)
        write(read(allowed, rule), rule, now)
    if len(others := np.setdiff1d(ids, allowed)):
        with transaction.atomic():
            take_turns(others)  # who was being judged as they objected is forgotten after that
            forget(Customer.objects.filter(pk__in=others.tolist()))
        gone = Customer.objects.filter(pk__in=others.tolist(), touched_at__lte=now)
        gone.update(touched_at=None)
    return len(allowed)


@transaction.atomic
def write(some: Shard, rule: Standard, now: datetime) -> None:
    """What we make of these customers, and of what they want."""
    found = weigh(some, rule)
    judged = judge(found, rule)
    store(judged, as_of=rule.as_of, model_id=rule.model_id, started_at=now)
    keep_forecasts(some, found.scores, rule)
    keep_gaps(some, judged, as_of=rule.as_of)


def blocks(rule: Standard, after: int) -> Iterator[Shard]:
    """Everyone's evidence, block by block; the database reads one while the last is judged.

    A caller's own transaction is not seen by another connection, so there it is read in turn.
    """
    if connection.in_atomic_block:
        while (some := _next(rule, after)) is not None:
            yield some
            after = int(some.evidence.customers[-1])
        return
    with ThreadPoolExecutor(1) as reader:
        try:
            coming = reader.submit(_next, rule, after)
            while (some := coming.result()) is not None:
                coming = reader.submit(_next, rule, int(some.evidence.customers[-1]))
                yield some
        finally:
            reader.submit(_close)


def _close() -> None:
    """This thread's connection: Django keeps one for each."""
    connection.close()


def _next(rule: Standard, after: int) -> Shard | None:
    ids = _next_ids(after)
    return read(ids, rule) if len(ids) else None


def read(ids: NDArray[np.int64], rule: Standard) -> Shard:
    return shard(
        ids, rule.found, cycle_weeks=rule.calibration.cycle_weeks,
        weights=rule.specification.weights, prices=rule.prices,
    )  # fmt: skip


def judge(found: Weighed, rule: Standard) -> Judged:
    """As columns to be stored, with the reasons of labels that changed."""
    labels = found.verdicts.labels
    changed = differ(found.some.evidence.customers, labels.family, labels.type)
    told = reasons(found, rule, changed)
    told = with_new_rules(told, found.some.evidence.customers[changed].tolist())
    return replace(judged(found), reasons=told)


def weigh(some: Shard, rule: Standard) -> Weighed:
    """Evidence through the arithmetic."""
    scores = worth(some, rule)
    earlier = before(some.evidence.customers, rule.as_of)
    verdicts = classify(
        some.evidence,
        rule.calibration,
        rule.specification.behaviour,
        alive=scores.alive,
        previous=earlier.previous(rule.as_of),
        types=rule.specification.types,
        weights=rule.specification.weights,
        learned=rule.learned,
    )
    return Weighed(some, scores, earlier, verdicts)


def judged(found: Weighed) -> Judged:
    """As columns to be stored."""
    some, scores, verdicts, earlier = found.some, found.scores, found.verdicts, found.earlier
    e, d = some.evidence, verdicts.dimensions
    sums = dict(zip(typology().families, verdicts.families.T, strict=True))
    placed = {"valence": d.valence, "closeness": d.closeness, "intensity": d.intensity}
    numbers = {
        "confidence": verdicts.confidence,
        **{f"p_{family}": column for family, column in sums.items()},
        **{name: one.value for name, one in placed.items()},
        **{f"{name}_se": one.standard_error for name, one in placed.items()},
        "alive": scores.alive,
        "expected_orders": scores.expected_purchases,
        "value_low": scores.value_low,
        "value": scores.value,
        "value_high": scores.value_high,
        "orders": e["orders"],
        "returns": e["returns"],
        "revenue": e["spend"] - e["refunds"],
        "held": verdicts.labels.held.astype(np.float64),
        "anchor_held": earlier.held,
        "anchor_on": earlier.on,
        "first_order_on": e.as_of_day - some.first_bought_age,
        "last_order_on": e.as_of_day - some.last_bought_age,
        "told": e["profile_fields"],
        "turned": np.full(len(e), np.nan),
        "seen": np.full(len(e), np.nan),
        "because": verdicts.spoke.argmax(axis=1),
    }
    return Judged(
        customer=e.customers,
        family=np.minimum(verdicts.labels.family, len(FAMILIES) - 1).astype(np.int64),
        type=verdicts.labels.type.astype(np.int64),
        next_step=verdicts.labels.group.astype(np.int64),
        posterior=verdicts.posterior.astype(np.float32),
        anchor=np.nan_to_num(earlier.posterior).astype(np.float32),
        numbers={name: np.asarray(column, dtype=np.float64) for name, column in numbers.items()},
    )


def _judgeable():
    return Customer.objects.judgeable()


def _next_ids(after: int) -> NDArray[np.int64]:
    ids = _judgeable().filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)
    return np.array(ids[:BLOCK], dtype=np.int64)
