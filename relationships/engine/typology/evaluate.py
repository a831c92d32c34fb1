"""Figures of predictive validity: AUC, mutual information, scores of groups and of features."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.integer]

FOLDS = 5
PSEUDO_CUSTOMERS = 10.0


def auc(outcome: npt.ArrayLike, score: npt.ArrayLike) -> float:
    """Chance that one with the outcome scores above one without; ties count half."""
    from scipy.stats import rankdata  # slow to load: not at every start

    y = np.asarray(outcome).astype(bool)
    positives, negatives = int(y.sum()), int((~y).sum())
    if not positives or not negatives:
        raise ValueError("the outcome must vary")
    ranks = rankdata(np.asarray(score, dtype=np.float64))
    return float((ranks[y].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def mutual_information_bits(outcome: npt.ArrayLike, groups: npt.ArrayLike) -> float:
    """Between two labels, in bits, with the Miller–Madow correction for small cells."""
    y, g = np.asarray(outcome).astype(np.int64), np.asarray(groups).astype(np.int64)
    joint = y * (g.max() + 1) + g
    return (_entropy(y) + _entropy(g) - _entropy(joint)) / float(np.log(2.0))


def _entropy(labels: Places) -> float:
    counts = np.unique(labels, return_counts=True)[1]
    shares = counts / counts.sum()
    plug_in = -(shares * np.log(shares)).sum()
    return float(plug_in + (len(counts) - 1) / (2.0 * counts.sum()))


def group_scores(outcome: npt.ArrayLike, groups: npt.ArrayLike, seed: int = 0) -> Floats:
    """Each customer's group mean from the other four folds, shrunk by ten customers to the mean."""
    y, g = np.asarray(outcome, dtype=np.float64), np.asarray(groups).astype(np.int64)
    scores = np.empty(len(y))
    for learn, test in _folds(y, seed):
        total = np.bincount(g[learn], weights=y[learn], minlength=g.max() + 1)
        size = np.bincount(g[learn], minlength=g.max() + 1)
        means = (total + PSEUDO_CUSTOMERS * y[learn].mean()) / (size + PSEUDO_CUSTOMERS)
        scores[test] = means[g[test]]
    return scores


def logit_scores(outcome: npt.ArrayLike, features: npt.ArrayLike, seed: int = 0) -> Floats:
    """Out-of-fold probabilities of a logistic regression on standardised features."""
    from sklearn.linear_model import LogisticRegression  # slow to load: not at every start
    from sklearn.preprocessing import StandardScaler

    y, x = np.asarray(outcome).astype(int), np.asarray(features, dtype=np.float64)
    scores = np.empty(len(y))
    for learn, test in _folds(y, seed):
        scale = StandardScaler().fit(x[learn])
        model = LogisticRegression(max_iter=2_000).fit(scale.transform(x[learn]), y[learn])
        scores[test] = model.predict_proba(scale.transform(x[test]))[:, 1]
    return scores


def log_loss(outcome: npt.ArrayLike, probability: npt.ArrayLike) -> float:
    y = np.asarray(outcome, dtype=np.float64)
    p = np.clip(np.asarray(probability, dtype=np.float64), 1e-12, 1 - 1e-12)
    return float(-(y * np.log(p) + (1 - y) * np.log1p(-p)).mean())


def _folds(y: npt.NDArray[np.generic], seed: int) -> list[tuple[Places, Places]]:
    from sklearn.model_selection import StratifiedKFold  # slow to load: not at every start

    split = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    return list(split.split(np.zeros(len(y)), np.asarray(y).astype(int)))
