"""The worker's doorway to judgement: fit, score whom something happened to, score everyone."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import numpy as np
from celery import shared_task
from django.utils.timezone import now as clock

from customers.models import Customer
from relationships.actions import (
    expiring,
    fitting,
    learning,
    overriding,
    personae,
    recalibrating,
    refitting,
    scoring,
    sharing,
    trying,
)
from relationships.actions.history import counting, running
from relationships.models import Edition, FittedModel, Month, Picture
from relationships.queries import pinned
from relcrm.base import company as companies
from relcrm.base.actions import parts
from relcrm.base.actions.jobs import Lease
from relcrm.base.actions.judging import ask_for_everyone, ask_for_fit
from relcrm.base.actions.parts import Claims
from relcrm.base.models import Job
from relcrm.base.runners import SHARED, Done, Outcome, Progress

TOUCHED_AT_ONCE = 2_000
WEEK = timedelta(days=7)


@shared_task(name="relationships.score_due")
def score_due() -> int:
    """Score the customers whom something happened to; return how many. Safe to run twice."""
    scored = 0
    while ids := list(_touched()):
        company, as_of, now = companies.current(), _today(), clock()
        running.tell_late(np.sort(ids), company, as_of=as_of, now=now)
        scored += scoring.score_these(np.sort(ids), company, as_of=as_of, now=now)
        if len(ids) < TOUCHED_AT_ONCE:
            break
    return scored


def _touched():
    return (
        Customer.objects.present()
        .filter(touched_at__isnull=False)
        .order_by("touched_at")
        .values_list("pk", flat=True)[:TOUCHED_AT_ONCE]
    )


@shared_task(name="relationships.score_everyone_due")
def score_everyone_due() -> None:
    """Nightly: time alone moves relationships, so everyone is scored anew.

    When a month has ended its books are closed first. Hard names of a year ago go.
    """
    now = clock()
    expiring.expire_names(companies.current(), now=now)
    if Customer.objects.exists():
        if Month.objects.exists() and running.is_due(_today()):
            running.ask_for_history(by=None, as_of=_today())
        ask_for_everyone(by=None, as_of=_today())


@shared_task(name="relationships.end_overrides_due")
def end_overrides_due() -> int:
    """Hourly: labels that colleagues set, and whose last day is over, give way to our own view."""
    return overriding.end_due(companies.current(), as_of=_today(), now=clock())


@shared_task(name="relationships.fit_due")
def fit_due() -> None:
    """Weekly: the calibration and the model of value are fitted anew when there is a reason to."""
    if Customer.objects.exists():
        ask_for_fit(by=None, as_of=_today(), only_if_due=True)


def run_score(job: Job, progress: Lease) -> Outcome:
    """The job "score": cut into shards at first, and closed when all of them were worked off."""
    if not job.parts.exists():
        return _cut(job, progress)
    if job.parts.open().exists():  # it was cancelled or failed, and goes on
        parts.share_again(progress)
        return SHARED
    company = companies.current()
    scoring.settle(pinned.pinned(job.payload["pin"], company), clock())
    shards = list(job.parts.all())
    sharing.refuse_unless_whole(shards)
    done = sum(shard.done for shard in shards)
    result = {"customers": done, "as_of": _day_of(job).isoformat(), "shards": len(shards)}
    return Done(result, partial(_close_run, job, done))


def _cut(job: Job, lease: Lease) -> Outcome:
    company, as_of = companies.current(), _day_of(job)
    overriding.end_due(company, as_of=as_of, now=clock())
    running.catch_up(company, as_of=as_of, now=clock(), by=job.created_by)
    total = Customer.objects.judgeable().count()
    payload = job.payload | {"as_of": as_of.isoformat(), "pin": pinned.pin(company, as_of)}
    parts.cut(lease, sharing.ranges(), total=total, payload=payload)
    return SHARED


def help_score(job: Job, claims: Claims, between: Callable[[], None]) -> None:
    """Any worker's share of the job "score"."""
    sharing.work(claims, job.payload["pin"], between=between, clock=clock)


def _close_run(job: Job, done: int) -> None:
    """With the end of the job, once: its line in the audit trail, and what is to be done next."""
    as_of, company = _day_of(job), companies.current()
    scoring.tell_scored(done, as_of, clock())
    # Personae are slow to change and slow to find: a look a week is enough.
    if not Picture.objects.filter(as_of__gt=as_of - WEEK, as_of__lte=as_of).exists():
        personae.ask_for_personae(by=job.created_by, as_of=as_of)
    if running.is_due(as_of):
        running.ask_for_history(by=job.created_by, as_of=as_of)
    if pinned.differs(job.payload["pin"], company):  # new terms, models or types came meanwhile
        ask_for_everyone(by=job.created_by, as_of=as_of)


def run_history(job: Job, progress: Progress) -> dict[str, object]:
    """The job "history": the past month by month; resumes behind the last finished block."""
    return running.tell_history(
        companies.current(),
        as_of=_day_of(job),
        months=job.payload.get("months", running.MONTHS),
        now=clock(),
        progress=progress,
        afresh_since=job.created_at if job.payload.get("afresh") else None,
        after=job.position or 0,
    )


def run_moves(job: Job, progress: Progress) -> dict[str, object]:
    """The job "moves": who moved between two days; starts over."""
    then, now = (date.fromisoformat(job.payload[name]) for name in ("then", "now"))
    return counting.count_moves(then, now, as_of=_day_of(job), at=clock(), progress=progress)


def run_fit(job: Job, progress: Progress) -> dict[str, object]:
    """The job "fit": the models of value and the calibration, then everyone is scored."""
    progress(0, total=1)
    found = _fit(job)
    progress(1)
    learned = learning.learn_when_due(
        companies.current(), as_of=_day_of(job), now=clock(), rng=np.random.default_rng(job.pk)
    )
    ask_for_everyone(by=job.created_by, as_of=_day_of(job))
    return found | ({"labels": learned.customers} if learned else {})


def _fit(job: Job) -> dict[str, object]:
    """What was asked for; by itself a model of value is fitted only for a reason."""
    company, rng = companies.current(), np.random.default_rng(job.pk)
    on = {"as_of": _day_of(job), "now": clock(), "rng": rng}
    why = FittedModel.Why.ASKED
    if job.payload.get("only_if_due"):
        why = refitting.reason_to_fit(company, **on)
    if why is None:
        recalibrating.recalibrate(company, **on)
        return {}
    model = fitting.fit(company, **on, why=why, by=job.created_by)
    return {"model": model.name, "version": model.version, "state": model.state}


def run_trial(job: Job, progress: Progress) -> dict[str, object]:
    """The job "trial": what an edition of the specification would change; starts over."""
    edition = Edition.objects.get(pk=job.payload["edition"])
    return trying.try_edition(
        edition, companies.current(), as_of=_day_of(job), now=clock(),
        rng=np.random.default_rng(job.pk), progress=progress,
    )  # fmt: skip


def run_personae(job: Job, progress: Progress) -> dict[str, object]:
    """The job "personae": starts over when it was interrupted, and ends the same."""
    picture = personae.picture_customers(
        as_of=_day_of(job), now=clock(), rng=np.random.default_rng(job.pk), progress=progress
    )
    return {"outcome": picture.outcome, "people": picture.people}


def _today() -> date:
    return companies.viewpoint(companies.current(), clock()).as_of


def _day_of(job: Job) -> date:
    """The day the job was asked for; resumed tomorrow it still looks at the same day."""
    day = job.payload.get("as_of")
    return date.fromisoformat(day) if day else _today()
