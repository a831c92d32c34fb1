"""Dates as people write them: the order of day and month is found out over many rows."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

# A time after the date, with or without seconds, AM/PM and offset.
CLOCK = (
    r"(?:[T ,]\s*(?P<clock>\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?)"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
    r"\s*(?P<offset>Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
YEAR_FIRST = re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})" + CLOCK)
COMPACT = re.compile(r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})" + CLOCK)
NUMBERS = re.compile(r"(?P<a>\d{1,2})(?P<mark>[-/.])(?P<b>\d{1,2})[-/.](?P<y>\d{4}|\d{2})" + CLOCK)
NAMED = re.compile(r"(?P<d>\d{1,2})[-. ]*(?P<m>[A-Za-z]{3,9})[-., ]*(?P<y>\d{4}|\d{2})" + CLOCK)
NAMED_US = re.compile(r"(?P<m>[A-Za-z]{3,9})[-. ]*(?P<d>\d{1,2}),?[- ]+(?P<y>\d{4})" + CLOCK)
MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
ORDERS = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}
EARLIEST = date(1900, 1, 1)
Moment = tuple[date, datetime | None]


class NotADate(ValueError):
    """The text is no date in the order chosen."""


def order_of(texts: Iterable[str]) -> str:
    """ "ymd", "dmy" or "mdy"; "" when no row tells day from month; "mixed" when rows disagree."""
    year_first = dotted = 0
    numbers = 0
    day_first = month_first = False
    for text in set(texts):
        match = NUMBERS.fullmatch(text.strip())
        if not match:
            year_first += 1
            continue
        numbers += 1
        dotted += match["mark"] == "."
        day_first = day_first or int(match["a"]) > 12 >= int(match["b"])
        month_first = month_first or int(match["b"]) > 12 >= int(match["a"])
    if not numbers:
        return "ymd"
    if day_first and month_first:
        return "mixed"
    if day_first or (not month_first and dotted == numbers):
        return "dmy"  # whoever writes dots writes the day first
    return "mdy" if month_first else ""


def looks_like_date(text: str) -> bool:
    for order in ("dmy", "mdy"):
        try:
            Days(order, ZoneInfo("UTC")).read(text)
        except NotADate:
            continue
        return True
    return False


class Days:
    """Reads the dates of one file."""

    def __init__(self, order: str, zone: ZoneInfo) -> None:
        self.order = order
        self.zone = zone

    def read(self, text: str) -> Moment:
        """The day in the company's zone, and the instant where the text has a time."""
        text = text.strip()
        for pattern in (YEAR_FIRST, COMPACT, NUMBERS, NAMED, NAMED_US):
            if match := pattern.fullmatch(text):
                return self._moment(match)
        raise NotADate(text)

    def _moment(self, match: re.Match[str]) -> Moment:
        found = match.groupdict()
        try:
            day = date(_year(found["y"]), *self._month_and_day(found))
            clock = _clock(found["clock"], found["half"]) if found["clock"] else None
        except ValueError as problem:
            raise NotADate(match[0]) from problem
        if day < EARLIEST:
            raise NotADate(match[0])
        if clock is None:
            return day, None
        if found["offset"]:
            at = datetime.fromisoformat(f"{day}T{clock}{_offset(found['offset'])}")
            return at.astimezone(self.zone).date(), at
        return day, datetime.combine(day, clock, self.zone)

    def _month_and_day(self, found: dict[str, str]) -> tuple[int, int]:
        if "a" in found:
            first, second = int(found["a"]), int(found["b"])
            return (first, second) if self.order == "mdy" else (second, first)
        month = found["m"]
        number = int(month) if month.isdigit() else MONTHS.get(month[:3].lower(), 0)
        return number, int(found["d"])


def _year(text: str) -> int:
    """97 → 1997, 26 → 2026: two figures mean the hundred years around 2000."""
    year = int(text)
    return year if len(text) == 4 else year + (1900 if year >= 70 else 2000)


def _clock(text: str, half: str | None) -> time:
    hour, *rest = text.replace(",", ".").replace(".", ":", 2).split(":")
    number = int(hour)
    if half:
        number = number % 12 + (12 if half[0] in "pP" else 0)
    seconds = rest[1].split(".")[0] if len(rest) > 1 else "0"
    return time(number, int(rest[0]), int(seconds))


def _offset(text: str) -> str:
    if text in ("Z", "UTC"):
        return "+00:00"
    return text if ":" in text else f"{text[:3]}:{text[3:]}"
