"""Answering an unsafe call once: the first answer is kept, a repeat gets it again."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from relcrm.base.models import FirstAnswer

# Long enough for any sender's retries; answers hold personal data, so no longer than that.
KEPT_FOR = timedelta(hours=24)


def claim(caller: str, key: str, request_digest: str) -> FirstAnswer:
    """The row of this call, new (no status yet) or answered before. Call it in a transaction.

    Of two calls at the same time the second waits here for the first to commit,
    because both write the same unique key; then it finds the first one's answer.
    """
    first = FirstAnswer(caller=caller, key=key, request_digest=request_digest)
    try:
        with transaction.atomic():
            first.save(force_insert=True)
    except IntegrityError:
        return FirstAnswer.objects.get(caller=caller, key=key)
    return first


def keep(first: FirstAnswer, *, status: int, headers: dict[str, str], body: Any) -> None:
    first.status, first.headers, first.body = status, headers, body
    first.save(update_fields=["status", "headers", "body"])


def forget_old(now: datetime) -> int:
    """Delete answers that nobody will ask for again; return how many."""
    return FirstAnswer.objects.filter(created_at__lt=now - KEPT_FOR).delete()[0]
