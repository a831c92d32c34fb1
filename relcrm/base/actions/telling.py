"""News on its way to other programs: claimed with a lease, told, its fate written down.

Told at least once, in any order: every repetition bears the number of the first, so whoever
listens can tell. The waits are those that Standard Webhooks 1.0 proposes, over three days.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import transaction
from django.db.models import F, Q

from relcrm.base.actions.webhooks import stop_webhook
from relcrm.base.models import Delivery, Happening, Webhook

State = Delivery.State
LEASE = timedelta(minutes=2)  # far longer than an answer may take
WAITS = tuple(
    timedelta(seconds=s)
    for s in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)  # fmt: skip
RESTS = timedelta(minutes=5)  # an address that fails is left alone for at most so long
PATIENCE = timedelta(days=5)  # nothing got through for so long: it is stopped
KEPT = timedelta(days=30)
LOOKED_AT = 100


@dataclass(frozen=True, slots=True)
class Heard:
    """The other side took it."""

    status: int


@dataclass(frozen=True, slots=True)
class Deaf:
    """It did not: worth another try. `status` None: there was no answer."""

    words: str
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """It asks to be told nothing any more, or may not be asked at all."""

    words: str
    status: int | None = None


Fate = Heard | Deaf | Gone


def claim(now: datetime) -> Delivery | None:
    """The next delivery that is due, ours for one lease; of several workers one gets it."""
    found = Delivery.objects.filter(next_attempt_at__lte=now, webhook__stopped_at=None)
    found = found.filter(Q(webhook__rests_until=None) | Q(webhook__rests_until__lte=now))
    due = found.filter(Q(state=State.WAITING) | Q(state=State.SENDING, lease_until__lt=now))
    order = due.order_by("next_attempt_at", "id").values_list("pk", "attempts")
    for pk, attempts in order[:LOOKED_AT]:
        ours = Delivery.objects.filter(pk=pk, attempts=attempts).filter(
            Q(state=State.WAITING) | Q(state=State.SENDING, lease_until__lt=now)
        )
        taken = {"state": State.SENDING, "lease_until": now + LEASE, "attempts": F("attempts") + 1}
        if ours.update(**taken):
            return Delivery.objects.select_related("webhook", "happening").filter(pk=pk).first()
    return None


@transaction.atomic
def settle(delivery: Delivery, fate: Fate, *, rng: Random, now: datetime) -> None:
    """Write down what became of it; who took it up meanwhile is left alone."""
    ours = Delivery.objects.filter(pk=delivery.pk, state=State.SENDING, attempts=delivery.attempts)
    hook = delivery.webhook
    match fate:
        case Heard(status):
            if ours.update(state=State.SENT, status=status, detail="", settled_at=now):
                _let_rest(hook, None, since=None)
        case Deaf(words, status) if delivery.attempts <= len(WAITS):
            again = now + wait(delivery.attempts, rng)
            told = {"status": status, "detail": words[:200], "next_attempt_at": again}
            if ours.update(state=State.WAITING, **told):
                _failed(hook, min(again, now + RESTS), now)
        case Deaf(words, status) | Gone(words, status):
            ours.update(state=State.FAILED, status=status, detail=words[:200], settled_at=now)
            if isinstance(fate, Gone):
                _stop(hook, words, now)


def wait(attempts: int, rng: Random) -> timedelta:
    """Longer each time, with up to a fifth as much again, so that not all come back at once."""
    return WAITS[min(attempts, len(WAITS)) - 1] * (1 + rng.random() / 5)


def forget_told(now: datetime) -> int:
    """The log of what was told, and what nobody listens to any more, after a month."""
    old = Happening.objects.filter(at__lt=now - KEPT)
    return old.exclude(deliveries__state__in=[State.WAITING, State.SENDING]).delete()[0]


def _failed(hook: Webhook, until: datetime, now: datetime) -> None:
    since = hook.failing_since or now
    if now - since > PATIENCE:
        _stop(hook, "Nothing has got through for five days.", now)
    else:
        _let_rest(hook, until, since=since)


def _let_rest(hook: Webhook, until: datetime | None, *, since: datetime | None) -> None:
    if (hook.rests_until, hook.failing_since) != (until, since):
        Webhook.objects.filter(pk=hook.pk).update(rests_until=until, failing_since=since)


def _stop(hook: Webhook, why: str, now: datetime) -> None:
    held = Webhook.objects.select_for_update().filter(pk=hook.pk, stopped_at=None).first()
    if held is not None:
        stop_webhook(held, why=why, by=None, now=now)
