"""What is known of the people of each type: how many, worth, month by month, whence and whither."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from relationships.models import Month, Portfolio
from relationships.queries.history.type_moves import TypeMoves, type_moves
from relationships.queries.sources import quick_sources

MONTHS = 13


@dataclass(frozen=True)
class Worth:
    """Margin over the horizon of those who show the type; None where everyone is to be scored anew.

    `median`: of one of them. `losing` of the `valued` cost more than they bring.
    """

    total: float
    low: float | None
    high: float | None
    median: float | None
    valued: int
    losing: int | None

    @property
    def losing_share(self) -> float | None:
        return None if self.losing is None or not self.valued else self.losing / self.valued


@dataclass(frozen=True)
class Seen:
    """The newest picture of everyone, the sources that come in, and the months on record."""

    picture: Portfolio | None
    connected: frozenset[str]
    months: Sequence[Month]  # of the last year, oldest first

    def people(self, key: str) -> int:
        return int(self._of(key).get("shown", 0))

    def worth(self, key: str) -> Worth | None:
        """None while nobody shows it."""
        of = self._of(key)
        if not of.get("shown"):
            return None
        losing = of.get("losing")
        return Worth(
            total=of["value"],
            low=of.get("low"),
            high=of.get("high"),
            median=of.get("median"),
            valued=int(of.get("valued", of["shown"])),
            losing=None if losing is None else int(losing),
        )

    def by_month(self, key: str) -> list[tuple[date, int]]:
        return [(month.on, month.types.get(key, 0)) for month in self.months]

    def moves(self, key: str) -> TypeMoves:
        return self._moves.get(key, TypeMoves())

    @cached_property
    def _moves(self) -> dict[str, TypeMoves]:
        # The first month on the page is where the trend begins; moves are counted since then.
        return type_moves(self.months[1:])

    def _of(self, key: str) -> dict[str, float]:
        found: dict[str, float] = self.picture.types.get(key, {}) if self.picture else {}
        return found


def seen(as_of: date) -> Seen:
    """Three statements, none of which reads customers."""
    pictures = Portfolio.objects.filter(as_of__lte=as_of).defer("cells", "ranks")
    picture = pictures.first()
    found = quick_sources(as_of, picture.facts if picture else {})
    told = Month.objects.filter(on__lte=as_of).exclude(closed_at=None)
    months = list(told.only("on", "types", "moves").order_by("-on")[:MONTHS])[::-1]
    return Seen(picture, frozenset(found.connected), months)
