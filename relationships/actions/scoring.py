"""Judging relationships, a block of customers at a time: everyone, or those touched."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from customers.models import Customer
from relationships.actions import portfolio
from relationships.actions.forecasting import keep_forecasts
from relationships.actions.forgetting import forget, forget_who_objects
from relationships.actions.gap.keeping import Columns, gaps_of, keep_gaps
from relationships.actions.gap.picture import keep_picture
from relationships.actions.overriding import end_due
from relationships.actions.staged import FAMILIES
from relationships.actions.store import Judged, store, take_turns
from relationships.engine.typology import classify, typology
from relationships.queries.covariates import with_covariates
from relationships.queries.evidence import Shard, shard
from relationships.queries.history.reasons import Weighed, differ, reasons
from relationships.queries.history.rules import with_new_rules
from relationships.queries.judging import Standard, before, standard
from relationships.queries.marks import Marks, marks, within
from relationships.queries.worth import under_contract, worth
from relcrm.base import audit
from relcrm.base.company import viewpoint
from relcrm.base.models import Company

Show = Callable[..., None]
BLOCK = 10_000
LAST = 2**63 - 1


@dataclass(frozen=True)
class Looked:
    """What was read of some customers, and what their rows said when reading began."""

    some: Shard
    seen: Marks

    def __len__(self) -> int:
        return len(self.some)


@dataclass(frozen=True)
class Concluded:
    """What we make of some customers and of what they want, to be kept."""

    found: Weighed
    judged: Judged
    gaps: Columns


def score_everyone(
    company: Company, *, as_of: date, now: datetime, progress: Show
) -> dict[str, Any]:
    """Everyone, here and now, block by block; then the state of the whole is kept.

    Workers share that work (actions/sharing) by the clock; here `now` is the caller's, as a demo
    company and tests of other days need it.
    """
    end_due(company, as_of=as_of, now=now)
    rule, done = standard(company, as_of, afresh=True), 0
    total = _judgeable().count()
    progress(done, total=total)
    for looked in blocks(rule):
        keep(conclude(looked, rule), rule, now)
        done += len(looked)
        progress(done, total=total)
    settle(rule, now)
    return tell_scored(done, as_of, now)


def settle(rule: Standard, now: datetime) -> None:
    """When everyone was judged. Doing it twice leaves the same."""
    forget_who_objects()
    portfolio.keep(rule, now=now)
    keep_picture(rule.company, as_of=rule.as_of, now=now)


def tell_scored(customers: int, as_of: date, now: datetime) -> dict[str, Any]:
    """A line in the audit trail, and what a job keeps as its result."""
    result = {"customers": customers, "as_of": as_of.isoformat()}
    audit.record("relationships.scored", by=None, at=now, **result)
    return result


def score_these(ids: NDArray[np.int64], company: Company, *, as_of: date, now: datetime) -> int:
    """Some customers, by ascending ids; who may not be judged is forgotten. Returns how many."""
    allowed = np.array(
        _judgeable().filter(pk__in=ids.tolist()).order_by("pk").values_list("pk", flat=True),
        dtype=np.int64,
    )
    if len(allowed):
        end_due(company, as_of=as_of, now=now, among=allowed.tolist())
        rule = standard(company, as_of)
        write(look(allowed, rule), rule, now)
    if len(others := np.setdiff1d(ids, allowed)):
        with transaction.atomic():
            take_turns(others)  # who was being judged as they objected is forgotten after that
            forget(Customer.objects.unjudgeable().filter(pk__in=others.tolist()))
        # Who may be judged again by now was touched by that, and stays so.
        Customer.objects.unjudgeable().filter(pk__in=others.tolist()).update(touched_at=None)
    return len(allowed)


def write(looked: Looked, rule: Standard, now: datetime) -> None:
    """What we make of these customers, and of what they want."""
    keep(conclude(looked, rule), rule, now)
    forget_meanwhile(looked.some.evidence.customers)


def conclude(looked: Looked, rule: Standard) -> Concluded:
    """All that takes long, before the database's writer is needed."""
    found = weigh(looked.some, rule)
    judged = judge(found, rule)
    then = {"judged_then": looked.seen.judged, "touched_then": looked.seen.touched}
    judged = replace(judged, numbers=judged.numbers | then)
    return Concluded(found, judged, gaps_of(looked.some, judged, rule))


@transaction.atomic
def keep(made: Concluded, rule: Standard, now: datetime) -> int:
    """Written where nobody judged them since they were looked at. Returns how many."""
    kept = store(
        made.judged, as_of=rule.as_of, model_id=rule.model_id, started_at=now,
        today=viewpoint(rule.company, now).today,
    )  # fmt: skip
    keep_forecasts(made.found.some, made.found.scores, rule)
    keep_gaps(made.gaps, as_of=rule.as_of)
    return kept


def forget_meanwhile(ids: NDArray[np.int64]) -> None:
    """Who was erased, restricted or objected while being judged: their transaction did not see
    ours. It has ended by now, as ours waited for it."""
    gone = Customer.objects.unjudgeable().filter(within(ids), profile__isnull=False)
    if left := list(gone.values_list("pk", flat=True)):
        with transaction.atomic():
            take_turns(np.sort(left))
            forget(Customer.objects.filter(pk__in=left))


def blocks(rule: Standard, after: int = 0) -> Iterator[Looked]:
    """Everyone's evidence, block by block; the database reads one while the last is judged.

    A caller's own transaction is not seen by another connection, so there it is read in turn.
    """
    with ahead() as reader:
        coming = reader.submit(_next, rule, after)
        while (looked := coming.result()) is not None:
            coming = reader.submit(_next, rule, int(looked.some.evidence.customers[-1]))
            yield looked


@contextmanager
def ahead() -> Iterator[Executor]:
    """A thread with a connection of its own, or none where that would not see our transaction."""
    if connection.in_atomic_block:
        yield Here()
        return
    with ThreadPoolExecutor(1) as reader:
        try:
            yield reader
        finally:
            reader.submit(_close)


def _close() -> None:
    """The connection of the thread that runs this: Django keeps one for each."""
    connection.close()


class Here(Executor):
    """Does at once, in this thread, what it is given."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


def _next(rule: Standard, after: int) -> Looked | None:
    ids = ids_between(after + 1, LAST, BLOCK)
    return look(ids, rule) if len(ids) else None


def look(ids: NDArray[np.int64], rule: Standard) -> Looked:
    """Their rows first: whatever happens after that is noticed when we write."""
    seen = marks(ids)
    return Looked(read(ids, rule), seen)


def read(ids: NDArray[np.int64], rule: Standard) -> Shard:
    found = shard(
        ids, rule.found, cycle_weeks=rule.calibration.cycle_weeks,
        weights=rule.specification.weights, prices=rule.prices,
    )  # fmt: skip
    return with_covariates(under_contract(found, rule), rule)


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
    verdicts = found.verdicts
    return Judged(
        customer=found.some.evidence.customers,
        family=np.minimum(verdicts.labels.family, len(FAMILIES) - 1).astype(np.int64),
        type=verdicts.labels.type.astype(np.int64),
        next_step=verdicts.labels.group.astype(np.int64),
        posterior=verdicts.posterior.astype(np.float32),
        anchor=np.nan_to_num(found.earlier.posterior).astype(np.float32),
        numbers={
            name: np.asarray(column, dtype=np.float64)
            for name, column in (_opinions(found) | _facts(found)).items()
        },
    )


def _opinions(found: Weighed) -> dict[str, Any]:
    """How sure we are of what, and what is expected; the chance to be here of who did something."""
    scores, verdicts = found.scores, found.verdicts
    d = verdicts.dimensions
    sums = dict(zip(typology().families, verdicts.families.T, strict=True))
    placed = {"valence": d.valence, "closeness": d.closeness, "intensity": d.intensity}
    return {
        "confidence": verdicts.confidence,
        **{f"p_{family}": column for family, column in sums.items()},
        **{name: one.value for name, one in placed.items()},
        **{f"{name}_se": one.standard_error for name, one in placed.items()},
        "alive": np.where(found.some.evidence.is_blank, np.nan, scores.alive),
        "expected_orders": scores.expected_purchases,
        "value_low": scores.value_low,
        "value": scores.value,
        "value_high": scores.value_high,
        "held": verdicts.labels.held.astype(np.float64),
        "because": verdicts.spoke.argmax(axis=1),
    }


def _facts(found: Weighed) -> dict[str, Any]:
    """What lists show of the evidence, and what is filled in later."""
    some, earlier = found.some, found.earlier
    e = some.evidence
    return {
        "orders": e["orders"],
        "returns": e["returns"],
        "revenue": e["spend"] - e["refunds"],
        "anchor_held": earlier.held,
        "anchor_on": earlier.on,
        "first_order_on": e.as_of_day - some.first_bought_age,
        "last_order_on": e.as_of_day - some.last_bought_age,
        "told": e["profile_fields"],
        "turned": np.full(len(e), np.nan),
        "seen": np.full(len(e), np.nan),
        "judged_then": np.full(len(e), np.nan),
        "touched_then": np.full(len(e), np.nan),
    }


def _judgeable():
    return Customer.objects.judgeable()


def ids_between(first: int, last: int, most: int | None = None) -> NDArray[np.int64]:
    """Who may be judged, ascending, both ends included."""
    some = _judgeable().filter(pk__gte=first, pk__lte=last).order_by("pk")
    return np.array(some.values_list("pk", flat=True)[:most], dtype=np.int64)
