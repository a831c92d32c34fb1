"""Referrals: who brings whom; like brings like, and some invitations come to nothing."""

import numpy as np
import pandas as pd

from relationships.engine.simulate.clock import Clock, Ints
from relationships.engine.simulate.log import EMAIL, Log, names
from relationships.engine.simulate.parameters import Floats
from relationships.engine.simulate.people import People
from relationships.engine.simulate.voices import PER_YEAR, Scene

WEEKS_TO_JOIN = 4


def write(rng: np.random.Generator, log: Log, scene: Scene) -> pd.DataFrame:
    """Log the invitations; returns the pairs of referrer and newcomer."""
    stint, day = scene.happenings(rng, "referrals_per_year", PER_YEAR)
    order = np.argsort(day, kind="stable")
    referrer, day = scene.lives.customer[stint][order], day[order]
    brought = _newcomers(referrer, day, scene.people)
    number = scene.people.frame["number"].to_numpy()
    event = log.add(
        "referral", referrer, day, channel=EMAIL, source=names("B", len(day)),
        sentiment=np.full(len(day), 0.6),
        properties=[{"referred": str(number[k]) if k >= 0 else None} for k in brought],
    )  # fmt: skip
    made = brought >= 0
    return _table(referrer[made], brought[made], day[made], event[made], scene.clock)


def _newcomers(referrer: Ints, day: Floats, people: People) -> Ints:
    """For each invitation the person closest in budget who joins in the weeks after, or −1."""
    queue = np.argsort(people.joined, kind="stable")
    joined = people.joined[queue]
    taken = np.zeros(len(people), dtype=bool)
    brought = np.full(len(referrer), -1)
    opens = np.searchsorted(joined, day + 0.01)
    closes = np.searchsorted(joined, day + 7 * WEEKS_TO_JOIN)
    for i, who in enumerate(referrer):
        free = queue[opens[i] : closes[i]]
        free = free[~taken[free]]
        if not len(free):
            continue
        apart = np.abs(people.budget[free] - people.budget[who])
        nearest = free[apart.argmin()]
        if apart.min() < 0.15:  # friends who have little in common are asked, and do not come
            brought[i] = nearest
            taken[nearest] = True
    return brought


def _table(referrer: Ints, referred: Ints, day: Floats, event: Ints, clock: Clock) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "referrer": referrer.astype(np.int32),
            "referred": referred.astype(np.int32),
            "at": clock.at(day),
            "event": event,
        }
    )
