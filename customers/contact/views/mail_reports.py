"""Reports of the mail provider: verified and read by django-anymail, taken over once."""

import re
from datetime import datetime
from hashlib import sha256
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from anymail.signals import EventType, RejectReason
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from customers.contact import codes, returning
from customers.contact.actions.hearing import Report, take_report
from relcrm.lib import mailers
from relcrm.lib.rest.parsing import UNSTORABLE

LARGEST = 2 * 1024 * 1024  # some gather events up to about 1 MB
STATES = {
    EventType.DELIVERED: "delivered", EventType.BOUNCED: "bounced", EventType.REJECTED: "bounced",
    EventType.FAILED: "failed", EventType.DEFERRED: "deferred", EventType.OPENED: "opened",
    EventType.CLICKED: "clicked", EventType.COMPLAINED: "spam",
    EventType.UNSUBSCRIBED: "unsubscribed",
}  # fmt: skip
# Why a provider would not even try: what it remembers of the address.
REMEMBERED = {
    RejectReason.SPAM: "spam", RejectReason.UNSUBSCRIBED: "unsubscribed",
    RejectReason.BLOCKED: "failed", RejectReason.TIMED_OUT: "failed", RejectReason.OTHER: "failed",
}  # fmt: skip
SOFT = re.compile("soft|transient|temporary", re.IGNORECASE)


@csrf_exempt  # the provider posts here; its signature or password is the proof
@require_http_methods(["HEAD", "POST"])
def mail_reports(request: HttpRequest) -> HttpResponse:
    """Nothing is heard while nothing could be verified. 400 to what is forged or makes no sense."""
    provider = settings.EMAIL_PROVIDER
    if not mailers.hears_safely(provider, settings.ANYMAIL):
        raise Http404
    if request.method == "HEAD":  # some look whether anybody is at home
        return HttpResponse()
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return HttpResponse(status=413)
    reader = _reader(provider)
    try:
        reader.run_validators(request)  # raises what Django answers with 400
        events = reader.parse_events(request)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return HttpResponse("This is no report.", status=400, content_type="text/plain")
    counts = {"taken": 0, "known": 0, "unknown": 0}
    for event in events:
        counts[_take(provider, event)] += 1
    return JsonResponse(counts)


def _reader(provider: str) -> Any:
    """The class with which django-anymail reads this provider's reports."""
    module = import_module(f"anymail.webhooks.{provider}")
    wanted = f"{provider}(tracking|combined)webhookview"
    found = (each for name, each in vars(module).items() if re.fullmatch(wanted, name.lower()))
    return next(found)()


def _take(provider: str, event: Any) -> str:
    state = STATES.get(event.event_type, "")
    if event.event_type == EventType.REJECTED:
        state = REMEMBERED.get(event.reject_reason, state)
    if not state:
        return "unknown"
    metadata = event.metadata if isinstance(event.metadata, dict) else {}
    report = Report(
        source=provider, key=_number(event), state=state,
        token=_text(metadata.get(returning.KEY)), theirs=_text(event.message_id),
        detail=_detail(event, state), is_final=state == "bounced" and _is_hard(event),
        at=_at(event),
    )  # fmt: skip
    return take_report(report, now=timezone.now())


def _text(said: Any) -> str:
    """Without what no database keeps."""
    return UNSTORABLE.sub("", str(said or ""))[:200]


def _number(event: Any) -> str:
    """The provider's number for the report; where it has none, what the report says."""
    if event.event_id:
        return f"{event.event_type} {event.event_id}"
    said = (event.event_type, event.message_id, event.recipient, event.timestamp, event.click_url)
    return sha256(repr(said).encode()).hexdigest()


def _detail(event: Any, state: str) -> str:
    """What the other side said; of a click where it led, without what may identify somebody."""
    if state == "clicked":
        where = urlsplit(event.click_url or "")
        whole = f"{where.scheme}://{where.hostname}{where.path}" if where.hostname else ""
        return UNSTORABLE.sub("", whole)[:300]
    words = event.mta_response or event.description or event.reject_reason or ""
    return " ".join(UNSTORABLE.sub("", str(words)).split())[:300]


def _is_hard(event: Any) -> bool:
    """By the code that the receiving server gave, else as the provider sorts it."""
    verdict = codes.is_hard(event.mta_response or "")
    if verdict is not None:
        return verdict
    if event.reject_reason not in (RejectReason.BOUNCED, RejectReason.INVALID):
        return False
    told = event.esp_event if isinstance(event.esp_event, dict) else {}
    sorts = (told.get(name) for name in ("Type", "type", "event", "bounce_type"))
    return not any(SOFT.search(sort) for sort in sorts if isinstance(sort, str))


def _at(event: Any) -> datetime | None:
    at = event.timestamp
    return at if isinstance(at, datetime) and at.tzinfo is not None else None
