"""Promises in words: how each is tested, and what the counts say."""

import re

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.telling import LOOK
from feedback.engine.rates import Rate
from feedback.models import Promise

UNITS = {"minutes", "hours", "days", "weeks", "months", "percent", "stars"}


def figure(key: str) -> tuple[str, str]:
    """What a figure that events carry is called, and its unit: "first_reply_hours" is the first
    reply, in hours."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_\-.\s]+", " ", key).strip().lower().split()
    if len(words) > 1 and words[-1] in UNITS:
        return " ".join(words[:-1]), words[-1]
    return " ".join(words) or key, ""


def measured(promise: Promise, said: str) -> str:
    """What was promised or came, with the unit of its figure: "at most 8" → "at most 8 hours"."""
    if promise.test != Promise.Test.PROPERTY or not said:
        return said
    unit = figure(promise.property_key)[1]
    return f"{said} {unit}" if unit and said[-1].isdigit() else said


def tested(promise: Promise) -> str:
    """How we find out, with its limits."""
    if promise.test == Promise.Test.ANSWERED:
        n = promise.within_hours
        words = ngettext(
            "A complaint is answered within %d hour", "A complaint is answered within %d hours", n
        )
        return words % n
    if promise.test == Promise.Test.RESOLVED:
        n = promise.within_days
        words = ngettext(
            "A complaint is resolved within %d day", "A complaint is resolved within %d days", n
        )
        return words % n
    if promise.test == Promise.Test.PROPERTY:
        return _("“%(event)s”: %(figure)s is %(comparison)s %(expected)s") % {
            "event": LOOK[promise.kind][3], "figure": figure(promise.property_key)[0],
            "comparison": promise.get_comparison_display(),
            "expected": measured(promise, promise.expected),
        }  # fmt: skip
    return _("Somebody says how it went")


def holds(promise: Promise) -> str:
    """From when to when."""
    start = date_format(promise.active_from, "j M Y")
    if promise.active_until is None:
        return _("since %s") % start
    return _("%(start)s to %(end)s") % {
        "start": start, "end": date_format(promise.active_until, "j M Y"),
    }  # fmt: skip


def verdict(rate: Rate) -> str:
    """What the numbers say, and no more than they say."""
    if rate.n == 0:
        return _("nothing to count yet")
    if not rate.is_telling:
        return _("too few to say")
    return {
        "good": _("at its target"), "bad": _("below its target"), "": _("close to its target"),
    }[rate.tone]  # fmt: skip


def likely(rate: Rate) -> str:
    """Of how many, and where the share likely lies."""
    if rate.n == 0:
        return ""
    counted = ngettext("%(kept)d of %(n)d time", "%(kept)d of %(n)d times", rate.n)
    said = counted % {"kept": rate.kept, "n": rate.n}
    if not rate.is_telling:
        return said
    low, high = f"{100 * rate.low:.0f}", f"{100 * rate.high:.0f}"
    return _("%(said)s; likely %(low)s to %(high)s\N{NO-BREAK SPACE}%%") % {
        "said": said,
        "low": low,
        "high": high,
    }
