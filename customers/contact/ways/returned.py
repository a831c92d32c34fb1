"""What comes back by mail: reports of mail servers (RFC 3464) and of complaints (RFC 5965), and
mails that unsubscribe (RFC 2369).

Nothing here knows our tables: a mail goes in, what it says comes out, or why nobody can tell.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.policy import EmailPolicy
from typing import Any

from customers.contact import codes
from relcrm.lib.rest.parsing import UNSTORABLE

ACTIONS = {"failed": "bounced", "delayed": "deferred", "delivered": "delivered"}
COMPLAINTS = {
    "abuse": "spam", "fraud": "spam", "virus": "spam",
    "opt-out": "unsubscribed", "opt-out-list": "unsubscribed",
}  # fmt: skip
# Where servers leave the address that it came back to: ours names the message (VERP).
ADDRESSED = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
LEAVES = "unsubscribe"  # the subject that List-Unsubscribe gives to the mail
REFERRED = ("In-Reply-To", "References", "X-Original-Message-ID")
# Anybody can write to the mailbox. What is longer or deeper than any report costs minutes to take
# apart; what a report says stands at its beginning, before the mail that it brings along.
READ_BYTES, HEADER_CHARACTERS, MOST_NAMING, MOST_PARTS = 256 * 1024, 2_000, 40, 40


@dataclass(frozen=True, slots=True)
class Said:
    """What the mail says of one of ours: `names` is text in which our token may stand."""

    state: str
    names: str
    theirs: str = ""  # the Message-ID of what we sent
    detail: str = ""
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Nothing:
    """Understood, and of no consequence: an automatic answer, a report of success."""

    what: str


@dataclass(frozen=True, slots=True)
class Unread:
    """Nobody can tell what this is; why."""

    problem: str


class _Bounded(EmailPolicy):
    """As the standard library reads mail, of each header only so much."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        return super().header_fetch_parse(name, value[:HEADER_CHARACTERS])


def read(raw: bytes) -> Said | Nothing | Unread:
    """Never raises: what is broken is `Unread`."""
    raw = raw[:READ_BYTES]
    if raw.lower().count(b"boundary") > MOST_PARTS:
        return Unread("The mail holds more parts than any report has.")
    try:
        return _read(message_from_bytes(raw, policy=_Bounded()))
    except (
        ValueError, LookupError, TypeError, AttributeError, RecursionError, MessageError,
    ) as problem:  # fmt: skip
        return Unread(f"The mail is malformed: {type(problem).__name__}.")


def _read(mail: EmailMessage) -> Said | Nothing | Unread:
    if report := _part(mail, "message/delivery-status"):
        return _delivery(mail, report)
    if report := _part(mail, "message/feedback-report"):
        return _complaint(mail, report)
    if _is_automatic(mail):
        return Nothing("an automatic answer")
    if _is_of_a_server(mail):
        return _plain(mail)
    if _said(mail["Subject"]).lower() == LEAVES:
        return Said("unsubscribed", **_names(mail))
    return Unread("It is neither a report nor an answer of a mail server.")


def _delivery(mail: EmailMessage, report: Message) -> Said | Nothing | Unread:
    """The first recipient's fields: our mails have one."""
    fields = next((block for block in _blocks(report) if block["Action"]), None)
    if fields is None:
        return Unread("The report of the mail server names no recipient.")
    action = _said(fields["Action"]).split()[0].strip(";").lower()
    if action not in ACTIONS:
        return Nothing(f"a report that it was {action}")
    status, words = _said(fields["Status"]), _said(fields["Diagnostic-Code"])
    hard = [codes.is_hard(words), codes.is_hard(f"{status} {words}")]
    said = words.partition(";")[2].strip() or words or status
    return Said(
        ACTIONS[action], **_names(mail), detail=said[:300],
        is_final=action == "failed" and True in hard,
    )  # fmt: skip


def _complaint(mail: EmailMessage, report: Message) -> Said | Nothing | Unread:
    fields = next(iter(_blocks(report)), None)
    kind = _said(fields["Feedback-Type"]).lower() if fields is not None else ""
    if kind in COMPLAINTS:
        return Said(COMPLAINTS[kind], **_names(mail), detail=f"Reported as {kind}.")
    if kind in ("not-spam", "auth-failure", "dmarc"):
        return Nothing(f"a report of {kind}")
    return Unread(f"A report of a kind we do not know: {kind[:40] or 'none'}.")


def _plain(mail: EmailMessage) -> Said:
    """A server that writes as servers did before there was a form for it."""
    part = mail.get_body(("plain", "html"))
    text = _said(part.get_content()) if part is not None else ""
    found = codes.GONE.search(text) or codes.ENHANCED.search(text)
    start = max(found.start() - 100, 0) if found else 0
    return Said(
        "bounced", **_names(mail), detail=text[start : start + 300],
        is_final=codes.is_hard(text) is True,
    )  # fmt: skip


def _names(mail: EmailMessage) -> dict[str, str]:
    naming = {name.lower() for name in (*ADDRESSED, *REFERRED)}
    raw = [(name, value) for name, value in mail.raw_items() if name.lower() in naming]
    told = [_said(mail.policy.header_fetch_parse(*each)) for each in raw[:MOST_NAMING]]
    ours = _returned(mail)
    theirs = _said(ours["Message-ID"]) if ours is not None else ""
    back = _said(ours["Return-Path"]) if ours is not None else ""
    return {"names": " ".join([theirs, back, *told]), "theirs": theirs[:200]}


def _returned(mail: EmailMessage) -> Message | None:
    """What we sent, or its headers, as the report brings it along."""
    if whole := _part(mail, "message/rfc822"):
        return next(iter(_blocks(whole)), None)
    if headers := _part(mail, "text/rfc822-headers"):
        raw = headers.get_payload(decode=True)
        return message_from_bytes(raw, policy=_Bounded()) if isinstance(raw, bytes) else None
    return None


def _part(mail: Message, kind: str) -> Message | None:
    return next((part for part in mail.walk() if part.get_content_type() == kind), None)


def _blocks(part: Message) -> Iterator[Message]:
    inner = part.get_payload()
    return (block for block in inner if isinstance(block, Message)) if inner else iter(())


def _is_automatic(mail: EmailMessage) -> bool:
    answer = _said(mail["Auto-Submitted"]).lower().startswith("auto-replied")
    return answer or any(mail[name] for name in ("X-Autoreply", "X-Autorespond"))


def _is_of_a_server(mail: EmailMessage) -> bool:
    sender = _said(mail["From"]).lower()
    return _said(mail["Return-Path"]) == "<>" or "mailer-daemon" in sender or "postmaster" in sender


def _said(value: object) -> str:
    """On one line, without what no database keeps."""
    with suppress(ValueError, UnicodeError):
        return " ".join(UNSTORABLE.sub("", str(value or "")).split())
    return ""
