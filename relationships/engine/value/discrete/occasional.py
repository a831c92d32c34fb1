"""BG/BB as a forecast among the others: purchases in so many weeks, by a calendar of occasions.

Fader, Hardie & Shang (2010); D7 and D9 are derived in docs/method/value-derivations.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, gammaln

from relationships.engine.value.discrete import bgbb
from relationships.engine.value.discrete.asked import Asked
from relationships.engine.value.discrete.bgbb import BetaGeometricBetaBernoulli
from relationships.engine.value.discrete.calendar import Calendar, Counted
from relationships.engine.value.discrete.occasions import Occasions
from relationships.engine.value.histories import Floats, Histories, Integers
from relationships.engine.value.models import Stored, columns
from relationships.engine.value.tails import Tail

FIXED_DATES = "BG/BB"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasional(Stored):
    """Buys only at fixed occasions: BG/BB, and the calendar that says when they are."""

    NAMES: ClassVar[tuple[str, ...]] = (
        "alpha", "beta", "gamma", "delta", "period_days", "opens_at", "open_days", "per_occasion",
    )  # fmt: skip
    alpha: float
    beta: float
    gamma: float
    delta: float
    period_days: float
    opens_at: float
    open_days: float
    per_occasion: float

    @property
    def name(self) -> str:
        return FIXED_DATES

    @property
    def calendar(self) -> Calendar:
        """When the occasions are."""
        return Calendar(
            period_days=self.period_days,
            opens_at=self.opens_at,
            open_days=self.open_days,
            per_occasion=self.per_occasion,
        )

    def probability_alive(self, h: Histories) -> Floats:
        """Chance of still being here at the next occasion (Fader, Hardie & Shang 2010, eq. 11)."""
        rows = _Rows.of(self, h)
        return self._bgbb.probability_alive(rows.past)[rows.inverse]

    def staying(self, h: Histories, weeks: Floats) -> Floats:
        """D7: chance of not having left so many weeks from now, of one who is here now; a column
        for each of `weeks`. One leaves before an occasion, so it falls at their openings."""
        rows = _Rows.of(self, h)
        opened = np.zeros((len(rows), len(weeks)))
        for column, week in enumerate(weeks):
            number = self.calendar.ahead(rows.day, float(week))
            part = self.calendar.part_ahead(number, rows.day, float(week))
            own = number[None, :] >= rows.next[:, None]
            opened[:, column] = (own * part).sum(axis=1)
        stayed = self.delta + rows.past.offered[:, None]
        left = betaln(self.gamma, stayed + opened) - betaln(self.gamma, stayed)
        return np.asarray(np.exp(left)[rows.inverse], dtype=np.float64)

    def expected_repeats(self, h: Histories, weeks: ArrayLike) -> Floats:
        """Eq. (13), occasion by occasion, each as far as it lies ahead; times the days on which
        one who takes an occasion buys."""
        horizons, single = columns(weeks)
        rows = _Rows.of(self, h)
        number = self.calendar.ahead(rows.day, float(horizons.max(initial=0.0)))
        each = self._each(rows, number)
        parts = [self.calendar.part_ahead(number, rows.day, float(w)) for w in horizons[0]]
        expected = self.per_occasion * (each @ np.array(parts).T)[rows.inverse]
        return expected[:, 0] if single else expected

    def at_least(self, count: ArrayLike, h: Histories, weeks: float) -> Floats:
        """D9: tail of the occasions taken, being here for s of them, then a beta-binomial."""
        rows = _Rows.of(self, h)
        number = self.calendar.ahead(rows.day, weeks)
        part = self.calendar.part_ahead(number, rows.day, weeks)
        result = np.zeros(len(h))
        wanted = np.ceil(np.asarray(count, dtype=np.float64) / self.per_occasion - 1e-9)
        wanted = np.broadcast_to(wanted, (len(h),)).astype(np.int64)
        for following in np.unique(rows.next):
            ahead = round(float(part[number >= following].sum()))
            chosen = rows.next == following
            whose = chosen[rows.inverse]
            tails = np.zeros((len(rows), ahead + 2))
            tails[chosen] = self._tails(rows.past_of(chosen), ahead)
            result[whose] = tails[rows.inverse[whose], np.minimum(wanted[whose], ahead + 1)]
        return result

    def tail(self, h: Histories, weeks: float) -> Tail:
        """D9, as `at_least`."""
        return Asked(self, h, weeks)

    def _each(self, rows: "_Rows", number: Floats) -> Floats:
        """Chance to take each of these occasions; nothing for those that one has had."""
        o = rows.past
        chance = (self.alpha + o.taken) / (self.alpha + self.beta + o.offered)
        ahead = number[None, :] - rows.next[:, None] + 1
        is_ahead = ahead >= 1
        first = betaln(self.gamma, self.delta + o.offered + 1)
        later = betaln(self.gamma, self.delta + o.offered[:, None] + np.maximum(ahead, 1))
        here = self._bgbb.probability_alive(o) * chance
        return np.asarray(is_ahead * here[:, None] * np.exp(later - first[:, None]))

    def _tails(self, o: Occasions, ahead: int) -> Floats:
        """D9: chance of k or more of the next `ahead` occasions, k = 0 … ahead + 1."""
        tails = np.zeros((len(o), ahead + 2))
        if not len(o):
            return tails
        now = betaln(self.gamma, self.delta + o.offered)
        here = np.exp(now - betaln(self.gamma, self.delta + o.offered + 1))
        here = here * self._bgbb.probability_alive(o)  # at this moment, before the next
        yes, no = self.alpha + o.taken, self.beta + o.offered - o.taken
        stayed = self.delta + o.offered
        for s in range(1, ahead + 1):
            gone = 0.0 if s == ahead else 1.0
            lasting = here * np.exp(betaln(self.gamma + gone, stayed + s) - now)
            k = np.arange(s + 1.0)
            ways = gammaln(s + 1) - gammaln(k + 1) - gammaln(s - k + 1)
            logs = ways + betaln(yes[:, None] + k, no[:, None] + s - k)
            some = np.exp(logs - betaln(yes, no)[:, None])
            tails[:, : s + 1] += lasting[:, None] * some
        tails = np.cumsum(tails[:, ::-1], axis=1)[:, ::-1]
        tails[:, 0] = 1.0
        return np.clip(tails, 0.0, 1.0)

    @property
    def _bgbb(self) -> BetaGeometricBetaBernoulli:
        return BetaGeometricBetaBernoulli(
            alpha=self.alpha, beta=self.beta, gamma=self.gamma, delta=self.delta, facts=self.facts
        )

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Occasional":
        """The model that `to_json` stored."""
        return cls._read(stored)


def fit(h: Histories, calendar: Calendar, *, prior: bool) -> Occasional:
    """BG/BB of these histories on this calendar. Its log-likelihood counts occasions, not days, and
    cannot be set beside those of the others."""
    counted = calendar.count(h, closed_only=True)
    found = bgbb.fit(
        Occasions.of(counted.taken, counted.last, counted.offered, h.weights), prior=prior
    )
    errors = (*found.facts.relative_errors, None, None, None, None)
    return Occasional(
        facts=replace(found.facts, relative_errors=errors),
        period_days=calendar.period_days,
        opens_at=calendar.opens_at,
        open_days=calendar.open_days,
        per_occasion=calendar.per_occasion,
        **found.parameters,
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    """Unique pasts on the calendar, and for each customer the one that is theirs."""

    day: float
    past: Occasions
    next: Integers
    inverse: Integers

    @classmethod
    def of(cls, model: Occasional, h: Histories) -> "_Rows":
        counted: Counted = model.calendar.count(h)
        table = np.column_stack([*counted[:3], counted.next.astype(np.float64)])
        unique, inverse = np.unique(table, axis=0, return_inverse=True)
        past = Occasions.of(unique[:, 0], unique[:, 1], unique[:, 2])
        return cls(float(h.as_of_day or 0), past, unique[:, 3].astype(np.int64), inverse.ravel())

    def __len__(self) -> int:
        return len(self.past)

    def past_of(self, chosen: Any) -> Occasions:
        """Of the chosen rows only."""
        o = self.past
        return Occasions.of(o.taken[chosen], o.last_taken[chosen], o.offered[chosen])
