"""Rows of anything that happened: visits, messages, reviews, calls for help, purchases too."""

import json
from decimal import Decimal
from typing import Any

from customers.intake.lines import PURCHASE, RETURN, Line, Plan, Unusable
from customers.intake.recognise import KIND_WORDS, plain
from customers.intake.table import Row
from customers.models import Kind
from customers.models.interaction import Channel

MONEY = (PURCHASE, RETURN)
LONGEST_TEXT = 4_000
# What other systems call the things that we have a kind for.
WORDS = KIND_WORDS | {
    "visited": "visit", "page view": "visit", "pageview": "visit", "session": "visit",
    "sent": "message_sent", "email sent": "message_sent",
    "mail": "message_sent", "newsletter": "message_sent",
    "open": "message_opened", "opened": "message_opened", "email opened": "message_opened",
    "click": "message_clicked", "clicked": "message_clicked", "email clicked": "message_clicked",
    "reply": "message_replied", "replied": "message_replied",
    "unsubscribe": "unsubscribed", "opt out": "unsubscribed", "optout": "unsubscribed",
    "ticket": "support", "call": "support", "help": "support", "case": "support",
    "rating": "review", "referred": "referral", "recommendation": "referral",
    "subscribed": "subscription_started", "renewal": "subscription_renewed",
    "renewed": "subscription_renewed", "unsubscribed from plan": "subscription_cancelled",
}  # fmt: skip
CHANNELS = {
    "online": "web", "website": "web", "internet": "web", "store": "shop", "branch": "shop",
    "in store": "shop", "instore": "shop", "e mail": "email", "mail": "email", "text": "sms",
    "telephone": "phone", "call": "phone", "post": "letter", "facebook": "social",
    "instagram": "social", "twitter": "social", "x": "social", "livechat": "chat",
}  # fmt: skip
# Outcomes of promises name their promise: they come in by a door of their own.
KNOWN = [(value, label) for value, label in Kind.choices if not value.startswith("promise_")]
KINDS = {**{plain(value): value for value, _label in KNOWN},
         **{plain(str(label)): value for value, label in KNOWN},
         **{plain(word): kind for word, kind in WORDS.items()}}  # fmt: skip
ALL_CHANNELS = {**{plain(value): value for value in Channel.values},
                **{plain(word): channel for word, channel in CHANNELS.items()}}  # fmt: skip
YES, NO = {"yes", "y", "true", "1", "ja", "online", "web"}, {"no", "n", "false", "0", "nein",
                                                             "offline", "shop"}  # fmt: skip


def kind_of(text: str) -> str | None:
    """The kind that a word means: a name of ours, or what other systems say for it."""
    return KINDS.get(plain(text))


class Happenings(Plan):
    """How a file of anything that happened is read."""

    @property
    def says_more(self) -> bool:
        ours = {"channel", "rating", "sentiment", "reason", "online", "text"}
        return bool(self.kept or ours & self.at.keys())

    def line(self, at: int, row: Row) -> Line:
        customer = self._customer(row[self.at["customer"]])
        day, instant = self._moment(row[self.at["date"]])
        order = self._text("order", row) or ""
        kind = self._what(row, order)
        amount = self._number("amount", row)
        if kind in MONEY:
            kind, amount = self._paid(kind, amount, row)
        elif amount is not None and amount < 0:
            raise Unusable("amount", str(amount), "is negative", "Write the amount without minus.")
        discount = self._number("discount", row)
        return Line(
            customer, day, order, at, instant, kind, "" if amount is None else str(amount),
            None if discount is None else str(abs(discount)), None, None, None,
            self._text("category", row), self._currency(row), self._brand(row), self._more(row),
        )  # fmt: skip

    def _what(self, row: Row, order: str) -> str:
        at = self.at.get("kind")
        text = row[at].strip() if at is not None else ""
        if not text:
            if not self.usual_kind:
                raise Unusable("kind", "", "is empty", "Say what happened: visit, review, …")
            return self.usual_kind
        if (kind := kind_of(text)) is None:
            known = ", ".join(list(Kind.values)[:6])
            raise Unusable("kind", text, "is no kind we know", f"Write one of {known}, …")
        return kind

    def _paid(self, kind: str, amount: Decimal | None, row: Row) -> tuple[str, Decimal]:
        if amount is None:
            raise Unusable("amount", "", "is empty", "Write 0 when nothing was paid.")
        return (RETURN if amount < 0 else kind), abs(amount)

    def _more(self, row: Row) -> str | None:
        said: dict[str, Any] = {
            "channel": self._channel(row),
            "is_online": self._online(row),
            "rating": self._whole("rating", row),
            "sentiment": self._share("sentiment", row),
            "reason": (self._text("reason", row) or "")[:24] or None,
            "properties": self._properties(row) or None,
        }
        said = {name: value for name, value in said.items() if value is not None}
        return json.dumps(said) if said else None

    def _properties(self, row: Row) -> dict[str, str]:
        said = {name: row[at].strip()[:LONGEST_TEXT] for name, at in self.kept if row[at].strip()}
        at = self.at.get("text")
        if at is not None and row[at].strip():
            said["text"] = row[at].strip()[:LONGEST_TEXT]
        return said

    def _channel(self, row: Row) -> str | None:
        at = self.at.get("channel")
        if at is None or not row[at].strip():
            return None
        channel = ALL_CHANNELS.get(plain(row[at]))
        if channel is None:
            raise Unusable(
                "channel", row[at], "is no channel we know",
                f"Write one of {', '.join(Channel.values)}.",
            )  # fmt: skip
        return channel

    def _online(self, row: Row) -> bool | None:
        at = self.at.get("online")
        text = row[at].strip().casefold() if at is not None else ""
        if not text:
            return None
        if text not in YES | NO:
            raise Unusable("online", row[at or 0], "is neither yes nor no", "Write yes or no.")
        return text in YES

    def _whole(self, meaning: str, row: Row) -> int | None:
        value = self._number(meaning, row)
        if value is None:
            return None
        if value != value.to_integral_value() or not -10 <= value <= 100:
            raise Unusable(meaning, str(value), "is no rating", "Write a whole number, 0 to 10.")
        return int(value)

    def _share(self, meaning: str, row: Row) -> float | None:
        value = self._number(meaning, row)
        if value is None:
            return None
        if not -1 <= value <= 1:
            raise Unusable(
                meaning, str(value), "is not between −1 and 1", "−1 is bad, 0 neutral, 1 good."
            )
        return float(value)
