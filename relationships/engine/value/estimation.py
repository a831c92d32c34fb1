"""Maximum likelihood and maximum a posteriori, shared by every model of buying.

Parameters are searched as logarithms. Before the search, time (or money) is rescaled so that the
same starting points and the same prior serve a shop that counts in days and one that counts in
years: N(0, 2²) on each logarithm, which says "within a factor of 50 of the scale, most likely".
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.optimize import minimize
from threadpoolctl import ThreadpoolController

from relationships.engine.value.histories import Floats

# Total log-likelihood of the data at these log-parameters, and its gradient.
Likelihood = Callable[[Floats], tuple[float, Floats]]

PRIOR_SPREAD = 2.0
# exp(±12) is far outside anything a business does; the walls stop a fit without a maximum.
WALL = 12.0
# Relative change of the mean log-likelihood at which a search ends.
ROUGHLY, EXACTLY = 1e-8, 1e-14
NEWTON_STEPS, LONGEST_STEP, VANISHED, FLAT = 10, 0.3, 1e-10, 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Where the search ended, on the rescaled problem."""

    log_parameters: Floats
    log_likelihood: float  # without the prior
    relative_errors: Floats  # standard error of each log-parameter; infinite where flat


def maximise(
    likelihood: Likelihood,
    starts: Sequence[Floats],
    *,
    weight: float,
    prior: bool,
    lowest: Floats | None = None,
) -> Estimate:
    """The best maximum from several starts (L-BFGS-B), polished by Newton steps.

    `weight` is the number of customers: the search runs on the mean, so that its tolerances mean
    the same for ten customers and for a million.
    """

    def loss(theta: Floats) -> tuple[float, Floats]:
        value, gradient = likelihood(theta)
        if prior:
            value -= 0.5 * float(np.sum((theta / PRIOR_SPREAD) ** 2))
            gradient = gradient - theta / PRIOR_SPREAD**2
        return -value / weight, -gradient / weight

    floor = np.full(len(starts[0]), -WALL) if lowest is None else lowest
    bounds = [(low, WALL) for low in floor]
    with _threads().limit(limits=1, user_api="blas"):
        found = [_search(loss, start, bounds, ROUGHLY) for start in starts]
        best = min(found, key=lambda at: loss(at)[0])
        hessian = _hessian(loss, best)
        theta = _newton(loss, best, hessian, floor)
        if theta is None:  # at a wall or on a plain: there is no maximum to polish
            theta = _search(loss, best, bounds, EXACTLY)
            hessian = _hessian(loss, theta)
    return Estimate(
        log_parameters=theta,
        log_likelihood=likelihood(theta)[0],
        relative_errors=_standard_errors(hessian * weight),
    )


@cache
def _threads() -> ThreadpoolController:
    """Matrices here are four by four: threads would spend ten times the work on waiting."""
    return ThreadpoolController()


def _search(
    loss: Likelihood, start: Floats, bounds: list[tuple[float, float]], tolerance: float
) -> Floats:
    found = minimize(
        loss,
        start,
        (),
        "L-BFGS-B",
        jac=True,
        bounds=bounds,
        options={"maxiter": 500, "ftol": tolerance, "gtol": tolerance**0.5},
    )
    return np.asarray(found.x, dtype=np.float64)


def _newton(loss: Likelihood, theta: Floats, hessian: Floats, floor: Floats) -> Floats | None:
    """Where the gradient vanishes, by steps with one Hessian; None if that is not near.

    A flat ridge hides the last digits from L-BFGS."""
    inside = np.all((theta > floor + 0.1) & (theta < WALL - 0.1))
    if not inside or np.linalg.eigvalsh(hessian)[0] <= FLAT:
        return None
    gradient = loss(theta)[1]
    for _ in range(NEWTON_STEPS):
        if np.max(abs(gradient)) < VANISHED:
            return theta
        step = np.linalg.solve(hessian, gradient)
        theta = theta - step
        if np.max(abs(step)) > LONGEST_STEP:
            return None
        before, gradient = gradient, loss(theta)[1]
        if np.max(abs(gradient)) > np.max(abs(before)):
            return None
    return theta


def _hessian(loss: Likelihood, theta: Floats) -> Floats:
    """Second derivatives of the loss, by central differences of its gradient."""
    step = 1e-4
    columns = [
        (loss(theta + step * e)[1] - loss(theta - step * e)[1]) / (2 * step)
        for e in np.eye(len(theta))
    ]
    hessian = np.array(columns)
    return (hessian + hessian.T) / 2


def _standard_errors(information: Floats) -> Floats:
    """Square roots of the inverse information's diagonal; infinite where nothing is known."""
    values, vectors = np.linalg.eigh(information)
    if values[0] <= 0:
        return np.full(len(values), np.inf)
    return np.asarray(np.sqrt(np.sum(vectors**2 / values, axis=1)))
