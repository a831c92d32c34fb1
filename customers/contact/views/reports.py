"""Reports of providers: signed as our own requests are, taken over once."""

import json
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from customers.contact import returning
from customers.contact.actions.delivery import STATES, record_delivery
from customers.models import Message, Sender
from relcrm.lib import signatures
from relcrm.lib.rest.parsing import UNSTORABLE

LARGEST, MOST = 1024 * 1024, 1_000


@csrf_exempt  # programs post here; the signature is the proof
@require_POST
def reports(request: HttpRequest, channel: str) -> JsonResponse:
    """`{"events": [{"message": "17", "state": "delivered"}]}`; unknown ones are counted."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return _no(413, "This is too large; send up to 1,000 events.")
    if not _is_genuine(request, channel):
        return _no(401, "The signature is missing, wrong, or older than five minutes.")
    number = f"report:{channel}:{request.headers['webhook-id'][:200]}"
    if not cache.add(number, True, 2 * int(signatures.WINDOW.total_seconds())):
        return JsonResponse({"taken": 0, "unknown": 0})  # heard already
    events = _events(request.body)
    if events is None:
        return _no(400, "Send a JSON object with a list of events.")
    taken = sum(_take(channel, event) for event in events)
    return JsonResponse({"taken": taken, "unknown": len(events) - taken})


def _is_genuine(request: HttpRequest, channel: str) -> bool:
    secrets = Sender.objects.filter(channel=channel).exclude(secret="")
    now, told = timezone.now(), {name.lower(): value for name, value in request.headers.items()}
    return any(
        signatures.is_genuine(secret, told, request.body, now)
        for secret in secrets.values_list("secret", flat=True)
    )


def _events(body: bytes) -> list[dict[str, Any]] | None:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    events = told.get("events") if isinstance(told, dict) else None
    if not isinstance(events, list) or len(events) > MOST:
        return None
    return [event for event in events if isinstance(event, dict)]


def _take(channel: str, event: dict[str, Any]) -> bool:
    of = returning.try_named(_text(event, "message"))
    message = _message(channel, event, of)
    if message is None or event.get("state") not in STATES:
        return False
    record_delivery(
        message, event["state"], detail=_text(event, "reason")[:300],
        is_final=event.get("is_final", True) is not False,
        is_late=of is not None and of.turn < message.turn, now=timezone.now(),
    )  # fmt: skip
    return True


def _message(channel: str, event: dict[str, Any], of: returning.Try | None) -> Message | None:
    """By our number, else by theirs."""
    found, theirs = Message.objects.filter(channel=channel), _text(event, "provider_id")[:200]
    if of is not None:
        return found.filter(pk=of.number).first()
    return found.filter(provider_id=theirs).first() if theirs else None


def _text(event: dict[str, Any], name: str) -> str:
    """Without what no database keeps."""
    return UNSTORABLE.sub("", str(event.get(name, "")))


def _no(status: int, words: str) -> JsonResponse:
    return JsonResponse({"title": words, "status": status}, status=status,
                        content_type="application/problem+json")  # fmt: skip
