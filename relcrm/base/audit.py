"""Writing the audit trail. Every action that matters adds one line in its own transaction."""

from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.timezone import now as clock

from relcrm.base.models import ApiKey, AuditLine, User

Actor = User | ApiKey | None  # None: the system itself


def actor_name(by: Actor) -> str:
    if isinstance(by, User):
        return f"user:{by.pk}"
    return f"key:{by.pk}" if by else "system"


def record(
    verb: str, subject: Model | None = None, *, by: Actor, at: datetime | None = None, **detail: Any
) -> AuditLine:
    """Add one line. `detail` must be JSON and free of personal data: ids, states, counts."""
    return AuditLine.objects.create(
        at=at or clock(),
        user=by if isinstance(by, User) else None,
        actor=actor_name(by),
        verb=verb,
        subject_kind=subject._meta.label_lower if subject else "",
        subject_id=subject.pk if subject else None,
        detail=detail,
    )
