"""Asking for everybody to be judged anew, when facts or terms changed; relationships does it."""

from datetime import date

from relcrm.base.actions import jobs
from relcrm.base.audit import Actor
from relcrm.base.models import Job


def ask_for_fit(*, by: Actor, as_of: date, only_if_due: bool = False) -> Job:
    """Put fitting in line; everyone is scored after it. `only_if_due`: the forecast of value is
    learned anew when it is time, or when what is bought strays from it."""
    return _ask(
        "fit", "Learn how your customers buy", "steps", by=by, as_of=as_of, only_if_due=only_if_due
    )


def ask_for_everyone(*, by: Actor, as_of: date) -> Job:
    """Put scoring everyone in line; while one for that day is active, no second one."""
    return _ask("score", "Judge every relationship", "customers", by=by, as_of=as_of)


def _ask(kind: str, title: str, unit: str, *, by: Actor, as_of: date, **more: bool) -> Job:
    day = as_of.isoformat()
    payload = {"as_of": day} | {name: True for name, given in more.items() if given}
    return jobs.ask_for(kind, title, by=by, unit=unit, payload=payload, once_key=f"{kind}:{day}")
