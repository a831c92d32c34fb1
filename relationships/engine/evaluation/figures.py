"""Figures of a classifier whose truth is known: F1, calibration error, skill, what it shows."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

BINS = 15


def macro_f1(truth: Places, said: Places) -> float:
    """Mean over the classes that truly occur of 2·hits / (said + true)."""
    classes = np.unique(truth)
    hits = np.array([np.sum((truth == one) & (said == one)) for one in classes])
    both = np.array([np.sum(truth == one) + np.sum(said == one) for one in classes])
    return float(np.mean(2.0 * hits / both))


def calibration_error(truth: Places, chances: Floats, bins: int = BINS) -> float:
    """Mean gap between how sure we are of the likeliest class and how often it is the true one."""
    return binned_error(chances.max(axis=1), chances.argmax(axis=1) == truth, bins)


def binned_error(chance: Floats, was: npt.NDArray[np.bool_], bins: int = BINS) -> float:
    """Mean gap, over even bins of what was told, to the share that came true."""
    place = np.minimum((chance * bins).astype(int), bins - 1)
    gaps = [abs(was[place == at].sum() - chance[place == at].sum()) for at in range(bins)]
    return float(np.sum(gaps) / len(chance))


def brier_skill(truth: Places, chances: Floats) -> float:
    """1 − squared error over all classes, against telling everyone the true base rates."""
    real = np.eye(chances.shape[1])[truth]
    base = real.mean(axis=0)
    return float(1.0 - ((chances - real) ** 2).sum() / ((base - real) ** 2).sum())


def log_loss(truth: Places, chances: Floats) -> float:
    """Mean surprise in natural logs; nothing counts as less likely than one in a million."""
    return float(-np.log(np.maximum(chances[np.arange(len(truth)), truth], 1e-6)).mean())


def likely(chances: Floats, enough: float) -> Places:
    """Everyone's likeliest class when it is likely enough, else −1."""
    return np.where(chances.max(axis=1) >= enough, chances.argmax(axis=1), -1)


def shown_accuracy(truth: Places, shown: Places) -> tuple[float, float]:
    """Of the customers whose type is shown (not −1), how many are right; and their share."""
    some = shown >= 0
    right = float((shown[some] == truth[some]).mean()) if some.any() else 0.0
    return right, float(some.mean())
