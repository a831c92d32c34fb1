"""Likely pairs are found by the worker, and decided by people: one person, not, or later."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.utils.timezone import now as clock
from django.utils.translation import gettext as _

from customers.engine.duplicates import Found, compare_all
from customers.models import Duplicate
from customers.queries.duplicates import everybody
from relcrm.base import audit
from relcrm.base.actions import jobs
from relcrm.base.audit import Actor
from relcrm.base.models import Job, User
from relcrm.base.runners import Progress
from relcrm.lib import bulk
from relcrm.lib.refusals import Refused

MOST = 50_000  # pairs kept; nobody decides about more
LONGEST_DELAY = timedelta(days=366)
STEPS = 3  # read, compared, kept

# A pair that somebody decided about keeps its decision. `staged_pair` is ours alone.
KEEP = """INSERT INTO customers_duplicate AS d
(first_id, second_id, score, is_sure, reasons, state, found_at)
SELECT s.first_id, s.second_id, s.score, s.is_sure, s.reasons, 'open', s.found_at
FROM staged_pair s
WHERE EXISTS (SELECT 1 FROM customers_customer c WHERE c.id = s.first_id)
AND EXISTS (SELECT 1 FROM customers_customer c WHERE c.id = s.second_id)
ON CONFLICT (first_id, second_id) DO UPDATE
SET score = excluded.score, is_sure = excluded.is_sure, reasons = excluded.reasons"""
FORGET = """DELETE FROM customers_duplicate WHERE state = 'open' AND NOT EXISTS
(SELECT 1 FROM staged_pair s WHERE s.first_id = customers_duplicate.first_id
AND s.second_id = customers_duplicate.second_id)"""


def ask_for_duplicates(*, by: Actor) -> Job:
    """Put a search through everybody in line; while one is active, no second one."""
    return jobs.ask_for(
        "duplicates", _("Look for duplicates"), by=by, unit="pairs compared",
        once_key="duplicates",
    )  # fmt: skip


def run_duplicates(job: Job, progress: Progress) -> dict[str, int]:
    """The job "duplicates": starts over when it was interrupted, and ends the same."""
    return find_duplicates(now=clock(), progress=progress)


def find_duplicates(*, now: datetime, progress: Progress) -> dict[str, int]:
    """Compare everybody, keep likely pairs, forget open ones that are not likely any more."""
    ids, people = everybody()
    progress(0)
    found = compare_all(people, progress=lambda done, total: progress(done, total=total))
    _keep(ids, found, now)
    kept = min(len(found.score), MOST)
    counts = {"customers": people.count, "compared": found.compared, "found": kept,
              "sure": int(found.is_sure[:kept].sum())}  # fmt: skip
    progress(found.compared, total=found.compared)
    audit.record("duplicates.found", by=None, at=now, **counts)
    return counts


@transaction.atomic
def _keep(ids: np.ndarray, found: Found, now: datetime) -> None:
    columns: dict[str, bulk.Column] = {
        "first_id": ids[found.left[:MOST]].tolist(),
        "second_id": ids[found.right[:MOST]].tolist(),
        "score": found.score[:MOST].tolist(),
        "is_sure": found.is_sure[:MOST].tolist(),
        "reasons": found.reasons[:MOST],
        "found_at": now,
    }
    bulk.stage(connection, "staged_pair", "customers_duplicate", columns, len(columns["first_id"]))
    with connection.cursor() as cursor:
        cursor.execute(KEEP)
        cursor.execute(FORGET)
        cursor.execute("DROP TABLE staged_pair")


def dismiss(pair: Duplicate, *, by: Actor, now: datetime) -> None:
    """They are two people; the pair is not shown again."""
    _decide(pair, Duplicate.State.DISMISSED, by, now)


def postpone(pair: Duplicate, *, until: datetime, by: Actor, now: datetime) -> None:
    """Ask again later."""
    if not now < until <= now + LONGEST_DELAY:
        raise Refused(_("Choose a time between now and a year from now."))
    _decide(pair, Duplicate.State.POSTPONED, by, now, until)


def reopen(pair: Duplicate, *, by: Actor, now: datetime) -> None:
    """A decision is taken back."""
    _decide(pair, Duplicate.State.OPEN, by, now)


@transaction.atomic
def _decide(
    pair: Duplicate, state: str, by: Actor, now: datetime, until: datetime | None = None
) -> None:
    found = Duplicate.objects.select_for_update().filter(pk=pair.pk).first()
    if found is None:
        raise Refused(_("Somebody was quicker: these two are one customer already."))
    if found.state == state and found.postponed_until == until:
        return
    pair.state, pair.postponed_until, pair.decided_at = state, until, now
    pair.decided_by = by if isinstance(by, User) else None
    pair.save(update_fields=["state", "postponed_until", "decided_at", "decided_by"])
    detail: dict[str, Any] = {"first": pair.first_id, "second": pair.second_id}
    audit.record(f"duplicate.{state}", pair, by=by, at=now, **detail)
