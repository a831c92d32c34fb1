"""Customers under contract stay as contracts do; the others may leave unnoticed.

Who has a running contract buys at a steady rate (NBD, given their purchases so far) for as long as
it is renewed (sBG or BdW, `renewal`). Of everybody else MBG/NBD is asked; who has not bought since
their contract ended does so with the share of those who ever did. D10 to D12 are derived in
docs/method/value-derivations.md.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc

from relationships.engine.value import bgnbd, nbd
from relationships.engine.value.bgnbd import BetaGeometric
from relationships.engine.value.discrete import renewal
from relationships.engine.value.discrete.contracts import Contracts
from relationships.engine.value.discrete.mixed import Mixed
from relationships.engine.value.discrete.renewal import Renewal
from relationships.engine.value.discrete.spells import Spells
from relationships.engine.value.histories import Floats, Histories
from relationships.engine.value.models import Facts, UnknownModel, columns
from relationships.engine.value.nbd import Nbd
from relationships.engine.value.tails import Tail

UNDER_CONTRACT = "Contracts"
# Of fewer that have come to the end of a period nothing is learned.
LEAST_CONTRACTS = 30
RENEWED_WITHOUT_PRIOR = 1_000
# A third parameter pays for itself from one unit of log-likelihood (Akaike 1974).
WORTH_A_PARAMETER = 1.0
ANY = 0.0  # the length under which the renewal of all lengths together is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Contracted:
    """A renewal for each usual length of period in weeks, and one for all of them."""

    leaving: BetaGeometric
    steady: Nbd
    renewals: Mapping[float, Renewal]
    returning: float  # share of those whose contract ended that bought after its end

    @property
    def name(self) -> str:
        return UNDER_CONTRACT

    @property
    def facts(self) -> Facts:
        """Of the renewal of all contracts."""
        return self.renewals[ANY].facts

    @property
    def parameters(self) -> dict[str, float]:
        """The numbers of all contracts together, then of each length."""
        return {
            key if weeks == ANY else f"{key} ({weeks:g} weeks)": value
            for weeks, model in sorted(self.renewals.items())
            for key, value in model.parameters.items()
        } | {"returning": self.returning}

    def probability_alive(self, h: Histories) -> Floats:
        """Certain under contract (D11); of the others MBG/NBD's, Batislam et al. eq. 10."""
        alive = self.leaving.probability_alive(h) * self._left(h)
        alive[bound(h)] = 1.0
        return alive

    def expected_repeats(self, h: Histories, weeks: ArrayLike) -> Floats:
        """Under contract, D11: the steady rate times the weeks in which the contract is there."""
        horizons, single = columns(weeks)
        expected = self.leaving.expected_repeats(h, horizons[0]) * self._left(h)[:, None]
        rate = (self.steady.r + h.repeats) / (self.steady.alpha + h.age)
        for rows, stays, ends in self._groups(h, float(horizons.max(initial=0.0))):
            for column, week in enumerate(horizons[0]):
                expected[rows, column] = rate[rows] * _time_there(stays, ends, float(week))
        return expected[:, 0] if single else expected

    def at_least(self, count: ArrayLike, h: Histories, weeks: float) -> Floats:
        """Under contract, D12: over the ends at which it may be left, NBD's tail of the time
        till then."""
        wanted = np.broadcast_to(np.asarray(count, dtype=np.float64), (len(h),))
        found = self.leaving.at_least(wanted, h, weeks) * self._left(h)
        for rows, leaves, odds in self._ends(h, weeks):
            shape = (self.steady.r + h.repeats[rows])[:, None]
            tails = betainc(wanted[rows, None], shape, odds)
            found[rows] = np.sum(leaves * tails, axis=1)
        return found

    def tail(self, h: Histories, weeks: float) -> Tail:
        """D12, as `at_least`, count after count."""
        free = np.flatnonzero(~bound(h))
        parts = [(free, self.leaving.tail(h.rows(free), weeks))]
        for rows, leaves, odds in self._ends(h, weeks):
            parts.append((rows, Tail(self.steady.r + h.repeats[rows], odds, leaves)))
        return Mixed(parts, len(h))

    def _ends(
        self, h: Histories, weeks: float
    ) -> Iterator[tuple[NDArray[np.int64], Floats, Floats]]:
        """By length of period: whose rows, the chance to leave at each end, and NBD's odds of the
        time till then."""
        for rows, stays, ends in self._groups(h, weeks):
            until = np.minimum(ends[:, 1:], weeks)
            leaves = stays - np.append(stays[:, 1:], np.zeros((len(rows), 1)), axis=1)
            yield rows, leaves, until / (self.steady.alpha + h.age[rows, None] + until)

    def expected_renewals(self, h: Histories, weeks: float) -> Floats:
        """D10: renewals of a contract expected in the next `weeks`; NaN without one."""
        found = np.full(len(h), np.nan)
        for rows, chance, at in self.renewals_ahead(h, weeks):
            found[rows] = np.sum(chance * (at <= weeks), axis=1)
        return found

    def renewals_ahead(
        self, h: Histories, weeks: float
    ) -> Iterator[tuple[NDArray[np.int64], Floats, Floats]]:
        """D10, by length of period: whose rows, the chance of each renewal of the next `weeks` and
        a little more, and in how many weeks it is due."""
        for rows, stays, ends in self._groups(h, weeks):
            yield rows, stays[:, 1:], ends[:, 1:-1]

    def staying(self, h: Histories, weeks: Floats) -> Floats:
        """D10: chance that the contract is still there so many weeks from now; NaN without one."""
        found = np.full((len(h), len(weeks)), np.nan)
        for rows, stays, ends in self._groups(h, float(weeks.max(initial=0.0))):
            passed = (ends[:, None, 1:-1] <= weeks[None, :, None]).sum(axis=2)
            found[rows] = np.take_along_axis(stays, passed, axis=1)
        return found

    def _left(self, h: Histories) -> Floats:
        """What a contract that ended leaves of a forecast."""
        return np.where(_silent_since(h), self.returning, 1.0)

    def _groups(
        self, h: Histories, weeks: float
    ) -> Iterator[tuple[NDArray[np.int64], Floats, Floats]]:
        """By length of period: whose rows; the chance of 0, 1, 2 … further renewals; and when the
        time before each begins, the first at 0, the last without end."""
        if h.plans is None:
            return
        for length in np.unique(h.plans[bound(h), 0]):
            rows = np.flatnonzero(h.plans[:, 0] == length)
            age = h.plans[rows, 1]
            renewed = np.floor(age / length + 1e-9)
            k = np.arange(np.floor(weeks / length) + 2)
            model = self.renewals.get(float(length), self.renewals[ANY])
            which, where = np.unique(renewed, return_inverse=True)
            stays = model.staying(which, k)[where.ravel()]
            first = length * (renewed + 1) - age
            ends = first[:, None] + length * k[:-1]
            edges = [np.zeros((len(rows), 1)), ends, np.full((len(rows), 1), np.inf)]
            yield rows, stays, np.concatenate(edges, axis=1)

    def to_json(self) -> dict[str, Any]:
        """Plain numbers and words, for a JSON column."""
        return {
            "name": self.name,
            "parameters": self.parameters,
            "facts": asdict(self.facts),
            "leaving": self.leaving.to_json(),
            "steady": self.steady.to_json(),
            "returning": self.returning,
            "renewals": {f"{weeks:g}": m.to_json() for weeks, m in self.renewals.items()},
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Contracted":
        """The model that `to_json` stored."""
        renewals = {float(w): Renewal.from_json(m) for w, m in stored["renewals"].items()}
        if ANY not in renewals:
            raise UnknownModel("contracts need the renewal of all of them together")
        return cls(
            leaving=BetaGeometric.from_json(stored["leaving"]),
            steady=Nbd.from_json(stored["steady"]),
            renewals=renewals,
            returning=float(stored["returning"]),
        )


def bound(h: Histories) -> NDArray[np.bool_]:
    """Who is under contract."""
    return np.zeros(len(h), dtype=np.bool_) if h.plans is None else h.plans[:, 0] > 0


def _silent_since(h: Histories) -> NDArray[np.bool_]:
    """Whose contract ended, and who has not bought since."""
    if h.plans is None:
        return np.zeros(len(h), dtype=np.bool_)
    return (h.plans[:, 0] < 0) & (h.age - h.last_seen >= h.plans[:, 1])


def is_enough(spells: Spells | None, day: float) -> bool:
    """Whether so many contracts have come to the end of a period, and somebody has one."""
    if spells is None or not len(spells):
        return False
    return _faced(spells.contracts(day)) >= LEAST_CONTRACTS


def fit(h: Histories, spells: Spells, day: float, *, prior: bool) -> Contracted:
    """From the contracts known at the end of `day`, and everybody's purchases till then."""
    lengths, counts = np.unique(spells.weeks, return_counts=True)
    renewals = {ANY: _renewal(spells.contracts(day))}
    for length in lengths[np.argsort(-counts)] if len(lengths) > 1 else ():
        contracts = spells.contracts(day, weeks=float(length))
        if _faced(contracts) >= LEAST_CONTRACTS:
            renewals[float(length)] = _renewal(contracts)
    return Contracted(
        leaving=bgnbd.fit(h, first_may_be_last=True, prior=prior),
        steady=nbd.fit(h, prior=prior),
        renewals=renewals,
        returning=_returning(h),
    )


def _returning(h: Histories) -> float:
    """Of those whose contract ended; one of each kind added, so that it is never certain."""
    if h.plans is None:
        return 0.5
    ended = float(h.weights[h.plans[:, 0] < 0].sum())
    return 1 - (float(h.weights[_silent_since(h)].sum()) + 1) / (ended + 2)


def _renewal(contracts: Contracts) -> Renewal:
    """sBG, or BdW where the chance of one contract clearly changes with its age."""
    prior = contracts.renewed < RENEWED_WITHOUT_PRIOR
    plain, bent = (renewal.fit(contracts, prior=prior, time_bends=b) for b in (False, True))
    gain = (bent.facts.log_likelihood or 0.0) - (plain.facts.log_likelihood or 0.0)
    return bent if gain > WORTH_A_PARAMETER else plain


def _faced(contracts: Contracts) -> int:
    return int((contracts.periods >= 1).sum())


def _time_there(stays: Floats, ends: Floats, weeks: float) -> Floats:
    """D11: expected weeks, of the next `weeks`, before the contract ends."""
    reached = np.minimum(ends, weeks)
    return np.asarray(np.sum(stays * np.diff(reached, axis=1), axis=1))
