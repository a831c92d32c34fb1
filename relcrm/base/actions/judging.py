"""Asking for everybody to be judged anew, when facts or terms changed; relationships does it."""

from datetime import date

from relcrm.base.actions import jobs
from relcrm.base.audit import Actor
from relcrm.base.models import Job


def ask_for_fit(*, by: Actor, as_of: date) -> Job:
    """Put fitting in line; everyone is scored after it."""
    return _ask("fit", "Learn how your customers buy", "steps", by=by, as_of=as_of)


def ask_for_everyone(*, by: Actor, as_of: date) -> Job:
    """Put scoring everyone in line; while one for that day is active, no second one."""
    return _ask("score", "Judge every relationship", "customers", by=by, as_of=as_of)


def _ask(kind: str, title: str, unit: str, *, by: Actor, as_of: date) -> Job:
    day = as_of.isoformat()
    return jobs.ask_for(
        kind, title, by=by, unit=unit, payload={"as_of": day}, once_key=f"{kind}:{day}"
    )
