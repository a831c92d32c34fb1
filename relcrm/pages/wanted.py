"""Which customers the list shows, and in which order: read from its address, written back to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from math import isfinite
from typing import Any
from urllib.parse import urlencode

from relationships import veil, went
from relationships.live import typology
from relationships.models import Family, GapLabel
from relationships.went import Went
from relcrm.lib.written import whole

SORTS = ("value", "name", "seen", "step", "alive")
Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters that all must hold; "" or None: any. Shares run from 0 to 1."""

    q: str = ""
    family: str = ""
    type: str = ""
    step: str = ""
    gap: str = ""  # what the gap between wanted and treated consists of
    country: str = ""
    persona: int | None = None
    segment: int | None = None
    bought: int | None = None  # within a year, of the brand or line of this offer
    untyped: bool = False  # the family is shown, and no type of it
    tag: int | None = None
    own: str = ""  # the key of a field of the company's own, then what it is, or from and to
    own_is: str = ""
    own_from: str = ""
    own_to: str = ""
    choosing: int | None = None  # something they have wears out within so many months
    complaint: bool = False  # one is open
    unscored: bool = False
    value_least: float | None = None
    value_most: float | None = None
    alive_least: float | None = None
    alive_most: float | None = None
    x0: float | None = None  # a corner of the map: closeness from x0 to x1 …
    x1: float | None = None
    y0: float | None = None  # … and intensity from y0 to y1
    y1: float | None = None
    was: str = ""  # shown on one day, then on a later one: from the page of moves
    was_on: str = ""
    became: str = ""
    became_on: str = ""
    sort: str = "value"

    @property
    def went(self) -> Went | None:
        """The way between two days, when one is asked for."""
        if not (self.was_on and self.became_on):
            return None
        days = date.fromisoformat(self.was_on), date.fromisoformat(self.became_on)
        return Went(self.was, days[0], self.became, days[1])

    @property
    def given(self) -> dict[str, Any]:
        """Only what differs from the plain list."""
        return {
            one.name: value
            for one in fields(self)
            if (value := getattr(self, one.name)) != one.default
        }

    @property
    def is_filtered(self) -> bool:
        return bool(self.given.keys() - {"sort"})

    @property
    def area(self) -> tuple[Range, Range] | None:
        """The corner of the map, when all four sides are given."""
        if None in (sides := (self.x0, self.x1, self.y0, self.y1)):
            return None
        x0, x1, y0, y1 = (side or 0.0 for side in sides)
        return (x0, x1), (y0, y1)

    @property
    def sides(self) -> list[tuple[str, float | None]]:
        return [("x0", self.x0), ("x1", self.x1), ("y0", self.y0), ("y1", self.y1)]

    @property
    def asks_what_is_withheld(self) -> bool:
        """Whether it asks for something that is not told of those left to service."""
        asks_types = self.went is not None and self.went.asks_types
        return bool(self.type or self.untyped or self.step or self.gap or self.area or asks_types)

    @property
    def asks_for_goods(self) -> bool:
        """Whether it asks for what would say what somebody bought: a persona may be named after
        it, and the day on which something wears out says what it is."""
        return self.persona is not None or self.choosing is not None

    @property
    def asks_for_a_judgement(self) -> bool:
        """Whether it asks for something that we made of them, and not for what is on record."""
        limits = (self.value_least, self.value_most, self.alive_least, self.alive_most)
        made = (self.family, self.type, self.untyped, self.step, self.gap, self.persona, self.area)
        return any(made) or any(given is not None for given in (*limits, self.went))

    @property
    def has_more(self) -> bool:
        """Whether something is chosen in the fields that are folded away."""
        unfolded = {"q", "family", "sort", "x0", "x1", "y0", "y1", *went.NAMES}
        return bool(self.given.keys() - unfolded)

    @property
    def between(self) -> list[tuple[str, str]]:
        """The way between two days as the fields of a form."""
        return [(name, getattr(self, name)) for name in went.NAMES if getattr(self, name)]

    @property
    def query(self) -> str:
        return self.address()[1:]

    def address(self, **changes: Any) -> str:
        """The list's address with these changes, "?" at least, from its first page."""
        given = replace(self, **changes).given
        plain = {name: 1 if value is True else _plain(value) for name, value in given.items()}
        return "?" + urlencode(plain)


def _plain(value: Any) -> Any:
    return f"{value:g}" if isinstance(value, float) and abs(value) < 1e5 else value


def read(given: Mapping[str, str], *, frank: bool, sees_people: bool) -> Wanted:
    """What an address asks for; what makes no sense in it counts as not asked.

    Types that this person may not see by name (`frank`) do not exist for them, and who sees no
    names sees no order by them either: it would tell whose begins with what.
    """
    one_of = _chooser(given)
    sorts = [one for one in SORTS if sees_people or one != "name"]
    country = given.get("country", "").strip().upper()
    return Wanted(
        q=given.get("q", "").strip()[:200],
        family=one_of("family", Family.values),
        type=one_of("type", [kind.key for kind in veil.types(frank=frank)]),
        step=one_of("step", typology().groups),
        gap=one_of("gap", GapLabel.values),
        country=country if len(country) == 2 and country.isascii() and country.isalpha() else "",
        persona=whole(given.get("persona", "")),
        segment=whole(given.get("segment", "")),
        bought=whole(given.get("bought", "")),
        untyped=bool(given.get("untyped")),
        tag=whole(given.get("tag", "")),
        own=_own_key(given.get("own", "")),
        choosing=_months(given.get("choosing", "")),
        complaint=bool(given.get("complaint")),
        unscored=bool(given.get("unscored")),
        sort=one_of("sort", sorts) or "value",
        **went.read(given, frank=frank),
        **{
            name: given.get(name, "").replace("\x00", "").strip()[:254]
            for name in ("own_is", "own_from", "own_to")
        },
        **{
            name: _number(given.get(name, ""))
            for name in ("value_least", "value_most", "alive_least", "alive_most",
                         "x0", "x1", "y0", "y1")
        },
    )  # fmt: skip


def _chooser(given: Mapping[str, str]) -> Callable[[str, Any], str]:
    def one_of(name: str, known: Any) -> str:
        value = given.get(name, "")
        return value if value in known else ""

    return one_of


def _own_key(written: str) -> str:
    is_key = len(written) <= 40 and written.isascii() and written.replace("_", "a").isalnum()
    return written if is_key else ""


def _months(written: str) -> int | None:
    months = whole(written)
    return months if months is not None and 1 <= months <= 60 else None


def _number(written: str) -> float | None:
    try:
        number = float(written.replace(",", "."))
    except ValueError:
        return None
    return number if isfinite(number) else None
