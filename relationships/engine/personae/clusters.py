"""How many groups there are, if any: as many as come back when the people are drawn again.

Dolnicar & Leisch (2010) judge a segmentation by whether bootstrap samples find it again; Hennig
(2007) gives the mean Jaccard similarity of each group as the measure. Stability alone is not
enough, since k-means cuts any cloud the same way twice: the groups must also explain more than
they do when every attribute is shuffled on its own (a placebo without any structure).
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from threadpoolctl import threadpool_limits

from relationships.engine.personae.encoding import Encoder, encoder, usable

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SAMPLE = 5_000  # people: more would change the groups less than drawing again does
FEWEST_PEOPLE = 300
FEWEST_ATTRIBUTES = 4
SIZES = (3, 4, 5, 6, 7)
REFITS = 30
PLACEBOS = 5
RAND_LEAST = 0.70  # agreement between refits, 1 is perfect, 0 is chance
JACCARD_LEAST = 0.75  # of the least stable group
SMALLEST, SMALLEST_SHARE = 30, 0.05  # a group too small to describe is no persona
BEYOND_PLACEBO = 0.01  # of the variance, and three standard deviations of the placebos
NEARLY = 0.03  # agreement so close counts as the same; then the finer picture is shown
DIMENSIONS, EXPLAINED = 8, 0.8


@dataclass(frozen=True)
class Tried:
    """One number of groups, and how it did."""

    groups: int
    rand: float  # mean adjusted Rand index over refits
    jaccard: float  # of the least stable group
    beyond: float  # variance explained beyond what any placebo may reach
    is_stable: bool


@dataclass(frozen=True)
class TooLittle:
    """Too few people, or too little known of them, to picture anybody."""

    people: int
    attributes: list[str]


@dataclass(frozen=True)
class Nothing:
    """Enough is known, but no number of groups comes back: there is no stable structure."""

    people: int
    attributes: list[str]
    tried: list[Tried]


@dataclass(frozen=True)
class Groups:
    """Groups that come back: assigns anybody to the nearest centre."""

    people: int
    tried: list[Tried]
    encode: Encoder
    axes: Floats  # columns of the encoding → a few dimensions
    centres: Floats
    attributes: list[str] = field(default_factory=list)

    def assign(self, people: pd.DataFrame) -> Ints:
        """The group of each person, 0 … k−1."""
        places = self.encode.rows(people) @ self.axes
        distances = ((places[:, None, :] - self.centres) ** 2).sum(axis=2)
        return np.asarray(distances.argmin(axis=1), dtype=np.int64)


def find_groups(
    people: pd.DataFrame, rng: np.random.Generator, *, refits: int = REFITS
) -> Groups | Nothing | TooLittle:
    """Three to seven stable groups among a sample of people, or why there are none."""
    names = usable(people)
    if len(people) < FEWEST_PEOPLE or len(names) < FEWEST_ATTRIBUTES:
        return TooLittle(len(people), names)
    encode = encoder(people)
    blocks = encode.blocks(people)
    rows = np.hstack(list(blocks.values()))
    axes = principal_axes(rows)
    placebos = [_shuffled(blocks, rng) for _ in range(PLACEBOS)]
    with threadpool_limits(1):  # so few people are cut faster by one thread than by many
        chance = np.array([[_explained_by_fit(each, k, rng) for each in placebos] for k in SIZES])
        # The placebos differ alike for every number of groups, so their spread is pooled.
        spread = float(np.sqrt(chance.var(axis=1, ddof=1).mean()))
        levels = zip(SIZES, chance.mean(axis=1) + max(BEYOND_PLACEBO, 3 * spread), strict=True)
        tried = [_try(k, rows, axes, float(level), rng, refits) for k, level in levels]
    stable = [one for one in tried if one.is_stable]
    if not stable:
        return Nothing(len(people), names, tried)
    best = max(one.rand for one in stable)
    chosen = max(one.groups for one in stable if one.rand >= best - NEARLY)
    centres = _fit(rows @ axes, chosen, rng, starts=10).cluster_centers_
    return Groups(len(people), tried, encode, axes, centres, names)


def principal_axes(rows: Floats) -> Floats:
    """The first directions of the cloud that hold most of its variance."""
    _, sizes, directions = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    held = np.cumsum(sizes**2) / (sizes**2).sum()
    return directions[: min(DIMENSIONS, int(np.searchsorted(held, EXPLAINED)) + 1)].T


def _try(
    k: int, rows: Floats, axes: Floats, level: float, rng: np.random.Generator, refits: int
) -> Tried:
    places = rows @ axes
    labels = _fit(places, k, rng, starts=4).labels_
    rand, overlaps = stability(places, labels, k, rng, refits)
    least, beyond = float(overlaps.min()), explained(rows, labels) - level
    large = np.bincount(labels).min() >= max(SMALLEST, SMALLEST_SHARE * len(rows))
    stable = bool(rand >= RAND_LEAST and least >= JACCARD_LEAST and beyond >= 0 and large)
    return Tried(k, rand, least, beyond, stable)


def stability(
    places: Floats, labels: Ints, k: int, rng: np.random.Generator, refits: int
) -> tuple[float, Floats]:
    """Mean agreement with refits on people drawn again, and mean Jaccard of each group."""
    from sklearn.metrics import adjusted_rand_score  # slow to load: not at every start

    rands, jaccards = [], []
    for _ in range(refits):
        drawn = rng.integers(0, len(places), len(places))
        again = _fit(places[drawn], k, rng, starts=2).predict(places)
        rands.append(adjusted_rand_score(labels, again))
        jaccards.append(jaccard(labels, again, k))
    return float(np.mean(rands)), np.mean(jaccards, axis=0)


def jaccard(labels: Ints, again: Ints, k: int) -> Floats:
    """Of each group, the overlap with the most similar one of the other grouping (0 to 1)."""
    both = np.zeros((k, k))
    np.add.at(both, (labels, again), 1)
    either = both.sum(axis=1)[:, None] + both.sum(axis=0) - both
    return np.asarray((both / np.maximum(either, 1)).max(axis=1))


def explained(rows: Floats, labels: Ints) -> float:
    """Share of the variance of all columns that lies between the groups."""
    centred = rows - rows.mean(axis=0)
    between = 0.0
    for group in np.unique(labels):
        mine = centred[labels == group]
        between += len(mine) * float((mine.mean(axis=0) ** 2).sum())
    return between / float((centred**2).sum())


def _explained_by_fit(rows: Floats, k: int, rng: np.random.Generator) -> float:
    return explained(rows, _fit(rows @ principal_axes(rows), k, rng, starts=4).labels_)


def _shuffled(blocks: dict[str, Floats], rng: np.random.Generator) -> Floats:
    """Every attribute dealt out anew on its own: the same people, no structure between them."""
    return np.hstack([rng.permutation(block, axis=0) for block in blocks.values()])


def _fit(places: Floats, k: int, rng: np.random.Generator, *, starts: int) -> Any:
    from sklearn.cluster import KMeans  # slow to load: not at every start

    seed = int(rng.integers(2**31))
    return KMeans(k, n_init=starts, max_iter=100, random_state=seed).fit(places)
