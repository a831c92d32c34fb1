"""Learning from labels: a penalised multinomial logit on top of what the specification says (§3.2).

    logits = a · log prior + Z W + b,   minimise  Σ w · −log p(label) + 5‖W‖² + ½‖b‖² + 5 (a − 1)²

The prior's log posterior enters as an offset, so that with few labels hardly anything changes.
`relationships.engine.typology.learning`: `fit_offset` fits, `Offset.apply` uses, `learn` also
decides by cross-validation whether it may be used. Labels are what people say (survey answers,
corrections), never the classifier's own output. Not in scikit-learn: its logit takes no offset.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize, minimize_scalar
from scipy.special import log_softmax, logsumexp

from relationships.engine.typology.reading import Field

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Folds = npt.NDArray[np.intp]
Rows = tuple[Floats, Floats, Bools, Floats]  # log prior, features, what was said, weights

RIDGE, BIAS_PENALTY, SCALE_PENALTY = 10.0, 1.0, 10.0
LEAST_LOG = float(np.log(1e-6))
"""A type that the evidence excludes counts as this improbable while fitting."""

FEWEST_LABELS, GROWTH = 100, 1.25
FOLDS, BINS = 5, 15
MOST_ECE = 0.05


@dataclass(frozen=True)
class Offset:
    """What was learned for K types from F features: `weights` 2F × K (values, then missing flags).

    `centre` and `spread` standardise the features; `temperature` divides the logits.
    """

    scale: float
    weights: Floats
    bias: Floats
    centre: Floats
    spread: Floats
    temperature: float = 1.0

    def apply(self, log_prior: Floats, features: Floats) -> Floats:
        """Log probabilities n × K; what the prior excludes (−inf) stays excluded."""
        added = standard(features, self.centre, self.spread) @ self.weights + self.bias
        logits = (self.scale * np.maximum(log_prior, LEAST_LOG) + added) / self.temperature
        return np.asarray(log_softmax(np.where(np.isneginf(log_prior), -np.inf, logits), axis=1))

    def to_json(self) -> dict[str, Any]:
        return {name: np.asarray(value).tolist() for name, value in asdict(self).items()}


def read_offset(source: Any, features: int, types: int, name: str = "learned") -> Offset:
    """From `to_json`; raises BrokenSpecification when it fits other features or types."""
    root = Field(source, name)
    rows = _lengthy(root["weights"], 2 * features)
    return Offset(
        scale=root["scale"].number(-100, 100),
        weights=np.array([_numbers(row, types) for row in rows]),
        bias=_numbers(root["bias"], types),
        centre=_numbers(root["centre"], features),
        spread=_numbers(root["spread"], features),
        temperature=root["temperature"].number(0.01, 100),
    )


def _lengthy(field: Field, count: int) -> list[Field]:
    items = field.items()
    if len(items) != count:
        raise field.fail(f"a list of {count}")
    return items


def _numbers(field: Field, count: int) -> Floats:
    return np.array([item.number(-1e6, 1e6) for item in _lengthy(field, count)])


def standard(features: Floats, centre: Floats, spread: Floats) -> Floats:
    """n × 2F: standardised, 0 where unknown; then 1 where unknown."""
    unknown = np.isnan(features)
    return np.hstack([np.where(unknown, 0.0, (features - centre) / spread), unknown * 1.0])


def as_sets(labels: npt.NDArray[Any], types: int) -> Bools:
    """Labels as n × K: which types each label may mean. Places (n,) mean one type each."""
    if labels.ndim == 2:
        return np.asarray(labels, dtype=np.bool_)
    return np.asarray(labels[:, None] == np.arange(types))


def fit_offset(
    log_prior: Floats,
    features: Floats,
    labels: npt.NDArray[Any],
    weights: Floats | None = None,
) -> Offset:
    """Fit on n labelled customers: `log_prior` n × K, `features` n × F with NaN for unknown.

    `labels` are places of types (n,), or n × K true for every type that an answer may mean (an
    answer in a survey, a family): then the sum of their probabilities is made likely.
    """
    said = as_sets(labels, log_prior.shape[1])
    weight = np.ones(len(said)) if weights is None else np.asarray(weights, dtype=np.float64)
    known = np.isfinite(features)
    count = np.maximum(known.sum(axis=0), 1)
    centre = np.where(known, features, 0.0).sum(axis=0) / count
    spread = np.sqrt(np.where(known, (features - centre) ** 2, 0.0).sum(axis=0) / count)
    spread = np.where(spread > 1e-6, spread, 1.0)
    z, prior = standard(features, centre, spread), np.maximum(log_prior, LEAST_LOG)
    shape = (z.shape[1], prior.shape[1])
    start = np.concatenate([[1.0], np.zeros(shape[0] * shape[1] + shape[1])])
    found = minimize(
        _loss, start, (z, prior, said, weight), jac=True, method="L-BFGS-B",
        options={"maxiter": 200, "ftol": 1e-7},
    )  # fmt: skip
    scale, matrix, bias = _parts(found.x, shape)
    return Offset(scale, matrix, bias, centre, spread)


def _parts(x: Floats, shape: tuple[int, int]) -> tuple[float, Floats, Floats]:
    return float(x[0]), x[1 : 1 + shape[0] * shape[1]].reshape(shape), x[-shape[1] :]


def _loss(x: Floats, z: Floats, prior: Floats, said: Bools, weight: Floats) -> tuple[float, Floats]:
    """Penalised negative log-likelihood and its gradient."""
    scale, matrix, bias = _parts(x, (z.shape[1], prior.shape[1]))
    chance = log_softmax(scale * prior + z @ matrix + bias, axis=1)
    told = np.where(said, chance, -np.inf)
    heard = logsumexp(told, axis=1)
    pull = weight[:, None] * (np.exp(chance) - np.exp(told - heard[:, None]))
    loss = -(weight * heard).sum() + 0.5 * RIDGE * (matrix**2).sum()
    loss += 0.5 * BIAS_PENALTY * (bias**2).sum() + 0.5 * SCALE_PENALTY * (scale - 1.0) ** 2
    slopes = (
        [(pull * prior).sum() + SCALE_PENALTY * (scale - 1.0)],
        (z.T @ pull + RIDGE * matrix).ravel(),
        pull.sum(axis=0) + BIAS_PENALTY * bias,
    )
    return float(loss), np.concatenate(slopes)


Fit = Callable[[Floats, Floats, Bools, Floats], Offset]


@dataclass(frozen=True)
class Learned:
    """What came of learning: the offset, and whether it did better than the prior by itself.

    Losses are mean −log p of what people said, of customers left out while fitting; `gain` is how
    much better, with its standard error. `ece`: calibration error before, `ece_after`: as used,
    each fold cooled by the temperature of the others.
    """

    offset: Offset
    is_better: bool
    labels: int
    left_out: int
    loss: float
    prior_loss: float
    gain: float
    gain_se: float
    ece: float
    ece_after: float

    def report(self) -> dict[str, Any]:
        """Its figures, without the parameters."""
        return {name: value for name, value in vars(self).items() if name != "offset"}


def learn(
    log_prior: Floats,
    features: Floats,
    labels: npt.NDArray[Any],
    weights: Floats,
    *,
    rng: np.random.Generator,
) -> Learned | None:
    """Fit, and judge it on five folds; None below a hundred usable labels.

    A label that the gates exclude for its customer (an opponent of whom nothing hostile is known)
    cannot be learned from and is left out. Admitted when better by more than one standard error.
    Where one temperature does as well as a thousand weights, it is taken: weights that only mend
    how sure we are would cost rare types what they say.
    """
    said = as_sets(labels, log_prior.shape[1]) & np.isfinite(log_prior)
    usable = said.any(axis=1)
    left_out = int((~usable).sum())
    if usable.sum() < FEWEST_LABELS:
        return None
    rows = (log_prior[usable], features[usable], said[usable], weights[usable])
    fold = rng.permutation(len(rows[0])) % FOLDS
    fit, unseen = _chosen(rows, fold)
    return _judged(fit(*rows), unseen, rows, fold, left_out)


def _chosen(rows: Rows, fold: Folds) -> tuple[Fit, Floats]:
    """What is fitted, and what it says of each customer who was left out while fitting."""
    *_, said, weight = rows
    calmer = _out_of_fold(_only_calmed, *rows, fold)
    unseen = _out_of_fold(fit_offset, *rows, fold)
    more, doubt = _gain(_heard(unseen, said) - _heard(calmer, said), weight / weight.sum())
    return (fit_offset, unseen) if more > doubt else (_only_calmed, calmer)


def _judged(offset: Offset, unseen: Floats, rows: Rows, fold: Folds, left_out: int) -> Learned:
    """Against the prior by itself, with a temperature where it is too sure or not sure enough."""
    log_prior, _, said, weight = rows
    share = weight / weight.sum()
    before, after = _heard(log_prior, said), _heard(unseen, said)
    gain, error = _gain(after - before, share)
    ece, heat, ece_after = calibration_error(unseen, said), 1.0, None
    if ece > MOST_ECE:
        heat = _temperature(unseen, said, weight)
        ece_after = calibration_error(_cooled(unseen, said, weight, fold), said)
    return Learned(
        offset=replace(offset, temperature=offset.temperature * heat),
        is_better=gain > error,
        labels=len(said),
        left_out=left_out,
        loss=-float((share * after).sum()),
        prior_loss=-float((share * before).sum()),
        gain=gain,
        gain_se=error,
        ece=ece,
        ece_after=ece if ece_after is None else ece_after,
    )


def _cooled(unseen: Floats, said: Bools, weight: Floats, fold: Folds) -> Floats:
    """Each fold at the temperature that the other four ask for: an error measured on what a
    temperature was fitted to would flatter it."""
    result = np.empty_like(unseen)
    for at in range(FOLDS):
        rest, here = fold != at, fold == at
        heat = _temperature(unseen[rest], said[rest], weight[rest])
        result[here] = log_softmax(unseen[here] / heat, axis=1)
    return result


def _only_calmed(log_prior: Floats, features: Floats, said: Bools, weight: Floats) -> Offset:
    """The prior by itself, as sure as people's answers allow."""
    wide, types = 2 * features.shape[1], log_prior.shape[1]
    nothing, ones = np.zeros(features.shape[1]), np.ones(features.shape[1])
    heat = _temperature(log_prior, said, weight)
    return Offset(1.0, np.zeros((wide, types)), np.zeros(types), nothing, ones, heat)


def _gain(better: Floats, share: Floats) -> tuple[float, float]:
    """Weighted mean and its standard error."""
    mean = float((share * better).sum())
    return mean, float(np.sqrt((share**2 * (better - mean) ** 2).sum()))


def _out_of_fold(
    fit: Fit,
    log_prior: Floats,
    features: Floats,
    said: Bools,
    weight: Floats,
    fold: npt.NDArray[np.intp],
) -> Floats:
    """Each labelled customer's log probabilities from the other four folds."""
    result = np.empty_like(log_prior)
    for at in range(FOLDS):
        train, test = fold != at, fold == at
        offset = fit(log_prior[train], features[train], said[train], weight[train])
        result[test] = offset.apply(log_prior[test], features[test])
    return result


def _heard(log_chance: Floats, said: Bools) -> Floats:
    return np.asarray(logsumexp(np.where(said, log_chance, -np.inf), axis=1))


def calibration_error(log_chance: Floats, said: Bools) -> float:
    """How far the likeliest type's probability is from how often it is right, over 15 bins."""
    top = log_chance.argmax(axis=1)
    rows = np.arange(len(top))
    sure, right = np.exp(log_chance[rows, top]), said[rows, top]
    place = np.minimum((sure * BINS).astype(int), BINS - 1)
    size = np.bincount(place, minlength=BINS)
    gap = np.bincount(place, weights=sure - right, minlength=BINS)
    return float(np.abs(gap).sum() / max(size.sum(), 1))


def _temperature(log_chance: Floats, said: Bools, weight: Floats) -> float:
    """The one number that makes unseen probabilities as sure as they are right."""

    def loss(log_heat: float) -> float:
        heard = _heard(log_softmax(log_chance / np.exp(log_heat), axis=1), said)
        return -float((weight * heard).sum())

    found = minimize_scalar(loss, bounds=(-2.0, 2.0), method="bounded")
    return float(np.exp(found.x))
