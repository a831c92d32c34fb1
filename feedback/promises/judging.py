"""Promises tested against what happened, a window of events at a time; safe to repeat."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from customers.actions.retention import limit
from customers.models import RetentionRule
from customers.timeline import end_of
from feedback.models import Outcome, Promise
from feedback.promises import outcomes
from feedback.promises.retention import SHELF
from feedback.promises.rules import JUDGES, Judge, Row, Verdict
from relcrm.base import audit, company
from relcrm.base.actions import jobs
from relcrm.base.audit import Actor
from relcrm.base.models import Job
from relcrm.base.runners import Progress

KIND = "promises"
AT_ONCE = 2_000  # events in one transaction
CORRECTED = ("customer_id", "is_kept", "occurred_at", "expected", "actual")


def ask_for_promises(
    *, by: Actor, promise: Promise | None = None, since: date | None = None
) -> Job:
    """Put testing in line: of one promise or of all, of everything or of what is recent."""
    payload = {"promise": promise.pk if promise else None, "since": since and since.isoformat()}
    title = f"Test the promise “{promise.name}”" if promise else "Test the promises"
    once = f"promises:{promise.pk if promise else 'all'}:{'recent' if since else 'whole'}"
    return jobs.ask_for(KIND, title, by=by, payload=payload, unit="events", once_key=once)


def run_promises(job: Job, progress: Progress) -> dict[str, int]:
    """The job; begun again it finds what is done already and only looks."""
    since = job.payload.get("since")
    found = judge_promises(
        now=job.started_at or job.created_at, progress=progress,
        only=job.payload.get("promise"), since=date.fromisoformat(since) if since else None,
    )  # fmt: skip
    return dict(found)


@dataclass(frozen=True, slots=True)
class Look:
    """When the test looks, and between which moments it counts what it finds."""

    now: datetime
    zone: ZoneInfo
    until: datetime  # now, or the end of the as-of day
    oldest: datetime | None  # what happened before is forgotten for its age

    @classmethod
    def at(cls, now: datetime) -> "Look":
        here = company.current()
        end = end_of(company.viewpoint(here, now).as_of, here.tzinfo)
        rule = RetentionRule.objects.filter(what=SHELF.key).first()
        return cls(now, here.tzinfo, min(now, end), limit(rule.months, now) if rule else None)

    def counts(self, verdict: Verdict) -> bool:
        is_old = self.oldest is not None and verdict.occurred_at < self.oldest
        return verdict.occurred_at < self.until and not is_old


def judge_promises(
    *, now: datetime, progress: Progress, only: int | None = None, since: date | None = None
) -> Counter[str]:
    """Every promise with a test, against what is recorded through the as-of day; of events
    that carry their figure only those since a day, if one is named."""
    promises = Promise.objects.exclude(test=Promise.Test.STATED).select_related("brand")
    counts: Counter[str] = Counter()
    look = Look.at(now)
    for promise in promises.filter(Q(pk=only) if only else Q()).order_by("pk"):
        counts += judge(promise, look, since=since, looked=counts["looked_at"], progress=progress)
    return counts


def judge(
    promise: Promise, look: Look, *, since: date | None, looked: int, progress: Progress
) -> Counter[str]:
    """What the test finds: new outcomes, corrected ones, and those that are none."""
    test, counts = JUDGES[promise.test], Counter[str]()
    for rows in _windows(test, test.rows(promise, look.zone), since):
        counts += _settle(promise, test, rows, look)
        counts["looked_at"] += len(rows)
        progress(looked + counts["looked_at"])
    while gone := list(_groundless(promise, test, look)[:AT_ONCE]):
        _withdraw(promise, gone, look.now)
        counts["withdrawn"] += len(gone)
    if changed := {name: n for name, n in counts.items() if n and name != "looked_at"}:
        audit.record("promise.tested", promise, by=None, at=look.now, **changed)
    return counts


def _windows(test: Judge, rows: QuerySet[Any], since: date | None) -> Iterator[list[Row]]:
    """The rows in the order of an index, so many at a time. Complaints are few: all of them."""
    at, _id = test.order
    if since and at == "occurred_on":
        rows = rows.filter(occurred_on__gte=since)
    rows, last = rows.order_by(*test.order), None
    while True:
        page = rows
        if last is not None:
            same = Q(**{at: last[at], "id__gt": last["id"]})
            page = rows.filter(**{f"{at}__gte": last[at]}).filter(
                Q(**{f"{at}__gt": last[at]}) | same
            )
        found = list(page.values(*test.columns)[:AT_ONCE])
        if found:
            yield found
        if len(found) < AT_ONCE:
            return
        last = found[-1]


@transaction.atomic
def _settle(promise: Promise, test: Judge, rows: Sequence[Row], look: Look) -> Counter[str]:
    """One window: a few statements, whatever is in it."""
    outcomes.hold(promise)
    ground = f"{test.rests_on}_id"
    known = Outcome.objects.filter(promise=promise, **{f"{ground}__in": [r["id"] for r in rows]})
    there = {getattr(each, ground): each for each in known}
    new: list[Outcome] = []
    corrected: list[Outcome] = []
    gone: list[int] = []
    for row in rows:
        verdict, outcome = test.verdict(promise, row), there.get(row["id"])
        if outcome is not None and outcome.source != Outcome.TEST:
            continue  # somebody has said how it really went
        if verdict is None or not look.counts(verdict):
            # Found from facts that are others by now; not because we look from an earlier day.
            if outcome is not None and (verdict is None or outcome.occurred_at < look.until):
                gone.append(outcome.pk)
        elif outcome is None:
            made = Outcome(promise=promise, source=Outcome.TEST)
            made.source_id = f"{test.rests_on} {row['id']}"
            new.append(_said(made, verdict, look, **{ground: row["id"]}))
        elif any(getattr(outcome, name) != getattr(verdict, name) for name in CORRECTED):
            corrected.append(_said(outcome, verdict, look))
    _write(promise, new, corrected, look.now)
    if gone:
        outcomes.withdraw(gone, look.now)
    return Counter(found=len(new), corrected=len(corrected), withdrawn=len(gone))


def _said(outcome: Outcome, verdict: Verdict, look: Look, **more: Any) -> Outcome:
    facts = {name: getattr(verdict, name) for name in CORRECTED} | more
    for name, value in facts.items():
        setattr(outcome, name, value)
    outcome.occurred_on = verdict.occurred_at.astimezone(look.zone).date()
    outcome.recorded_at = look.now
    return outcome


def _write(promise: Promise, new: list[Outcome], corrected: list[Outcome], now: datetime) -> None:
    Outcome.objects.bulk_create(new, batch_size=500)
    names = [*CORRECTED, "occurred_on", "recorded_at"]
    if corrected:
        Outcome.objects.bulk_update(
            corrected, [name.removesuffix("_id") for name in names], batch_size=200
        )
    if new or corrected:
        outcomes.tell(promise, [*new, *corrected], now)


def _groundless(promise: Promise, test: Judge, look: Look) -> QuerySet[Any]:
    """Found by the test, and what they rested on is gone or is not meant any more."""
    meant = test.rows(promise, look.zone).filter(pk=OuterRef(f"{test.rests_on}_id"))
    found = Outcome.objects.filter(promise=promise, source=Outcome.TEST)
    return found.filter(~Exists(meant)).order_by("pk").values_list("pk", flat=True)


@transaction.atomic
def _withdraw(promise: Promise, gone: list[int], now: datetime) -> None:
    outcomes.hold(promise)
    outcomes.withdraw(gone, now)
