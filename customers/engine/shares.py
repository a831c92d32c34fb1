"""How many of all there are, from a share of them: drawn in small spans spread over everybody."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from scipy.special import gammaincinv

CHANCE = 0.8  # that what is likely holds
Ends = tuple[int, int]  # the first number and the last, both included


@dataclass(frozen=True, slots=True)
class About:
    """What a number is likely to be, in as many figures as are known: the value and the range
    that holds it four times of five."""

    value: int
    low: int
    high: int


def drawn(first: int, last: int, *, parts: int, share: float, rng: Random) -> list[Ends]:
    """Small spans of the numbers from first to last, one at a chance place in each of so many
    equal parts: neighbours are alike, so that many small spans say more than few large ones."""
    among = last - first + 1
    edges = [first + among * at // parts for at in range(parts + 1)]
    found = []
    for begins, ends in zip(edges, edges[1:], strict=False):
        width = max(1, math.floor((ends - begins) * share))
        start = begins + rng.randrange(ends - begins - width + 1)
        found.append((start, start + width - 1))
    return found


def about(found: Sequence[int], sample: Sequence[Ends], among: int) -> About:
    """How many there are among so many numbers, when these were found in each span of a sample.

    Each span differs from the next by chance, and by what its neighbours have in common; half the
    squared differences of neighbours measure both, and little of what changes slowly with the
    numbers (the estimator of successive differences; Wolter, Introduction to Variance Estimation,
    chapter 8). The range is that of a count of events as clumped as those found: for
    many it is the usual bell, and for few or none it stays apart from zero as it should.
    """
    looked = sum(last - first + 1 for first, last in sample)
    together, times = sum(found), among / looked
    clump = _clump(found, 1 - looked / among)
    low, high = _between(together / clump, clump)
    there_is, there_may_be = together, among - (looked - together)
    return _rounded(
        together * times,
        max(low * times, there_is),
        min(high * times, there_may_be),
    )


def _clump(found: Sequence[int], unseen: float) -> float:
    """The variance of their sum against that of as many single events."""
    together, parts = sum(found), len(found)
    if together == 0 or parts == 1:
        return 1.0
    steps = sum((after - before) ** 2 for before, after in zip(found, found[1:], strict=False))
    variance = parts * steps / (2 * (parts - 1))
    # Where every span is the same, what is not known is still one customer or so in the sample.
    return max(unseen * variance / together, 1 / together)


def _between(events: float, clump: float) -> tuple[float, float]:
    """The exact limits for the mean of a Poisson count (Garwood 1936)."""
    tail = (1 - CHANCE) / 2
    low = float(gammaincinv(events, tail)) if events > 0 else 0.0
    return low * clump, float(gammaincinv(events + 1, 1 - tail)) * clump


def _rounded(value: float, low: float, high: float) -> About:
    """No figure says more than is known; the range grows by it rather than shrinks."""
    half = max((high - low) / 2, 1.0)
    unit = 10 ** math.floor(math.log10(half))
    step = max(unit // 2, 1)
    return About(
        round(value / unit) * unit,
        math.floor(low / step) * step,
        math.ceil(high / step) * step,
    )
