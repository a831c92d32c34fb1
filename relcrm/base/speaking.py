"""One request to a program that listens: signed the Standard Webhooks way, judged by its answer."""

import http.client
import json
from datetime import datetime
from typing import Any

from django.conf import settings

from relcrm.base.actions.telling import Deaf, Fate, Gone, Heard
from relcrm.base.models import Delivery
from relcrm.lib import outward, signatures

GONE = 410


def speak(delivery: Delivery, *, now: datetime) -> Fate:
    """Post it; nothing here is stored."""
    hook, happening = delivery.webhook, delivery.happening
    try:
        place = outward.place(hook.address, allowed=settings.PRIVATE_HOSTS)
    except outward.Forbidden as problem:
        return Gone(str(problem))
    except outward.Unreachable as problem:
        return Deaf(str(problem))
    body = json.dumps(letter(delivery), ensure_ascii=False).encode()
    secret, *old = hook.secrets(now)
    headers = signatures.headers(secret, happening.number, now, body, *old)
    try:
        answer = outward.post(place, body, {**headers, "Content-Type": "application/json"})
    except (OSError, http.client.HTTPException) as problem:
        return Deaf(f"It cannot be reached: {type(problem).__name__}.")
    return _fate(answer.status)


def letter(delivery: Delivery) -> dict[str, Any]:
    """What is told: the kind, when it happened, and its data as this listener may know them."""
    happening = delivery.happening
    is_frank = delivery.webhook.sees_negative and happening.frank is not None
    return {
        "type": happening.kind,
        "timestamp": happening.at.isoformat(),
        "data": happening.frank if is_frank else happening.told or {},
    }


def _fate(status: int) -> Fate:
    if 200 <= status < 300:
        return Heard(status)
    if status == GONE:
        return Gone("It answered that it wants to hear no more (410).", status)
    if 300 <= status < 400:
        return Deaf(f"It redirects ({status}); enter the address it leads to.", status)
    return Deaf(f"It answered {status}.", status)
