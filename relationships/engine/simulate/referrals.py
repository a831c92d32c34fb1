"""Referrals: who brings whom; like brings like, and some invitations come to nothing."""

import numpy as np
import pandas as pd

from relationships.engine.simulate.clock import Clock, Ints
from relationships.engine.simulate.log import EMAIL, Log, names
from relationships.engine.simulate.parameters import Floats
from relationships.engine.simulate.voices import PER_YEAR, Scene

WEEKS_TO_JOIN = 4
STRANGERS = 0.6  # people further apart than this are asked, and do not come


def write(rng: np.random.Generator, log: Log, scene: Scene) -> pd.DataFrame:
    """Log the invitations; returns the pairs of referrer and newcomer."""
    stint, day = scene.happenings(rng, "referrals_per_year", PER_YEAR)
    order = np.argsort(day, kind="stable")
    referrer, day = scene.stage.lives.customer[stint][order], day[order]
    brought = _newcomers(referrer, day, scene)
    number = scene.stage.people.frame["number"].to_numpy()
    event = log.add(
        "referral", referrer, day, channel=EMAIL, source=names("B", len(day)),
        sentiment=np.full(len(day), 0.6),
        properties=[{"referred": str(number[k]) if k >= 0 else None} for k in brought],
    )  # fmt: skip
    made = brought >= 0
    return _table(referrer[made], brought[made], day[made], event[made], scene.stage.clock)


def _newcomers(referrer: Ints, day: Floats, scene: Scene) -> Ints:
    """For each invitation the most alike of those who join in the weeks after it, or −1."""
    people, traits = scene.stage.people, _traits(scene)
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
        apart = np.abs(traits[free] - traits[who]).sum(axis=1)
        if apart.min() < STRANGERS:
            brought[i] = free[apart.argmin()]
            taken[brought[i]] = True
    return brought


def _traits(scene: Scene) -> Floats:
    """What friends share: how dear they buy, how much they spend, and a little of their taste."""
    people, orders = scene.stage.people, scene.orders
    spent = np.bincount(orders.customer, orders.amount, len(people))
    months = np.maximum(scene.stage.clock.days - people.joined, 30) / 30
    return np.column_stack([people.budget, 0.3 * np.log1p(spent / months), 0.1 * people.tastes])


def _table(referrer: Ints, referred: Ints, day: Floats, event: Ints, clock: Clock) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "referrer": referrer.astype(np.int32),
            "referred": referred.astype(np.int32),
            "at": clock.at(day),
            "event": event,
        }
    )
