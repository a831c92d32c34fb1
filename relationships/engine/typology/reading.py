"""Reading specification documents: typed, bounded, and naming the field that is wrong."""

import json
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

LONGEST = 500  # characters of a text that pages have room for


class BrokenSpecification(ValueError):
    """A specification that cannot be used; the message names the field and what it must be."""


class Field:
    """A place in a JSON document that knows its own path."""

    def __init__(self, value: Any, path: str) -> None:
        self.value, self.path = value, path

    def fail(self, must: str) -> BrokenSpecification:
        shown = json.dumps(self.value, ensure_ascii=False)[:60]
        return BrokenSpecification(f"{self.path} must be {must}, not {shown}")

    def __getitem__(self, name: str) -> "Field":
        if not isinstance(self.value, Mapping):
            raise self.fail("an object")
        if name not in self.value:
            raise BrokenSpecification(f"{self.path}.{name} is missing")
        return Field(self.value[name], f"{self.path}.{name}")

    def names(self) -> tuple[str, ...]:
        if not isinstance(self.value, Mapping):
            raise self.fail("an object")
        return tuple(self.value)

    def only(self, allowed: set[str]) -> None:
        for name in self.names():
            if name not in allowed:
                near = get_close_matches(name, allowed, 1)
                hint = f"write {near[0]}, or take it away" if near else "take it away"
                raise BrokenSpecification(f"{self.path}.{name} is not a known field: {hint}")

    def items(self) -> list["Field"]:
        if not isinstance(self.value, list):
            raise self.fail("a list")
        return [Field(value, f"{self.path}[{at}]") for at, value in enumerate(self.value)]

    def text(self, *, most: int = LONGEST, empty: bool = False) -> str:
        if not isinstance(self.value, str) or not (self.value.strip() or empty):
            raise self.fail("a text")
        if len(self.value) > most:
            raise self.fail(f"a text of at most {most} characters")
        return self.value

    def choice(self, allowed: tuple[str, ...]) -> str:
        if self.value not in allowed:
            raise self.fail(f"one of {', '.join(allowed)}")
        return str(self.value)

    def yes_or_no(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.fail("true or false")
        return self.value

    def number(self, low: float, high: float) -> float:
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            raise self.fail("a number")
        if not low <= value <= high:  # also of whole numbers that no float can hold
            raise self.fail(f"a number from {low:g} to {high:g}")
        return float(value)

    def whole(self, low: int, high: int) -> int:
        number = self.number(low, high)
        if number != int(number):
            raise self.fail(f"a whole number from {low} to {high}")
        return int(number)


def document(path: Path) -> Any:
    """The JSON document in a file; a file that is no JSON is named with the line."""
    return parsed(path.read_text(encoding="utf-8-sig"), path.name)


def parsed(text: str, name: str) -> Any:
    """The JSON document in a text; raises BrokenSpecification with the place that is wrong.

    A field that is written twice is refused: it is not for us to say which of the two is meant.
    """
    try:
        return json.loads(text, object_pairs_hook=_once_each)
    except json.JSONDecodeError as error:
        where = f"{name}, line {error.lineno}, column {error.colno}"
        raise BrokenSpecification(f"{where}: {error.msg}") from error
    except RecursionError as error:
        raise BrokenSpecification(f"{name}: nested deeper than any specification") from error
    except ValueError as error:  # a number of thousands of digits
        raise BrokenSpecification(f"{name}: {error}") from error


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BrokenSpecification(f"the field {twice[:60]} is written twice in one object")
    return found
