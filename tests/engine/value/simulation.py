"""Customers who act out a model's own story, purchase by purchase."""

import numpy as np

from relationships.engine.value import Histories
from relationships.engine.value.bgnbd import BetaGeometric
from relationships.engine.value.histories import Floats
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


def last_purchase(
    model: BetaGeometric, h: Histories, alive: Floats, *, weeks: float, rng: np.random.Generator
) -> Floats:
    """Futures of customers with a past: when each bought last in the next weeks; 0: not again."""
    rate = rng.gamma(model.r + h.repeats, 1 / (model.alpha + h.age))
    leave = rng.beta(model.a, model.b + h.repeats + model.first_may_be_last)
    clock, last, here = np.zeros(len(h)), np.zeros(len(h)), rng.random(len(h)) < alive
    while here.any():
        clock = clock + rng.exponential(1 / rate)
        here &= clock < weeks
        last = np.where(here, clock, last)
        here &= rng.random(len(h)) >= leave
    return last
