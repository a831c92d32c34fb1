"""Which part of a timeline is shown: group, kind, channel and period, read from its address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from customers.models.interaction import Channel
from customers.timeline import GROUPS, Position, Slice, end_of, kinds


@dataclass(frozen=True, slots=True)
class Shown:
    """Filters that all must hold; "" or None: any."""

    group: str = ""
    kind: str = ""
    channel: str = ""
    first: date | None = None
    last: date | None = None
    before: Position | None = None
    zone: ZoneInfo = ZoneInfo("UTC")

    @classmethod
    def read(cls, given: Mapping[str, str], zone: ZoneInfo) -> "Shown":
        """What makes no sense in an address counts as not asked."""

        def one_of(name: str, known: Any) -> str:
            value = given.get(name, "")
            return value if value in known else ""

        return cls(
            group=one_of("show", GROUPS),
            kind=one_of("kind", kinds()),
            channel=one_of("channel", Channel.values),
            first=_day(given.get("from", "")),
            last=_day(given.get("to", "")),
            before=Position.read(given.get("before", "")),
            zone=zone,
        )

    def narrow(self, asked: Slice) -> Slice:
        since = datetime.combine(self.first, time(), self.zone) if self.first else None
        until = min(asked.until, end_of(self.last, self.zone)) if self.last else asked.until
        return replace(
            asked, group=self.group, kind=self.kind, channel=self.channel, since=since,
            until=until, before=self.before,
        )  # fmt: skip

    @property
    def is_narrowed(self) -> bool:
        return bool(self.kind or self.channel or self.first or self.last)

    @property
    def is_filtered(self) -> bool:
        return bool(self.group or self.is_narrowed)

    @property
    def query(self) -> str:
        """For the address of the next page; ends in "&" unless it is empty."""
        given = {
            "show": self.group, "kind": self.kind, "channel": self.channel,
            "from": self.first, "to": self.last,
        }  # fmt: skip
        written = urlencode({name: value for name, value in given.items() if value})
        return f"{written}&" if written else ""

    # What the fields offer

    @property
    def groups(self) -> dict[str, Any]:
        return GROUPS

    @property
    def kinds(self) -> dict[str, Any]:
        return kinds()

    @property
    def channels(self) -> list[tuple[str, Any]]:
        return Channel.choices


def _day(written: str) -> date | None:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2200 else None
