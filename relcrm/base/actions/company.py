"""What changes about the company itself."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from relcrm.base import audit, company
from relcrm.base.actions import jobs
from relcrm.base.actions.judging import ask_for_everyone, ask_for_fit
from relcrm.base.audit import Actor
from relcrm.base.models import Company
from relcrm.lib.refusals import Refused

# The company's averages of these are learned with the models; the rest holds at the next scoring.
LEARNED = {
    "cost_per_contact", "cost_per_minute", "cost_per_complaint", "cost_per_message",
    "reads_demographics",
}  # fmt: skip
FIRST_YEAR = 1900
BESIDE = {"anyway_share"}  # shown beside values, never inside


@transaction.atomic
def set_as_of(day: date | None, *, by: Actor, now: datetime) -> None:
    """Look at the company as of the end of this day; None looks at it today again."""
    row = company.current()
    today = now.astimezone(row.tzinfo).date()
    if day is not None and day > today:
        raise Refused(f"{day:%-d %B %Y} has not come yet; choose a day in the past.")
    if day is not None and day.year < FIRST_YEAR:
        raise Refused(f"Nothing is on record before {FIRST_YEAR}; choose a later day.")
    if day == today:
        day = None
    if row.as_of == day:
        return
    before, row.as_of = row.as_of, day
    row.save(update_fields=["as_of"])
    audit.record(
        "company.as_of_set", row, by=by, at=now,
        before=before and before.isoformat(), after=day and day.isoformat(),
    )  # fmt: skip
    ask_for_fit(by=by, as_of=day or today)


# What upper floors have to say against a change: each takes the row and what would change.
OBJECTIONS: list[Callable[[Company, dict[str, Any]], None]] = []


@transaction.atomic
def update_company(row: Company, changes: dict[str, Any], *, by: Actor, now: datetime) -> None:
    """Take over the changed figures. A new zone dates every interaction anew, in the worker."""
    changed = {name: value for name, value in changes.items() if getattr(row, name) != value}
    if not changed:
        return
    for object_to in OBJECTIONS:
        object_to(row, changed)
    before = {name: str(getattr(row, name)) for name in changed}
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))
    after = {name: str(value) for name, value in changed.items()}
    audit.record("company.changed", row, by=by, at=now, before=before, after=after)
    if "zone" in changed:
        jobs.ask_for("redate", "Date every interaction in the new zone", by=by, once_key="redate")
    if "country" in changed and row.country:
        jobs.ask_for("respell", "Read phones in the new country", by=by, once_key="respell")
    if changed.keys() <= BESIDE:
        return
    as_of = company.viewpoint(row, now).as_of
    if "reads_demographics" in changed:  # a fit in work has perhaps read them already
        ask_for_fit(by=by, as_of=as_of, anew=f"reads {now.isoformat()}")
    elif changed.keys() & LEARNED:
        ask_for_fit(by=by, as_of=as_of)
    else:
        ask_for_everyone(by=by, as_of=as_of)
