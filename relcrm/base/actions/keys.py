"""Making and revoking keys for programs."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from relcrm.base import audit
from relcrm.base.models import ApiKey, User
from relcrm.lib.refusals import Refused


@transaction.atomic
def make_key(
    name: str, *, scopes: Sequence[str], expires_at: datetime | None, by: User, now: datetime
) -> tuple[ApiKey, str]:
    """A new key and its secret, which is shown this once and then forgotten."""
    unknown = set(scopes) - set(ApiKey.SCOPES)
    if unknown or not scopes:
        raise Refused("Choose at least one of the scopes that exist.")
    secret = f"relcrm_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        name=name,
        prefix=secret[:12],
        digest=ApiKey.digest_of(secret),
        scopes=sorted(scopes),
        created_by=by,
        expires_at=expires_at,
    )
    audit.record("key.made", key, by=by, at=now, scopes=key.scopes)
    return key, secret


@transaction.atomic
def revoke_key(key: ApiKey, *, by: User, now: datetime) -> None:
    if key.revoked_at:
        raise Refused(f"This key was already revoked on {key.revoked_at:%-d %B %Y}.")
    key.revoked_at = now
    key.save(update_fields=["revoked_at"])
    audit.record("key.revoked", key, by=by, at=now)
