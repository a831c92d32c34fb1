"""A message made ready for its way out: sender, address, headers and the link to one's own page."""

from datetime import datetime
from email.utils import parseaddr
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db.models import Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from customers.contact import links, returning
from customers.contact.returning import Try
from customers.contact.rules import COURTED
from customers.contact.ways.mail import Mail
from customers.contact.ways.webhook import Webhook
from customers.models import Message, Reach, Sender

Way = Mail | Webhook
NOBODYS = Q(brand=None)


def sender_of(message: Message) -> Sender | None:
    """The brand's own, else everybody's; e-mail works without one."""
    found = Sender.objects.filter(channel=message.channel, is_on=True)
    senders = {each.brand_id: each for each in found.filter(Q(brand=message.brand_id) | NOBODYS)}
    own, shared = senders.get(message.brand_id), senders.get(None)
    if own is not None:
        return _filled(own, shared)
    if shared is not None:
        return shared
    is_off = Sender.objects.filter(channel=message.channel).exists()
    if message.channel == Reach.EMAIL and not is_off:
        return Sender(channel=Reach.EMAIL, way=Sender.Way.MAIL)
    return None


def _filled(own: Sender, shared: Sender | None) -> Sender:
    """What a brand leaves open is as everybody's; a way of its own is its own altogether."""
    if shared is not None and own is not shared and own.way == shared.way == Sender.Way.MAIL:
        for name in ("name", "reply_to", "footer"):
            setattr(own, name, getattr(own, name) or getattr(shared, name))
    return own


def way_out(message: Message, address: str, link: str, *, now: datetime) -> Way | None:
    """None when nothing is set up for this channel. `link` is the text of the customer's link."""
    sender = sender_of(message)
    if sender is None:
        return None
    if sender.way == Sender.Way.WEBHOOK:
        return _webhook(message, sender, address, link, now)
    return _mail(message, sender, address, link)


def channels_ready() -> set[str]:
    """On which we can write at all: e-mail, and what is set up."""
    return {*Sender.objects.filter(is_on=True).values_list("channel", flat=True), Reach.EMAIL.value}


def repeatable() -> set[str]:
    """Channels whose providers know our keys, so that a repetition is not a second message."""
    by_way: dict[str, set[str]] = {}
    for channel, way in Sender.objects.values_list("channel", "way"):
        by_way.setdefault(channel, set()).add(way)
    return {channel for channel, ways in by_way.items() if ways == {Sender.Way.WEBHOOK}}


def key_of(message: Message) -> str:
    """What the provider knows the message by. A retry by a person is a new message to them."""
    return f"relcrm-{try_of(message)}-{message.created_at:%Y%m%d%H%M%S}"


def try_of(message: Message) -> Try:
    return Try(message.pk, message.turn)


def _webhook(message: Message, sender: Sender, address: str, link: str, now: datetime) -> Webhook:
    told = {
        "type": "message.send", "message": str(try_of(message)), "channel": message.channel,
        "to": address, "from": sender.name, "subject": message.subject, "text": message.text,
        "purpose": message.purpose,
    }  # fmt: skip
    if message.purpose in COURTED:
        told["preferences_url"] = links.address("page", link)
    return Webhook(sender.address, sender.secret, key_of(message), told, now)


def _mail(message: Message, sender: Sender, address: str, link: str) -> Mail:
    author = sender.name or settings.DEFAULT_FROM_EMAIL
    known = _known_by(try_of(message), author)
    text, html, headers = message.text, message.html, known.pop("headers", {})
    is_courted = message.purpose in COURTED
    if is_courted:
        headers |= _leaving(try_of(message), link)
    page = links.address("page", link) if is_courted else ""
    text, html = with_footer(text, html, page, sender.footer)
    return Mail(address, author, sender.reply_to, message.subject, text, html, headers, **known)


def _known_by(of: Try, author: str) -> dict[str, Any]:
    """How we know a mail again when something is said of it. Providers give their own Message-ID
    and keep our token beside it; over SMTP it stands in the Message-ID and in the envelope."""
    token = returning.token(of)
    if settings.EMAIL_BACKEND.startswith("anymail."):
        return {"metadata": {returning.KEY: token}}
    host = parseaddr(author)[1].rpartition("@")[2] or "localhost"
    known: dict[str, Any] = {"headers": {"Message-ID": f"<relcrm-{token}@{host}>"}}
    if settings.BOUNCE_ADDRESS:
        known["returns_to"] = returning.envelope(settings.BOUNCE_ADDRESS, of)
    return known


def _leaving(of: Try, link: str) -> dict[str, str]:
    """One click to leave, as mail programs offer it (RFC 2369, RFC 8058); by mail only where
    `manage.py bounces` reads it, as nobody else would."""
    ways = [f"<{links.address('unsubscribe', link)}>"]
    if settings.BOUNCE_ADDRESS:
        to = returning.envelope(settings.BOUNCE_ADDRESS, of)
        ways.append(f"<mailto:{quote(to, safe='@.')}?subject=unsubscribe>")
    return {
        "List-Unsubscribe": ", ".join(ways),
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def with_footer(text: str, html: str, page: str, imprint: str) -> tuple[str, str]:
    """The words with the link to their own page and with who we are, as far as given."""
    if not page and not imprint:
        return text, html
    words = _("What you hear from us, how often, or not at all: you decide here.")
    lines = [*([words, page] if page else []), *imprint.splitlines()]
    plain = "\n".join([text, "", "-- ", *lines, ""])
    if not html:
        return plain, ""
    leaving = format_html('<p><a href="{}">{}</a></p>', page, words) if page else ""
    who = format_html("<p>{}</p>", _lines(imprint)) if imprint else ""
    footer = f"<hr>{leaving}{who}"
    head, body, tail = html.rpartition("</body>")
    return plain, f"{head}{footer}{body}{tail}" if body else f"{html}{footer}"


def _lines(text: str) -> SafeString:
    return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in text.splitlines()))
