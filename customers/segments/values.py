"""Values of a rule as JSON gives them, each checked for the shape it should have."""

from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Any

from django.utils.translation import gettext as _

from customers.segments.fields import Field, Kind, choices_of

LONGEST_TEXT = 254
MOST_VALUES = 500
MOST_DAYS = 36_500  # a hundred years
LARGEST = Decimal(10) ** 12


class Values:
    """The values of one condition, each in the shape its operator asks for."""

    def __init__(self, reading: Any, field: Field | None, place: str) -> None:
        self.reading, self.field, self.place = reading, field, place

    def read(self, shape: str, value: Any) -> Any:
        if shape == "nothing":
            if value is not None:
                self.reading.wrong(self.place, _("Leave this out."))
            return None
        one: dict[str, Callable[[Any, str], Any]] = {
            "text": self.text, "texts": self.texts, "number": self.number, "date": self.day,
            "days": self.days, "yes_no": self.yes_no, "choice": self.choice,
            "choices": self.choices,
        }  # fmt: skip
        if shape in ("numbers", "dates"):
            return self.pair(value, one[shape[:-1]])
        return one[shape](value, self.place)

    def text(self, value: Any, place: str) -> str | None:
        if isinstance(value, str) and 0 < len(value.strip()) <= LONGEST_TEXT and _storable(value):
            return value.strip()
        if value in (None, ""):
            return self.reading.wrong(place, _("Say what to look for."))
        return self.reading.wrong(place, _("Write a text of 1 to %d letters.") % LONGEST_TEXT)

    def texts(self, value: Any, place: str) -> list[str] | None:
        if not isinstance(value, list) or not 0 < len(value) <= MOST_VALUES:
            return self.reading.wrong(place, _("Send a list of 1 to %d texts.") % MOST_VALUES)
        found = [self.text(one, at(place, n)) for n, one in enumerate(value)]
        return [one for one in found if one] or None

    def number(self, value: Any, place: str) -> Decimal | None:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and isfinite(value) and abs(value) <= LARGEST:
            share = self.field is not None and self.field.kind == Kind.SHARE
            if not share or 0 <= value <= 1:
                return Decimal(str(value))
            return self.reading.wrong(place, _("Write a number from 0 to 1."))
        return self.reading.wrong(place, _("Write a number."))

    def days(self, value: Any, place: str) -> int | None:
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MOST_DAYS:
            return value
        return self.reading.wrong(place, _("Write a number of days, 1 to %d.") % MOST_DAYS)

    def day(self, value: Any, place: str) -> date | None:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            return self.reading.wrong(place, _("Write a day, such as 2026-03-31."))

    def yes_no(self, value: Any, place: str) -> bool | None:
        if isinstance(value, bool):
            return value
        return self.reading.wrong(place, _("Write true or false."))

    def choice(self, value: Any, place: str) -> str | None:
        found = self.text(value, place)
        known = self.known
        if found is not None and known is not None and found not in known:
            return self.reading.wrong(place, _("There is no “%s” to choose.") % found[:40])
        return found

    def choices(self, value: Any, place: str) -> list[str] | None:
        if not isinstance(value, list) or not 0 < len(value) <= MOST_VALUES:
            return self.reading.wrong(place, _("Send a list of 1 to %d choices.") % MOST_VALUES)
        found = [self.choice(one, at(place, n)) for n, one in enumerate(value)]
        return [one for one in found if one] or None

    @property
    def known(self) -> Collection[str] | None:
        return None if self.field is None else choices_of(self.field, self.reading.reader)

    def some_of(self, value: Any, known: list[str], place: str) -> tuple[str, ...]:
        if not isinstance(value, list) or any(one not in known for one in value):
            self.reading.wrong(place, _("Send a list of these: %s.") % ", ".join(known))
            return ()
        return tuple(dict.fromkeys(value))

    def pair(self, value: Any, one: Callable[[Any, str], Any]) -> list[Any] | None:
        if not isinstance(value, list) or len(value) != 2:
            return self.reading.wrong(self.place, _("Send a list of two: from and to."))
        found = [one(each, at(self.place, n)) for n, each in enumerate(value)]
        if None in found:
            return None
        if found[0] > found[1]:
            return self.reading.wrong(self.place, _("This ends before it begins."))
        return found


def at(place: str, name: str | int) -> str:
    return f"{place}.{name}" if place else str(name)


def _storable(value: str) -> bool:
    return "\x00" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
