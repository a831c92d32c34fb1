"""The three dimensions as meters: a dot, its likely range, and how sure we are, in words."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from relationships.models import Profile
from relationships.queries import Explanation, Placed
from relationships.queries.dimension_words import EIGHT_IN_TEN, sureness


@dataclass(frozen=True, slots=True)
class Meter:
    """Positions from 0 to 100; value None when it is too early to tell."""

    key: str
    label: str
    ends: tuple[str, str]
    value: int | None
    low: int
    high: int
    sureness: str
    evidence: list[tuple[str, str]] = field(default_factory=list)  # (icon, sentence)
    grounds: str = ""  # how much it rests on, in words

    @property
    def width(self) -> int:
        return max(self.high - self.low, 1)


def meters(profile: Profile, explained: Explanation | None) -> list[Meter]:
    """Mood runs from −1 to 1, closeness and intensity from 0 to 1; all are shown on 0 to 100."""
    told = {one.key: one for one in explained.dimensions} if explained else {}
    return [
        _meter("mood", _("Mood"), (_("cold"), _("warm")),
               _half(profile.valence), _halved(profile.valence_se), told),
        _meter("closeness", _("Closeness"), (_("stranger"), _("like family")),
               profile.closeness, profile.closeness_se, told),
        _meter("intensity", _("Intensity"), (_("now and then"), _("all the time")),
               profile.intensity, profile.intensity_se, told),
    ]  # fmt: skip


def _half(value: float | None) -> float | None:
    return None if value is None else (value + 1) / 2


def _halved(error: float | None) -> float | None:
    return None if error is None else error / 2


def _meter(
    key: str,
    label: str,
    ends: tuple[str, str],
    value: float | None,
    error: float | None,
    told: dict[str, Placed],
) -> Meter:
    if value is None:
        return Meter(key, label, ends, None, 0, 0, _("too early to tell"))
    reach = EIGHT_IN_TEN * (error or 0.0)
    low, high = max(value - reach, 0.0), min(value + reach, 1.0)
    place = [round(100 * position) for position in (value, low, high)]
    why = told.get(key)
    if why is None:
        return Meter(key, label, ends, *place, sureness(error))
    return Meter(key, label, ends, *place, sureness(error), why.evidence, why.grounds)
