"""Writing outcomes: a row each and the one interaction that tells of it, in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from customers.actions.ingest import ingest
from customers.actions.upsert import look_again
from customers.events import Event
from customers.models import Customer, Interaction, Kind
from feedback import news
from feedback.models import Outcome, Promise
from relcrm.base import audit, company
from relcrm.base.audit import Actor
from relcrm.lib.refusals import Refused

BY_HAND = "by hand"
SAID = ("customer_id", "is_kept", "occurred_at", "occurred_on", "expected", "actual", "reason")


def hold(promise: Promise) -> None:
    """Whoever writes outcomes of one promise waits for whoever does just now."""
    Promise.objects.select_for_update().get(pk=promise.pk)


@transaction.atomic
def state_outcome(
    promise: Promise,
    customer: Customer,
    *,
    is_kept: bool,
    occurred_at: datetime,
    source: str,
    source_id: str,
    reason: str = "",
    expected: str = "",
    actual: str = "",
    event: Interaction | None = None,
    by: Actor,
    now: datetime,
) -> Outcome:
    """Somebody says how it went. (source, source_id) says which one it is: said again with
    something else it is corrected, never counted twice; an event that the test has judged
    already is corrected too."""
    hold(promise)
    day = occurred_at.astimezone(company.current().tzinfo).date()
    _refuse(promise, customer, day, occurred_at, source, reason, event, now)
    said = {
        "customer_id": customer.pk, "is_kept": is_kept, "occurred_at": occurred_at,
        "occurred_on": day, "expected": expected, "actual": actual, "reason": reason.strip(),
    }  # fmt: skip
    known = _known(promise, source, source_id, event)
    if known and known.source == source and _says(known, said):
        return known
    outcome = known or Outcome(promise=promise)
    outcome.source, outcome.source_id, outcome.recorded_at = source, source_id, now
    outcome.event = event or outcome.event
    for name, value in said.items():
        setattr(outcome, name, value)
    outcome.save()
    tell(promise, [outcome], now)
    verb = "outcome_corrected" if known else "outcome_stated"
    audit.record(
        f"promise.{verb}", promise, by=by, at=now, outcome=outcome.pk, customer=customer.pk,
        is_kept=is_kept, source=source,
    )  # fmt: skip
    return outcome


def _says(outcome: Outcome, said: dict[str, Any]) -> bool:
    return all(getattr(outcome, name) == value for name, value in said.items())


def _known(
    promise: Promise, source: str, source_id: str, event: Interaction | None
) -> Outcome | None:
    outcomes = Outcome.objects.filter(promise=promise)
    found = outcomes.filter(source=source, source_id=source_id).first()
    if event is None:
        return found
    same = outcomes.filter(event=event).first()
    if found and same and found != same:
        raise Refused(_("Another outcome of this promise rests on that event already."))
    if same and same.source != Outcome.TEST and same != found:
        raise Refused(_("%s has already said how this went.") % same.source)
    return found or same


def _refuse(
    promise: Promise, customer: Customer, day: Any, occurred_at: datetime, source: str,
    reason: str, event: Interaction | None, now: datetime,
) -> None:  # fmt: skip
    if customer.erased_at is not None:
        raise Refused(_("This customer was erased; nothing can be recorded for them."))
    if occurred_at > now:
        raise Refused(_("This lies in the future; say it when it has happened."))
    if day < promise.active_from or (promise.active_until and day > promise.active_until):
        raise Refused(_("The promise did not hold on that day."))
    if source == Outcome.TEST:
        raise Refused(_("“test” is what the promise's own test writes; name another source."))
    if source == BY_HAND and not reason.strip():
        raise Refused(_("Say in a few words what happened."))
    if event is not None and event.customer_id != customer.pk:
        raise Refused(_("That event is about somebody else."))


def tell(promise: Promise, outcomes: Sequence[Outcome], now: datetime) -> None:
    """One interaction for one outcome, however often it changes; scored again with it."""
    ingest(
        [
            Event(
                customer_id=each.customer_id,
                kind=Kind.PROMISE_KEPT if each.is_kept else Kind.PROMISE_BROKEN,
                occurred_at=each.occurred_at,
                occurred_on=each.occurred_on,
                brand_id=promise.brand_id,
                category=promise.key,
                source=Outcome.SOURCE,
                source_id=str(each.pk),
            )
            for each in outcomes
        ],
        now=now,
    )
    news.tell_broken(promise, outcomes, now)


@transaction.atomic
def withdraw(outcomes: Sequence[int], now: datetime) -> list[int]:
    """They never were: the rows go, with what the timeline says of them. Returns of whom."""
    rows = Outcome.objects.filter(pk__in=outcomes)
    customers = sorted(set(rows.values_list("customer_id", flat=True)))
    told = [str(pk) for pk in outcomes]
    Interaction.objects.filter(source=Outcome.SOURCE, source_id__in=told).delete()
    rows.delete()
    look_again(customers, now)
    return customers


@transaction.atomic
def correct_outcome(
    outcome: Outcome, *, is_kept: bool, reason: str, by: Actor, now: datetime
) -> None:
    """It went otherwise than is recorded; from now on that is what somebody said, not the test."""
    hold(outcome.promise)
    outcome.refresh_from_db()
    if not reason.strip():
        raise Refused(_("Say in a few words what happened."))
    if outcome.is_kept is is_kept:
        raise Refused(_("That is what is recorded already."))
    if outcome.source != BY_HAND:
        outcome.source_id = f"{outcome.source} {outcome.source_id}"[:80]
    outcome.is_kept, outcome.reason, outcome.recorded_at = is_kept, reason.strip(), now
    outcome.source = BY_HAND
    outcome.save()
    tell(outcome.promise, [outcome], now)
    audit.record(
        "promise.outcome_corrected", outcome.promise, by=by, at=now, outcome=outcome.pk,
        customer=outcome.customer_id, is_kept=is_kept, source=BY_HAND,
    )  # fmt: skip


@transaction.atomic
def withdraw_outcome(outcome: Outcome, *, reason: str, by: Actor, now: datetime) -> None:
    """What somebody said by mistake; what a test found goes only when the facts change."""
    if outcome.source == Outcome.TEST:
        raise Refused(_("The test found this. State how it really went, with the reason."))
    if not reason.strip():
        raise Refused(_("Say why it is taken back."))
    hold(outcome.promise)
    audit.record(
        "promise.outcome_withdrawn", outcome.promise, by=by, at=now, outcome=outcome.pk,
        customer=outcome.customer_id,
    )  # fmt: skip
    withdraw([outcome.pk], now)
