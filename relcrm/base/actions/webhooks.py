"""Setting up the addresses that other programs listen at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from relcrm.base import audit, happenings
from relcrm.base.audit import Actor
from relcrm.base.models import Delivery, User, Webhook
from relcrm.lib import outward, signatures
from relcrm.lib.refusals import Refused

CHANGEOVER = timedelta(days=1)
FIELDS = ("name", "address", "kinds", "sees_negative")


@dataclass(frozen=True, slots=True)
class Listening:
    """Where somebody listens and for what; `sees_negative`: negative types by name."""

    name: str
    address: str
    kinds: Sequence[str]
    sees_negative: bool = False


@transaction.atomic
def add_webhook(meant: Listening, *, by: Actor, now: datetime) -> Webhook:
    """A new address with a secret of its own; an address in our own network is refused."""
    _check(meant)
    hook = Webhook(secret=signatures.new_secret(), created_by=by if isinstance(by, User) else None)
    _write(hook, meant)
    audit.record("webhook.added", hook, by=by, at=now, kinds=hook.kinds)
    return hook


@transaction.atomic
def change_webhook(hook: Webhook, meant: Listening, *, by: Actor, now: datetime) -> None:
    _check(meant)
    _write(hook, meant)
    audit.record("webhook.changed", hook, by=by, at=now, kinds=hook.kinds)


@transaction.atomic
def change_secret(hook: Webhook, *, by: Actor, now: datetime) -> str:
    """A new secret, told this once. For a day everything is signed with the old one as well."""
    hook.old_secret, hook.old_secret_until = hook.secret, now + CHANGEOVER
    hook.secret = signatures.new_secret()
    hook.save(update_fields=["secret", "old_secret", "old_secret_until"])
    audit.record("webhook.secret_changed", hook, by=by, at=now)
    return hook.secret


@transaction.atomic
def stop_webhook(hook: Webhook, *, why: str, by: Actor, now: datetime) -> None:
    """What waits goes on waiting; what happens meanwhile is not told."""
    if hook.stopped_at:
        raise Refused(_("Nothing is told there already."))
    hook.stopped_at, hook.stopped_why = now, why[:200]
    hook.save(update_fields=["stopped_at", "stopped_why"])
    audit.record("webhook.stopped", hook, by=by, at=now, why=why[:200])


@transaction.atomic
def start_webhook(hook: Webhook, *, by: Actor, now: datetime) -> None:
    if not hook.stopped_at:
        raise Refused(_("It listens already."))
    hook.stopped_at, hook.stopped_why = None, ""
    hook.failing_since = hook.rests_until = None
    hook.save(update_fields=["stopped_at", "stopped_why", "failing_since", "rests_until"])
    audit.record("webhook.started", hook, by=by, at=now)


@transaction.atomic
def remove_webhook(hook: Webhook, *, by: Actor, now: datetime) -> None:
    """With its log; what it has heard it has heard."""
    audit.record("webhook.removed", hook, by=by, at=now)
    hook.delete()


@transaction.atomic
def try_webhook(hook: Webhook, *, by: Actor, now: datetime) -> None:
    """A test in the line like any other news; also where it was stopped: then it waits."""
    told = {"webhook": hook.pk}
    happenings.put([happenings.News(happenings.TEST, None, now, told)], [hook])
    audit.record("webhook.tried", hook, by=by, at=now)


@transaction.atomic
def tell_again(delivery: Delivery, *, by: Actor, now: datetime) -> None:
    """Under the same number: who has heard it once knows that it is a repetition."""
    settled = (Delivery.State.SENT, Delivery.State.FAILED)
    again = {"state": Delivery.State.WAITING, "attempts": 0, "next_attempt_at": now,
             "settled_at": None, "detail": ""}  # fmt: skip
    if not Delivery.objects.filter(pk=delivery.pk, state__in=settled).update(**again):
        raise Refused(_("It is on its way already."))
    audit.record("webhook.told_again", delivery.webhook, by=by, at=now, delivery=delivery.pk)


def _write(hook: Webhook, meant: Listening) -> None:
    for name in FIELDS:
        setattr(hook, name, getattr(meant, name))
    hook.kinds = sorted(set(meant.kinds))
    hook.save()


def _check(meant: Listening) -> None:
    if unknown := sorted(set(meant.kinds) - set(happenings.KINDS)):
        raise Refused(_("Nothing here is called %s.") % unknown[0][:60])
    if not meant.kinds:
        raise Refused(_("Choose at least one thing to be told."))
    try:
        outward.split(meant.address, allowed=settings.PRIVATE_HOSTS)
    except outward.Forbidden as problem:
        raise Refused(str(problem)) from None
