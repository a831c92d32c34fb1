"""E-mail by Django's backend: SMTP, or a provider through django-anymail."""

import smtplib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.message import BadHeaderError, sanitize_address

from customers.contact.ways.outcome import ComesBack, Never, NotNow, Outcome, Sent, Unknown

# Failures before the message itself was spoken of: it is still ours.
UNREACHABLE = (
    smtplib.SMTPConnectError, smtplib.SMTPHeloError, smtplib.SMTPAuthenticationError,
    smtplib.SMTPNotSupportedError, OSError,
)  # fmt: skip
PERMANENT = 500  # replies from here on are final (RFC 5321, 4.2.1)


@dataclass
class Mail:
    """One message on its way: `open` reaches the server, `send` hands the message over."""

    to: str
    sender: str
    reply_to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    returns_to: str = ""  # the address in the envelope; "": the sender's
    metadata: Mapping[str, str] = field(default_factory=dict)  # for providers

    def open(self) -> Outcome | None:
        """None when the server can be reached; nothing of the message has left yet."""
        self.connection = get_connection(fail_silently=False)
        try:
            sanitize_address(self.to, "utf-8")
            self.connection.open()
        except ValueError:
            return ComesBack("The address is not written like one.")
        except UNREACHABLE as problem:
            return NotNow(f"The mail server cannot be reached: {type(problem).__name__}.")
        return None

    def send(self) -> Outcome:
        message = self._message()
        try:
            message.send()
        except BadHeaderError:
            return Never("The subject or an address holds a line break.")
        except smtplib.SMTPRecipientsRefused as problem:
            code, said = next(iter(problem.recipients.values()))
            return ComesBack(_said(said)) if code >= PERMANENT else NotNow(_said(said))
        except smtplib.SMTPServerDisconnected:
            return Unknown("The mail server hung up while the message was handed over.")
        except smtplib.SMTPResponseException as problem:
            words = _said(problem.smtp_error)
            return Never(words) if problem.smtp_code >= PERMANENT else NotNow(words)
        except (smtplib.SMTPException, OSError) as problem:
            return Unknown(f"The connection broke while handing over: {type(problem).__name__}.")
        except Exception as problem:  # noqa: BLE001 (providers raise their own; see below)
            return _of_a_provider(problem)
        return Sent(_number(message))

    def _message(self) -> EmailMultiAlternatives:
        author, headers = self.sender or settings.DEFAULT_FROM_EMAIL, dict(self.headers)
        if self.returns_to:
            headers["From"] = author  # what is read; the envelope has an address of its own
        message = EmailMultiAlternatives(
            self.subject, self.text, self.returns_to or author, [self.to],
            reply_to=[self.reply_to] if self.reply_to else None, headers=headers,
            connection=self.connection,
        )  # fmt: skip
        if self.html:
            message.attach_alternative(self.html, "text/html")
        if self.metadata:
            message.metadata = dict(self.metadata)
        return message

    def close(self) -> None:
        with suppress(smtplib.SMTPException, OSError):  # what was handed over stays so
            self.connection.close()


def _of_a_provider(problem: Exception) -> Outcome:
    """django-anymail raises errors that carry the provider's answer."""
    status = getattr(problem, "status_code", None)
    if type(problem).__name__ == "AnymailRecipientsRefused":
        return ComesBack("The provider refused the address.")
    if not isinstance(status, int):
        return Unknown(f"The provider's answer was not understood: {type(problem).__name__}.")
    if status in (408, 425, 429):
        return NotNow(f"The provider is busy ({status}).")
    return (
        Unknown(f"The provider failed ({status}).")
        if status >= 500
        else Never(f"The provider refused the message ({status}).")
    )


def _number(message: Any) -> str:
    """The provider's number for it, which its reports will name; else our Message-ID."""
    status = getattr(message, "anymail_status", None)
    number = getattr(status, "message_id", None)
    known = message.extra_headers.get("Message-ID", "") if number is None else number
    return str(known)[:200]


def _said(words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return " ".join(text.split())[:300]
