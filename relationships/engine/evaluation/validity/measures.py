"""How well a ranking of customers tells what they do next."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from relationships.engine.typology.evaluate import (
    auc,
    group_scores,
    log_loss,
    mutual_information_bits,
)

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
BINS = 20


@dataclass(frozen=True)
class Outcome:
    """After the day of freezing: who bought again, for how much, and after how many days
    (`followed_days` for those who had not bought by the end)."""

    came_back: Bools
    spend: Floats
    days_until: Floats
    followed_days: int


@dataclass(frozen=True)
class Measured:
    """One way of telling customers apart; `chance` is out of fold, and None for `log_loss` of
    groups means that it was not asked."""

    name: str
    groups: int
    bits: float
    auc: float
    log_loss: float
    gini: float
    c_index: float
    chance: Floats


def measured_groups(name: str, outcome: Outcome, groups: npt.ArrayLike) -> Measured:
    """Groups as scores: each customer's group mean from the other four fifths."""
    _, places = np.unique(np.asarray(groups), return_inverse=True)
    chance = group_scores(outcome.came_back, places)
    spend = _group_spend(outcome, places)
    return _measured(name, outcome, int(places.max()) + 1, places, chance, spend)


def measured_scores(name: str, outcome: Outcome, chance: Floats) -> Measured:
    """A probability of coming back; twenty even bins of it for the bits."""
    from scipy.stats import rankdata  # slow to load: not at every start

    bins = np.minimum((rankdata(chance) - 1) * BINS // len(chance), BINS - 1)
    return _measured(name, outcome, 0, bins, chance, chance)


def _measured(
    name: str, outcome: Outcome, groups: int, cells: npt.ArrayLike, chance: Floats, spend: Floats
) -> Measured:
    return Measured(
        name=name,
        groups=groups,
        bits=mutual_information_bits(outcome.came_back, cells),
        auc=auc(outcome.came_back, chance),
        log_loss=log_loss(outcome.came_back, chance),
        gini=gini(outcome.spend, spend),
        c_index=concordance(outcome, chance),
        chance=chance,
    )


def _group_spend(outcome: Outcome, places: npt.NDArray[np.intp]) -> Floats:
    """Mean spend of each one's group, out of fold by the same folds as coming back."""
    fold = np.random.default_rng(0).permutation(len(places)) % 5
    told = np.empty(len(places))
    for one in range(5):
        learn, test = fold != one, fold == one
        total = np.bincount(places[learn], outcome.spend[learn], places.max() + 1)
        size = np.bincount(places[learn], minlength=places.max() + 1)
        mean = (total + 10.0 * outcome.spend[learn].mean()) / (size + 10.0)
        told[test] = mean[places[test]]
    return told


def gini(spend: Floats, score: Floats) -> float:
    """Share of what perfect foresight would concentrate on those ranked first; 0 is chance."""
    from scipy.stats import rankdata  # slow to load: not at every start

    def concentration(by: Floats) -> float:
        return float(((2 * rankdata(by) - len(by) - 1) * spend).sum())

    return concentration(score) / concentration(spend)


def concordance(outcome: Outcome, score: Floats) -> float:
    """Of pairs of which one is known to have bought earlier: how often that one scores higher."""
    order = np.argsort(score, kind="stable")
    place = np.searchsorted(score[order], score, side="left")
    upto = np.searchsorted(score[order], score, side="right")
    until = np.where(outcome.came_back, outcome.days_until, np.inf)
    good = pairs = 0.0
    for day in np.unique(outcome.days_until[outcome.came_back]):
        now = np.flatnonzero(until == day)
        later = np.concatenate([[0], np.cumsum((until > day)[order])])
        lower, same = later[place[now]], later[upto[now]] - later[place[now]]
        good += float((lower + 0.5 * same).sum())
        pairs += float(later[-1] * len(now))
    return good / pairs


def paired_gain(outcome: Outcome, ours: Floats, theirs: Floats) -> tuple[float, float]:
    """How much smaller our mean surprise is, and its standard error, customer by customer."""

    def surprise(chance: Floats) -> Floats:
        p = np.clip(chance, 1e-12, 1 - 1e-12)
        return -np.where(outcome.came_back, np.log(p), np.log1p(-p))

    gain = surprise(theirs) - surprise(ours)
    return float(gain.mean()), float(gain.std(ddof=1) / np.sqrt(len(gain)))


def placebo(outcome: Outcome, groups: npt.ArrayLike, shuffles: int, seed: int) -> float:
    """Mean AUC of the groups when outcomes are dealt out at random."""
    rng = np.random.default_rng(seed)
    _, places = np.unique(np.asarray(groups), return_inverse=True)
    dealt = (rng.permutation(outcome.came_back) for _ in range(shuffles))
    return float(np.mean([auc(one, group_scores(one, places)) for one in dealt]))


def auc_of_groups(outcome: Outcome, groups: npt.ArrayLike) -> float:
    _, places = np.unique(np.asarray(groups), return_inverse=True)
    return auc(outcome.came_back, group_scores(outcome.came_back, places))
