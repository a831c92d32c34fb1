"""Whom we mean to address, as plain values: from an address, a stored audience or the API."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from math import isfinite
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from relationships import veil
from relationships.live import typology
from relationships.models import Family
from relcrm.lib.written import whole

PURPOSES = ("news", "win_back", "reminder")
Listed = tuple[str, ...]


class Malformed(ValueError):
    """Criteria that make no sense; `errors` names each field with what would mend it."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {words}" for name, words in errors.items()))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Criteria:
    """Types or families, and next step, persona, value, chance to be with us, last order, country,
    segment.

    Within a field any of its values will do; between fields all must hold, except that a type
    or a family suffices. Nothing given means everybody.
    """

    purpose: str = "news"
    types: Listed = ()
    families: Listed = ()
    steps: Listed = ()
    personae: tuple[int, ...] = ()
    value_least: float | None = None
    value_most: float | None = None
    alive_least: float | None = None  # 0 to 1
    alive_most: float | None = None
    last_order_from: date | None = None
    last_order_to: date | None = None
    countries: Listed = ()
    segment: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Only what was given; the purpose always."""
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            name: list(value) if isinstance(value, tuple) else _plain(value)
            for name, value in given.items()
            if value not in ((), None)
        }

    def as_query(self) -> str:
        """The same as an address, so that it can be shared."""
        return urlencode(self.as_json(), doseq=True)


def read(given: Mapping[str, Any], *, frank: bool = False) -> Criteria:
    """Criteria from JSON or from the lists of an address; raises Malformed. Ignores other names.

    Only who may see negative types by name (`frank`) can pick them; to others they do not exist.
    """
    reader = _Reader(given)
    criteria = Criteria(
        purpose=reader.one_of("purpose", PURPOSES) or "news",
        types=reader.some_of("types", [kind.key for kind in veil.types(frank=frank)]),
        families=reader.some_of("families", veil.families(Family, frank=frank)),
        steps=reader.some_of("steps", list(typology().groups)),
        personae=reader.numbers("personae"),
        value_least=reader.amount("value_least"),
        value_most=reader.amount("value_most"),
        alive_least=reader.amount("alive_least", 0, 1),
        alive_most=reader.amount("alive_most", 0, 1),
        last_order_from=reader.day("last_order_from"),
        last_order_to=reader.day("last_order_to"),
        countries=reader.countries("countries"),
        segment=reader.whole("segment"),
    )
    for least, most in (
        ("value_least", "value_most"),
        ("alive_least", "alive_most"),
        ("last_order_from", "last_order_to"),
    ):
        reader.in_order(criteria, least, most)
    if reader.errors:
        raise Malformed(reader.errors)
    return criteria


def is_open(criteria: Mapping[str, Any], *, frank: bool) -> bool:
    """Whether kept criteria pick nothing that this reader may not pick."""
    if frank:
        return True
    kinds = {kind.key for kind in veil.types(frank=False)}
    families = {*veil.families(Family, frank=False)}
    return kinds.issuperset(criteria.get("types", ())) and families.issuperset(
        criteria.get("families", ())
    )


class _Reader:
    """Takes fields one by one and keeps what was wrong with each."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = given
        self.errors: dict[str, str] = {}

    def _list(self, name: str) -> list[str]:
        value = self.given.get(name)
        values = value if isinstance(value, list | tuple) else [value]
        return [str(each).strip() for each in values if each not in (None, "")]

    def _single(self, name: str) -> str:
        values = self._list(name)
        if len(values) > 1:
            self.errors[name] = _("Give one value.")
        return values[-1] if values else ""

    def one_of(self, name: str, known: Any) -> str:
        value = self._single(name)
        if value and value not in known:
            self.errors[name] = _("Choose one of %s.") % ", ".join(known)
        return value

    def some_of(self, name: str, known: Any) -> Listed:
        values = tuple(dict.fromkeys(self._list(name)))
        if strange := [value for value in values if value not in known]:
            self.errors[name] = _("There is no “%s” to choose.") % strange[0][:40]
        return values

    def numbers(self, name: str) -> tuple[int, ...]:
        values = [whole(value) for value in self._list(name)]
        if None in values:
            self.errors[name] = _("Give numbers of personae.")
        return tuple(dict.fromkeys(value for value in values if value is not None))

    def whole(self, name: str) -> int | None:
        """The number of something; one that is not there means nobody."""
        value = self._single(name)
        found = whole(value) if value else None
        if value and found is None:
            self.errors[name] = _("Give the number of a segment.")
        return found

    def amount(self, name: str, low: float = -1e12, high: float = 1e12) -> float | None:
        value = self._single(name)
        if not value:
            return None
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if isfinite(number) and low <= number <= high:
            return number
        self.errors[name] = (
            _("Write a number from 0 to 1.") if high == 1 else _("Write a number, such as 120.")
        )
        return None

    def day(self, name: str) -> date | None:
        value = self._single(name)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            self.errors[name] = _("Write a date, such as 2026-03-31.")
            return None

    def countries(self, name: str) -> Listed:
        values = [part for value in self._list(name) for part in value.replace(",", " ").split()]
        codes = tuple(dict.fromkeys(value.upper() for value in values))
        if any(len(code) != 2 or not (code.isascii() and code.isalpha()) for code in codes):
            self.errors[name] = _("Write countries with two letters, such as AT, DE.")
        return codes

    def in_order(self, criteria: Criteria, least: str, most: str) -> None:
        low, high = getattr(criteria, least), getattr(criteria, most)
        if low is not None and high is not None and low > high:
            self.errors.setdefault(most, _("This is less than where the range begins."))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
