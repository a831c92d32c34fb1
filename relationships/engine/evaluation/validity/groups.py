"""The groups that types are compared with: quintiles, six groups, clusters."""

import numpy as np
import numpy.typing as npt

from relationships.engine.evaluation.validity.frozen import Frozen

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
CLUSTERS = 6


def quantiles(values: Floats, count: int) -> Places:
    """0 … count − 1 from lowest to highest; equal values stay together."""
    from scipy.stats import rankdata  # slow to load: not at every start

    share = (rankdata(values, method="average") - 0.5) / len(values)
    return np.asarray(np.minimum((share * count).astype(int), count - 1))


def rfm_quintiles(some: Frozen) -> Places:
    """Of 125 cells those that occur."""
    r, f, m = (quantiles(one, 5) for one in (-some.recency, some.frequency, some.money))
    return 25 * r + 5 * f + m


def six_groups(some: Frozen) -> Places:
    """Terciles of R, F, M, 3 the best: champions, loyal, recent, needs attention, at risk,
    inactive."""
    r, f, m = (1 + quantiles(one, 3) for one in (-some.recency, some.frequency, some.money))
    rules = [
        (r == 3) & (f == 3) & (m == 3),
        (r >= 2) & (f >= 2) & (f + m >= 5),
        r == 3,
        r == 2,
        f >= 2,
    ]
    return np.asarray(np.select(rules, range(len(rules)), len(rules)))


def clusters(some: Frozen, seed: int = 0, count: int = CLUSTERS) -> Places:
    """k-means on standardised logs of recency, frequency and money."""
    from sklearn.cluster import KMeans  # slow to load: not at every start

    logs = standardised(some.logs[:, :3])
    return np.asarray(KMeans(count, n_init=3, random_state=seed).fit_predict(logs))


def standardised(values: Floats) -> Floats:
    spread = values.std(axis=0)
    return np.asarray((values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0))
