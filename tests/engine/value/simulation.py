"""Customers who act out a model's own story, purchase by purchase."""

import numpy as np

from relationships.engine.value import Histories
from relationships.engine.value.bgnbd import BetaGeometric
from relationships.engine.value.paretonbd import ParetoNbd


def beta_geometric(
    model: BetaGeometric, *, customers: int, weeks: float, rng: np.random.Generator
) -> Histories:
    """Buy at your rate; after each purchase (MBG: the first too) leave with your chance."""
    rate = rng.gamma(model.r, 1 / model.alpha, customers)
    leave = rng.beta(model.a, model.b, customers)
    alive = rng.random(customers) >= leave * model.first_may_be_last
    clock, repeats, last_seen = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    while alive.any():
        clock = clock + rng.exponential(1 / rate)
        alive &= clock < weeks
        repeats += alive
        last_seen = np.where(alive, clock, last_seen)
        alive &= rng.random(customers) >= leave
    return Histories.of(repeats, last_seen, np.full(customers, weeks))


def pareto(
    model: ParetoNbd, *, customers: int, weeks: float, rng: np.random.Generator
) -> Histories:
    """Buy at your rate until your life as a customer ends."""
    rate = rng.gamma(model.r, 1 / model.alpha, customers)
    life = rng.exponential(1 / rng.gamma(model.s, 1 / model.beta, customers))
    until = np.minimum(life, weeks)
    repeats = rng.poisson(rate * until).astype(np.float64)
    # The last of n moments thrown evenly on a stretch lies at its u^(1/n) part.
    part = rng.random(customers) ** (1 / np.maximum(repeats, 1))
    return Histories.of(repeats, np.where(repeats > 0, part * until, 0), np.full(customers, weeks))
