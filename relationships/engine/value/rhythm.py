"""When a customer is likely to buy next: their own rhythm, set right by what came of it before.

Gaps are taken as Gamma with one shape for the company; a customer's mean gap is their own, shrunk
by two of the company's mean. Of those who have waited e, the next gap is beyond it: its place
among all that are still possible is u = 1 − S(G) / S(e). If the model were right, places would be
spread evenly; they are not, as some never come back and nobody's rhythm is that steady. So at an
earlier cut-off places are counted (Kaplan & Meier 1958: who has not come yet counts as waiting), by
how alive the relationship seemed, and every promise is read from that count. D13, D16, D17 and D20
are derived in docs/method/value-derivations.md.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, gammaincc, gammainccinv, polygamma

from relationships.engine.value.alive import BORROWED_GAPS, AliveModel
from relationships.engine.value.histories import Floats, Histories, Integers
from relationships.engine.value.purchases import DAYS_PER_WEEK, PurchaseDays

# Who came back often keeps a rhythm more surely; each such group has bands by chance to be alive.
REPEATS = (0.0, 3.0)
BANDS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9)
GRID = np.linspace(0.0, 1.0, 101)
FEWEST_SEEN = 50  # purchases after the cut-off, to count on
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
SURE_ENOUGH, CYCLES = 0.6, 2.0
LEAST_SHAPE, MOST_SHAPE = 0.3, 50.0
PART_TO_LEARN = 2 / 3  # of history lies before the cut-off
TINY = 1e-290


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """One row per customer, in weeks from now; NaN where no window can be relied on."""

    soon: Floats  # chance of a purchase within two of their own cycles
    low: Floats
    middle: Floats
    high: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """The shape of gaps, and for each band of customers the share come by each place."""

    shape: float
    mean_gap_weeks: float
    least: tuple[tuple[float, float], ...]  # of each band: repeats, chance to be alive
    come: tuple[tuple[float, ...], ...]  # over GRID

    def own_gap(self, h: Histories) -> Floats:
        """D13: each customer's mean gap, shrunk."""
        borrowed = BORROWED_GAPS * self.mean_gap_weeks
        return np.asarray((h.last_seen + borrowed) / (h.repeats + BORROWED_GAPS))

    def waited(self, h: Histories) -> Floats:
        """D16, S_G(e): share of gaps that are longer than the wait so far."""
        return self._longer(h.age - h.last_seen, self.own_gap(h))

    def place(self, h: Histories, weeks: Floats) -> Floats:
        """D16: where a purchase so many weeks from now stands among all still possible."""
        gone = self._longer(h.age - h.last_seen + weeks, self.own_gap(h))
        return np.clip(1 - gone / np.maximum(self.waited(h), TINY), 0.0, 1.0)

    def after(self, h: Histories, place: Floats) -> Floats:
        """D17: weeks from now at which that place is reached."""
        gap = self.own_gap(h) / self.shape
        left = self.waited(h) * (1 - place)
        with np.errstate(all="ignore"):
            return np.asarray(gammainccinv(self.shape, left) * gap - (h.age - h.last_seen))

    def next(self, h: Histories, alive: Floats) -> Next:
        """Chance and window of each customer; without bands to count on nothing is promised."""
        soon, low, middle, high = np.full((4, len(h)), np.nan)
        if not self.come:
            return Next(soon=soon, low=low, middle=middle, high=high)
        in_two = self.place(h, CYCLES * self.own_gap(h))
        for rows, come in zip(self._members(h, alive), self.come, strict=True):
            soon[rows] = np.interp(in_two[rows], GRID, come)
            sure = rows[soon[rows] >= SURE_ENOUGH]
            chosen, whole = h.rows(sure), come[-1]
            for level, found in ((LOW, low), (MIDDLE, middle), (HIGH, high)):
                place = np.full(len(sure), _reached(come, level * whole))
                found[sure] = np.maximum(self.after(chosen, place), 0.0)
        kept = np.isfinite(high) & (high > 0)
        return Next(
            soon=soon,
            **{
                name: np.where(kept, column, np.nan)
                for name, column in (("low", low), ("middle", middle), ("high", high))
            },
        )

    def _members(self, h: Histories, alive: Floats) -> list[Integers]:
        """The rows of each band."""
        band = np.full(len(h), -1)
        for at, (repeats, chance) in enumerate(self.least):
            band[(h.repeats >= repeats) & (alive >= chance)] = at
        return [np.flatnonzero(band == at) for at in range(len(self.least))]

    def _longer(self, gap: Floats, mean: Floats) -> Floats:
        return np.asarray(gammaincc(self.shape, self.shape * gap / mean))

    def to_json(self) -> dict[str, Any]:
        """Plain numbers."""
        return {
            "shape": self.shape,
            "mean_gap_weeks": self.mean_gap_weeks,
            "least": [list(edges) for edges in self.least],
            "come": [list(band) for band in self.come],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> "Rhythm":
        """The rhythm that `to_json` stored; models of an older version promise nothing."""
        if stored is None:
            return UNKNOWN
        return cls(
            shape=float(stored["shape"]),
            mean_gap_weeks=float(stored["mean_gap_weeks"]),
            least=tuple((float(x), float(chance)) for x, chance in stored["least"]),
            come=tuple(tuple(float(share) for share in band) for band in stored["come"]),
        )


UNKNOWN = Rhythm(shape=1.0, mean_gap_weeks=1.0, least=(), come=())


def fit(purchases: PurchaseDays, *, as_of_day: int, alive: AliveModel) -> Rhythm:
    """From the gaps so far, set right by what happened after an earlier day.

    `alive` is asked as it is today: it moves little, and its bands are wide.
    """
    if not len(purchases):
        return UNKNOWN
    gap = alive.mean_gap_weeks
    first = int(purchases.day.min())
    cut = first + round(PART_TO_LEARN * (as_of_day - first))
    known, later = purchases.cut(cut), purchases.after(cut, as_of_day)
    raw = Rhythm(shape=shape_of_gaps(known, gap), mean_gap_weeks=gap, least=(), come=())
    h = known.histories(cut)
    came = np.full(len(h), np.nan)
    at = np.searchsorted(known.customers, later.customers)
    is_known = np.isin(later.customers, known.customers)
    came[at[is_known]] = (later.day[later.starts] - cut)[is_known] / DAYS_PER_WEEK
    seen = ~np.isnan(came)
    places = raw.place(h, np.where(seen, came, (as_of_day - cut) / DAYS_PER_WEEK))
    bands = list(_bands(places, seen, h.repeats, alive.alive(h)))
    least, come = (tuple(part) for part in zip(*bands, strict=True)) if bands else ((), ())
    return Rhythm(shape=raw.shape, mean_gap_weeks=gap, least=least, come=come)


def shape_of_gaps(purchases: PurchaseDays, mean_gap_weeks: float) -> float:
    """D20: maximum likelihood of the Gamma shape, gaps in each customer's own mean gap."""
    starts = np.zeros(len(purchases), dtype=np.bool_)
    starts[purchases.starts] = True
    gaps = np.diff(purchases.day)[~starts[1:]] / DAYS_PER_WEEK
    if len(gaps) < FEWEST_SEEN:
        return 1.0
    whose = (np.cumsum(starts) - 1)[1:][~starts[1:]]
    n, total = np.bincount(whose), np.bincount(whose, weights=gaps)
    own = (total + BORROWED_GAPS * mean_gap_weeks) / (n + BORROWED_GAPS)
    measured = gaps / own[whose]
    wanted = float(np.log(measured.mean()) - np.log(measured).mean())
    return float(np.clip(_shape_at(wanted), LEAST_SHAPE, MOST_SHAPE))


def _shape_at(wanted: float) -> float:
    """D20: log k − ψ(k) = wanted, by Newton's method from Minka's (2002) start."""
    if wanted <= 0:
        return MOST_SHAPE
    k = (3 - wanted + np.sqrt((wanted - 3) ** 2 + 24 * wanted)) / (12 * wanted)
    for _ in range(8):
        k -= (np.log(k) - digamma(k) - wanted) / (1 / k - polygamma(1, k))
    return float(k)


def _bands(
    places: Floats, seen: NDArray[np.bool_], repeats: Floats, alive: Floats
) -> Iterator[tuple[tuple[float, float], tuple[float, ...]]]:
    """The count in each band. One with too few to count on is joined with the next above; what
    is left at the top of a group is promised what the band below it is."""
    for fewest, more in zip(REPEATS, (*REPEATS[1:], np.inf), strict=True):
        group = (repeats >= fewest) & (repeats < more)
        rows, begins = np.zeros(len(places), dtype=np.bool_), BANDS[0]
        for edge, above in zip(BANDS, (*BANDS[1:], np.inf), strict=True):
            rows |= group & (alive >= edge) & (alive < above)
            if seen[rows].sum() >= FEWEST_SEEN:
                yield (fewest, begins), tuple(share_come(places[rows], seen[rows]).tolist())
                rows, begins = np.zeros(len(places), dtype=np.bool_), above


def share_come(places: Floats, seen: NDArray[np.bool_]) -> Floats:
    """Share of customers who have bought by each place of GRID (Kaplan & Meier 1958)."""
    order = np.lexsort((~seen, places))  # at one place purchases come before those still waiting
    waiting = len(places) - np.arange(len(places))
    stays = np.where(seen[order], 1 - 1 / waiting, 1.0)
    come = 1 - np.cumprod(stays)
    upto = np.searchsorted(places[order], GRID, side="right")
    return np.concatenate([[0.0], come])[upto]


def _reached(come: tuple[float, ...], share: float) -> float:
    """The place by which this share has come."""
    at = int(np.searchsorted(come, share))
    if at == 0:
        return float(GRID[0])
    low, high = come[at - 1], come[at]
    return float(GRID[at - 1] + (share - low) / (high - low) * (GRID[at] - GRID[at - 1]))
