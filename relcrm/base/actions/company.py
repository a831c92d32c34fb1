"""What changes about the company itself."""

from datetime import date, datetime

from django.db import transaction

from relcrm.base import audit, company
from relcrm.base.audit import Actor
from relcrm.lib.refusals import Refused


@transaction.atomic
def set_as_of(day: date | None, *, by: Actor, now: datetime) -> None:
    """Look at the company as of the end of this day; None looks at it today again."""
    row = company.current()
    today = now.astimezone(row.tzinfo).date()
    if day is not None and day > today:
        raise Refused(f"{day:%-d %B %Y} has not come yet; choose a day in the past.")
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
