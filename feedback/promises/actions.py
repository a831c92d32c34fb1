"""What happens to a promise: made, changed, given to somebody, retired."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from feedback.models import Promise
from feedback.promises.judging import ask_for_promises
from feedback.promises.rules import number
from relcrm.base import audit, company
from relcrm.base.audit import Actor
from relcrm.lib.refusals import Refused

Test = Promise.Test
# What the test is; once it has been counted by, it stays as it is.
TESTED_BY = (
    "test", "within_hours", "within_days", "kind", "property_key", "comparison", "expected",
)  # fmt: skip
EDITABLE = (
    "name", "words", "told_where", "brand", "owner", "target_percent", "active_from",
    "active_until", *TESTED_BY,
)  # fmt: skip
NEEDS = {
    Test.STATED: (),
    Test.ANSWERED: ("within_hours",),
    Test.RESOLVED: ("within_days",),
    Test.PROPERTY: ("kind", "property_key", "comparison", "expected"),
}
EMPTY: dict[str, Any] = {
    "within_hours": None, "within_days": None, "kind": "", "property_key": "", "comparison": "",
    "expected": "",
}  # fmt: skip


@transaction.atomic
def make_promise(*, by: Actor, now: datetime, **facts: Any) -> Promise:
    """A new promise; with a test it is tested at once, as far back as it holds."""
    facts.setdefault("active_from", _today(now))
    promise = Promise(created_at=now, **_only(facts))
    _check(promise)
    promise.key = _free_key(promise.name)
    promise.save()
    audit.record("promise.made", promise, by=by, at=now, test=promise.test)
    if promise.is_tested:
        ask_for_promises(by=by, promise=promise)
    return promise


@transaction.atomic
def change_promise(promise: Promise, *, by: Actor, now: datetime, **facts: Any) -> None:
    """What is told and who answers for it can change; the test only while nothing was counted."""
    promise.refresh_from_db(from_queryset=Promise.objects.select_for_update())
    if promise.retired_at:
        raise Refused(_("This promise is retired. Make a new one with its words."))
    changed = {
        name: value for name, value in _only(facts).items() if getattr(promise, name) != value
    }
    if not changed:
        return
    for name, value in changed.items():
        setattr(promise, name, value)
    _check(promise)
    if changed.keys() & {*TESTED_BY, "brand"} and promise.outcomes.exists():
        raise Refused(
            _("It has been counted by this test already. Retire this promise and make a new one, "
              "so that what was kept and broken stays true.")
        )  # fmt: skip
    promise.save()
    audit.record("promise.changed", promise, by=by, at=now, fields=sorted(changed))
    if promise.is_tested and changed.keys() & {*TESTED_BY, "brand", "active_from", "active_until"}:
        ask_for_promises(by=by, promise=promise)


@transaction.atomic
def retire_promise(promise: Promise, *, by: Actor, now: datetime) -> None:
    """It is not made any more from tomorrow on; what was kept and broken stays."""
    promise.refresh_from_db(from_queryset=Promise.objects.select_for_update())
    if promise.retired_at:
        raise Refused(_("This promise is retired already."))
    last = max(promise.active_from, _today(now))
    promise.active_until = min(promise.active_until or last, last)
    promise.retired_at = now
    promise.save(update_fields=["active_until", "retired_at"])
    audit.record("promise.retired", promise, by=by, at=now)


def _only(facts: dict[str, Any]) -> dict[str, Any]:
    if unknown := facts.keys() - set(EDITABLE):
        raise LookupError(f"a promise has no {', '.join(sorted(unknown))}")
    return facts


def _check(promise: Promise) -> None:
    """Every no in words; what another test would need is emptied."""
    promise.name, promise.words = promise.name.strip(), promise.words.strip()
    if not promise.name:
        raise Refused(_("Give the promise a name."))
    if not promise.words:
        raise Refused(_("Write down what customers are told."))
    if promise.active_until and promise.active_until < promise.active_from:
        raise Refused(_("It cannot end before it begins."))
    if not 1 <= promise.target_percent <= 100:
        raise Refused(_("The target is a share between 1 and 100 per cent."))
    if promise.test not in Test.values:
        raise Refused(_("Choose how we find out whether it was kept."))
    needed = NEEDS[Test(promise.test)]
    for name, nothing in EMPTY.items():
        if name not in needed:
            setattr(promise, name, nothing)
    if any(getattr(promise, name) in (None, "", 0) for name in needed):
        raise Refused(_("This test needs more: %s.") % ", ".join(
            name.replace("_", " ") for name in needed))  # fmt: skip
    _check_limits(promise)


def _check_limits(promise: Promise) -> None:
    if (promise.within_hours or 1) > Promise.LONGEST_HOURS:
        raise Refused(_("At most %d hours; promise in days instead.") % Promise.LONGEST_HOURS)
    if (promise.within_days or 1) > Promise.LONGEST_DAYS:
        raise Refused(_("At most %d days.") % Promise.LONGEST_DAYS)
    by_size = promise.comparison in (Promise.Comparison.AT_MOST, Promise.Comparison.AT_LEAST)
    if by_size and number(promise.expected) is None:
        raise Refused(_("“%s” needs a number to compare with.") % promise.get_comparison_display())


def _free_key(name: str) -> str:
    """Readable, and free: answer-within-a-day, answer-within-a-day-2."""
    plain = slugify(name)[:50].strip("-") or "promise"
    taken = set(Promise.objects.filter(key__startswith=plain).values_list("key", flat=True))
    numbered = (plain if n == 1 else f"{plain}-{n}" for n in range(1, len(taken) + 2))
    return next(key for key in numbered if key not in taken)


def _today(now: datetime) -> date:
    return now.astimezone(company.current().tzinfo).date()
