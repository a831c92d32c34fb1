"""Asking for everybody to be judged anew, when facts or terms changed; relationships does it."""

from datetime import date

from django.utils.translation import gettext as _

from relcrm.base.actions import jobs
from relcrm.base.audit import Actor
from relcrm.base.models import Job


def ask_for_fit(*, by: Actor, as_of: date, only_if_due: bool = False, anew: str = "") -> Job:
    """Put fitting in line; everyone is scored after it. `only_if_due`: the forecast of value is
    learned anew when it is time, or when what is bought strays from it. `anew`: what has just
    changed, of which an active fit may not know."""
    title = _("Learn how your customers buy")
    return _ask("fit", title, "steps", by=by, as_of=as_of, anew=anew, only_if_due=only_if_due)


def ask_for_everyone(*, by: Actor, as_of: date, anew: str = "") -> Job:
    """Put scoring everyone in line; while one for that day is active, no second one, unless
    `anew` says what has just changed, of which the active one may not know."""
    title = _("Judge every relationship")
    return _ask("score", title, "customers", by=by, as_of=as_of, anew=anew)


def _ask(
    kind: str, title: str, unit: str, *, by: Actor, as_of: date, anew: str = "", **more: bool
) -> Job:
    day = as_of.isoformat()
    payload = {"as_of": day} | {name: True for name, given in more.items() if given}
    once_key = ":".join(filter(None, (kind, day, anew)))
    return jobs.ask_for(kind, title, by=by, unit=unit, payload=payload, once_key=once_key)
