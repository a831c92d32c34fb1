"""A message made ready for its way out: sender, address, headers and the link to one's own page."""

from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext as _

from customers.contact import links
from customers.contact.rules import COURTED
from customers.contact.ways.mail import Mail
from customers.contact.ways.webhook import Webhook
from customers.models import Message, Reach, Sender

Way = Mail | Webhook


def sender_of(message: Message) -> Sender | None:
    """The brand's own, else everybody's; e-mail works without one."""
    found = Sender.objects.filter(channel=message.channel, is_on=True)
    for brand in (message.brand_id, None):
        if sender := found.filter(brand=brand).first():
            return sender
    is_off = Sender.objects.filter(channel=message.channel).exists()
    if message.channel == Reach.EMAIL and not is_off:
        return Sender(channel=Reach.EMAIL, way=Sender.Way.MAIL)
    return None


def way_out(message: Message, address: str, link: str, *, now: datetime) -> Way | None:
    """None when nothing is set up for this channel. `link` is the text of the customer's link."""
    sender = sender_of(message)
    if sender is None:
        return None
    if sender.way == Sender.Way.WEBHOOK:
        return _webhook(message, sender, address, link, now)
    return _mail(message, sender, address, link)


def repeatable() -> set[str]:
    """Channels whose providers know our keys, so that a repetition is not a second message."""
    by_way: dict[str, set[str]] = {}
    for channel, way in Sender.objects.values_list("channel", "way"):
        by_way.setdefault(channel, set()).add(way)
    return {channel for channel, ways in by_way.items() if ways == {Sender.Way.WEBHOOK}}


def key_of(message: Message) -> str:
    """What the provider knows the message by. A retry by a person is a new message to them."""
    return f"relcrm-{message.pk}-{message.created_at:%Y%m%d%H%M%S}"


def _webhook(message: Message, sender: Sender, address: str, link: str, now: datetime) -> Webhook:
    told = {
        "type": "message.send", "message": str(message.pk), "channel": message.channel,
        "to": address, "from": sender.name, "subject": message.subject, "text": message.text,
        "purpose": message.purpose,
    }  # fmt: skip
    if message.purpose in COURTED:
        told["preferences_url"] = links.address("page", link)
    return Webhook(sender.address, sender.secret, key_of(message), told, now)


def _mail(message: Message, sender: Sender, address: str, link: str) -> Mail:
    author = sender.name or settings.DEFAULT_FROM_EMAIL
    host = parseaddr(author)[1].rpartition("@")[2] or "localhost"
    headers = {"Message-ID": f"<{key_of(message)}@{host}>"}
    text, html = message.text, message.html
    if message.purpose in COURTED:
        headers |= _leaving(sender, author, link)
        text, html = _with_footer(text, html, links.address("page", link))
    return Mail(address, author, sender.reply_to, message.subject, text, html, headers)


def _leaving(sender: Sender, author: str, link: str) -> dict[str, str]:
    """One click to leave, as mail programs offer it (RFC 2369, RFC 8058)."""
    by_mail = parseaddr(sender.reply_to or author)[1]
    here = links.address("unsubscribe", link)
    return {
        "List-Unsubscribe": f"<{here}>, <mailto:{by_mail}?subject=unsubscribe>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _with_footer(text: str, html: str, address: str) -> tuple[str, str]:
    words = _("What you hear from us, how often, or not at all: you decide here.")
    plain = f"{text}\n\n-- \n{words}\n{address}\n"
    if not html:
        return plain, ""
    footer = format_html('<hr><p><a href="{}">{}</a></p>', address, words)
    head, body, tail = html.rpartition("</body>")
    return plain, f"{head}{footer}{body}{tail}" if body else f"{html}{footer}"
