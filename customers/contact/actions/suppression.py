"""Addresses that are not written to any more: put on the list, and taken off it again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from customers import identities, tombstones
from customers.models import Identity, Reach, Suppression
from relcrm.base import audit
from relcrm.base.audit import Actor
from relcrm.lib.refusals import Refused


def kind_of(channel: str) -> str:
    return Identity.Kind.EMAIL if channel == Reach.EMAIL else Identity.Kind.PHONE


@transaction.atomic
def suppress(
    address: str, *, channel: str, cause: str, source: str, detail: str = "", by: Actor,
    now: datetime,
) -> Suppression:  # fmt: skip
    """Nothing more to this address on this channel. On the list already: stays as it is, but a
    report of spam weighs more than a bounce. `detail` is what the other side said."""
    if channel not in Reach.values or cause not in Suppression.Cause.values:
        raise Refused(_("Say which channel, and why."))
    kind = kind_of(channel)
    address = identities.normal(kind, address)
    if not address or (channel == Reach.EMAIL and "@" not in address):
        raise Refused(_("This is not an address."))
    row, is_new = Suppression.objects.get_or_create(
        channel=channel, digest=tombstones.fingerprint(kind, "", address),
        defaults={"address": address, "cause": cause, "source": source[:60],
                  "detail": detail[:300], "added_at": now},
    )  # fmt: skip
    if not is_new and row.cause == Suppression.Cause.BOUNCED != cause:
        row.cause = cause
        row.save(update_fields=["cause"])
    audit.record("address.suppressed", row, by=by, at=now, channel=channel, cause=cause)
    return row


@transaction.atomic
def lift_suppression(row: Suppression, *, by: Actor, now: datetime) -> None:
    """It works again. Who reported us as spam has to say so themselves, on their own page."""
    if row.cause == Suppression.Cause.SPAM:
        raise Refused(_("They reported us as spam; only they can let us write again."))
    audit.record("address.unsuppressed", row, by=by, at=now, channel=row.channel)
    row.delete()


def forget_addresses(told: list[tuple[str, str, str]]) -> int:
    """In the erasing transaction: of these identities only the fingerprints stay."""
    digests = [
        tombstones.fingerprint(kind, "", value) for kind, _source, value in told
        if kind in (Identity.Kind.EMAIL, Identity.Kind.PHONE)
    ]  # fmt: skip
    return Suppression.objects.filter(digest__in=digests).update(address="", detail="")
