"""The lives of customers: which type each of them is, from when to when, and what turned it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relationships.engine.simulate.clock import Clock, Ints
from relationships.engine.simulate.parameters import Floats, Parameters, Step

CAUSES = ("meeting", "growth", "habit", "fade", "failure", "conflict", "repaired")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lives:
    """One row per stint, in order of customer and time; instants in days of the clock."""

    customer: Ints
    kind: Ints  # type number
    start: Floats
    end: Floats
    cause: Ints  # index into CAUSES
    first: Ints  # the first stint of each customer
    last: Ints  # the last stint of each customer

    def __len__(self) -> int:
        return len(self.customer)

    def at(self, customer: Ints, day: Floats) -> Ints:
        """The stint that each customer is in at an instant."""
        stint = self.first[customer]
        last = self.last[customer]
        for _ in range(int((self.last - self.first).max(initial=0))):
            stint = np.where((stint < last) & (day >= self.end[stint]), stint + 1, stint)
        return stint


def lives(rng: np.random.Generator, final: Ints, p: Parameters, clock: Clock) -> Lives:
    """Tell a story for each customer that ends, on the last day, in their final type."""
    stories = [_story(rng, int(kind), p) for kind in final]
    steps = np.array([len(story) for story in stories])
    flat = [step for story in stories for step in story]
    customer = np.repeat(np.arange(len(final)), steps)
    least = np.array([step.least_weeks for step in flat])
    most = np.array([step.most_weeks for step in flat])
    length = 7 * rng.uniform(least, most)
    length *= _squeeze(rng, customer, length, clock)[customer]
    last = np.cumsum(steps) - 1
    until = np.bincount(customer, length, minlength=len(final))
    passed = np.cumsum(length) - length - np.repeat((np.cumsum(until) - until), steps)
    start = clock.days - until[customer] + passed
    return Lives(
        customer=customer,
        kind=np.array([step.kind for step in flat]),
        start=start,
        end=start + length,
        cause=np.array([CAUSES.index(step.cause) for step in flat]),
        first=last - steps + 1,
        last=last,
    )


def _story(rng: np.random.Generator, kind: int, p: Parameters) -> tuple[Step, ...]:
    weights = np.array([weight for weight, _ in p.stories[kind]])
    return p.stories[kind][int(rng.choice(len(weights), p=weights / weights.sum()))][1]


def _squeeze(rng: np.random.Generator, customer: Ints, length: Floats, clock: Clock) -> Floats:
    """Factors that make each life fit between the first and the last day."""
    total = np.bincount(customer, length)
    room = clock.days * rng.uniform(0.9, 0.999, len(total))
    return np.minimum(1.0, room / total)


def arrivals(
    rng: np.random.Generator,
    lives: Lives,
    per_day: Floats,
    *,
    clock: Clock,
    seasonal: bool = True,
    growth: Floats | None = None,
) -> tuple[Ints, Floats]:
    """Random instants in each stint, `per_day` on average: stint numbers and whole days.

    Candidates come at the highest intensity and are thinned to season and growth. The day of
    joining is left out, since what happens on it is told separately.
    """
    begin = np.floor(lives.start) + (np.arange(len(lives)) == lives.first[lives.customer])
    span = np.maximum(np.floor(lives.end) - begin, 0)
    tilt = np.zeros(len(lives)) if growth is None else _bounded(growth * span / 91)
    ceiling = _tilted(tilt, (tilt > 0).astype(float)) * (clock.season.max() if seasonal else 1.0)
    count = rng.poisson(per_day * span * ceiling)
    stint = np.repeat(np.arange(len(lives)), count)
    share = rng.random(len(stint))
    day = np.floor(begin[stint] + share * span[stint])
    weight = _tilted(tilt[stint], share)
    if seasonal:
        weight = weight * clock.season[clock.index(day)]
    kept: NDArray[np.bool_] = rng.random(len(stint)) * ceiling[stint] < weight
    return stint[kept], day[kept]


def _bounded(tilt: Floats) -> Floats:
    """A log change over one stint, held to a factor of twelve so that growth stays credible."""
    return np.clip(tilt, -2.5, 2.5)


def _tilted(tilt: Floats, share: Floats) -> Floats:
    """Relative intensity at a share of the stint; its mean over the stint is exactly 1."""
    steep = np.abs(tilt) > 1e-9
    safe = np.where(steep, tilt, 1.0)
    mean: Floats = np.where(steep, np.expm1(safe) / safe, 1.0)
    return np.exp(tilt * share) / mean
