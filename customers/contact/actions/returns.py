"""Mails that come back: each says something of one message, or is kept for a person."""

import base64
import hashlib
import quopri
import re
from datetime import datetime, timedelta
from email import policy
from email.parser import BytesHeaderParser
from typing import Any

from django.db import transaction

from customers.contact import returning
from customers.contact.actions.hearing import Report, take_report
from customers.contact.ways import returned
from customers.models import StrayMail
from relcrm.base import audit
from relcrm.base.audit import Actor

SOURCE = "mail"
KEPT = 256 * 1024  # bytes of a mail nobody understood: its beginning tells a person enough
DAYS = timedelta(days=30)
# A block of a mail or a coded word of a header; shorter ones hold no address.
BASE64 = re.compile(rb"[A-Za-z0-9+/]{8,}(?:\r?\n[A-Za-z0-9+/]+)*")
UNKNOWN = "It is about no message that we know of."


@transaction.atomic
def take_mail(raw: bytes, *, now: datetime) -> str:
    """What became of it: the state it reported, "known", "nothing" or "stray"."""
    match returned.read(raw):
        case returned.Said() as said:
            return _take(said, raw, now)
        case returned.Nothing():
            return "nothing"
        case returned.Unread(problem):
            return _keep(raw, problem, now)


def _take(said: returned.Said, raw: bytes, now: datetime) -> str:
    of = returning.try_in(said.names)
    report = Report(
        source=SOURCE, key=hashlib.sha256(raw).hexdigest(), state=said.state,
        token=returning.token(of) if of else "", theirs=said.theirs, detail=said.detail,
        is_final=said.is_final,
    )  # fmt: skip
    taken = take_report(report, now=now)
    if taken == "unknown":
        return _keep(raw, UNKNOWN, now)
    return said.state if taken == "taken" else taken


def _keep(raw: bytes, problem: str, now: datetime) -> str:
    mail = BytesHeaderParser(policy=policy.compat32).parsebytes(raw[:KEPT])
    StrayMail.objects.get_or_create(
        digest=hashlib.sha256(raw).hexdigest(),
        defaults={
            "sender": _said(mail["From"], 254), "subject": _said(mail["Subject"], 300),
            "problem": problem[:200], "raw": raw[:KEPT], "came_at": now,
        },
    )  # fmt: skip
    return "stray"


def _said(value: Any, longest: int) -> str:
    words = str(value or "").replace("\x00", "").encode("utf-8", "replace").decode()
    return " ".join(words.split())[:longest]


@transaction.atomic
def put_away(mail: StrayMail, *, by: Actor, now: datetime) -> None:
    """Somebody has looked at it."""
    audit.record("stray_mail.put_away", mail, by=by, at=now)
    mail.delete()


def forget_strays(now: datetime) -> int:
    """Nobody looks at them any more."""
    return StrayMail.objects.filter(came_at__lt=now - DAYS).delete()[0]


def forget_strays_of(addresses: list[str]) -> int:
    """In the erasing transaction: mails that name one of these addresses, however coded."""
    meant = {address.encode().lower() for address in addresses if address}
    gone = [
        pk for pk, raw in StrayMail.objects.values_list("pk", "raw").iterator()
        if any(address in told for told in decoded(bytes(raw)) for address in meant)
    ]  # fmt: skip
    return StrayMail.objects.filter(pk__in=gone).delete()[0] if gone else 0


def decoded(raw: bytes) -> list[bytes]:
    """What it says in small letters: as it came, with its =40 read, and its base64. Not taken
    apart, as what nobody understood may be broken, cut, or one mail within another."""
    told = [raw, quopri.decodestring(raw)]
    for run in BASE64.findall(raw):
        coded = b"".join(run.split())
        coded = coded[:-1] if len(coded) % 4 == 1 else coded  # cut where no byte ends
        told.append(base64.b64decode(coded + b"=" * (-len(coded) % 4)))
    return [part.lower() for part in told]
