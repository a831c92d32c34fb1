"""Maximum likelihood and maximum a posteriori, shared by every model of buying.

Parameters are searched as logarithms. Before the search, time (or money) is rescaled so that the
same starting points and the same prior serve a shop that counts in days and one that counts in
years: N(0, 2²) on each logarithm, which says "within a factor of 50 of the scale, most likely".
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from relationships.engine.value.histories import Floats

# Total log-likelihood of the data at these log-parameters, and its gradient.
Likelihood = Callable[[Floats], tuple[float, Floats]]

PRIOR_SPREAD = 2.0
# exp(±12) is far outside anything a business does; the walls stop a fit without a maximum.
WALL = 12.0
POLISHING_STEPS = 4


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
    found = [_search(loss, start, bounds) for start in starts]
    best = min(found, key=lambda at: loss(at)[0])
    theta, hessian = _polished(loss, best, floor)
    return Estimate(
        log_parameters=theta,
        log_likelihood=likelihood(theta)[0],
        relative_errors=_standard_errors(hessian * weight),
    )


def _search(loss: Likelihood, start: Floats, bounds: list[tuple[float, float]]) -> Floats:
    found = minimize(
        loss,
        start,
        (),
        "L-BFGS-B",
        jac=True,
        bounds=bounds,
        options={"maxiter": 500, "ftol": 1e-13, "gtol": 1e-7},
    )
    return np.asarray(found.x, dtype=np.float64)


def _polished(loss: Likelihood, theta: Floats, floor: Floats) -> tuple[Floats, Floats]:
    """Newton steps where they help: a flat ridge hides the last digits from L-BFGS."""
    value, gradient = loss(theta)
    hessian = _hessian(loss, theta)
    for _ in range(POLISHING_STEPS):
        inside = np.all((theta > floor + 0.1) & (theta < WALL - 0.1))
        if not inside or np.linalg.eigvalsh(hessian)[0] <= 1e-12 or np.max(abs(gradient)) < 1e-10:
            break
        step = np.linalg.solve(hessian, gradient)
        if np.max(abs(step)) > 1:
            break
        new_value, new_gradient = loss(theta - step)
        if not new_value <= value:
            break
        theta, value, gradient = theta - step, new_value, new_gradient
        hessian = _hessian(loss, theta)
    return theta, hessian


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
