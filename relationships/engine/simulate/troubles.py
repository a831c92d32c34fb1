"""What goes wrong with orders: late parcels, defects, mix-ups; and how long parcels took."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relationships.engine.simulate.clock import Ints
from relationships.engine.simulate.log import WEB
from relationships.engine.simulate.orders import Orders
from relationships.engine.simulate.parameters import Floats
from relationships.engine.simulate.stage import Stage

TOPICS = ("late", "defect", "damaged", "wrong item", "billing", "service", "contract")
LATE, CONTRACT = 0, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubles:
    """One entry per order."""

    topic: Ints  # index into TOPICS, −1 where all went well
    promised: Floats  # the day by which the parcel was promised; NaN in the shop
    delivered: Floats  # the instant at which it came; NaN in the shop
    grave: NDArray[np.bool_]  # the failure that turned the relationship


def troubles(rng: np.random.Generator, stage: Stage, orders: Orders) -> Troubles:
    """Decide the fate of every order; the bad weeks near the end make parcels late."""
    lives, p, clock = stage.lives, stage.p, stage.clock
    n, promised = len(orders), p.firm["promises"]["parcel_days"]
    kind = lives.kind[orders.stint]
    posted = orders.channel == WEB
    bad = clock.bad[clock.index(orders.day)]
    chance = np.where(bad, p.firm["late_in_bad_weeks"], p.firm["usually_late"])
    grave = orders.reason == "failure"
    wrong = rng.random(n) < np.minimum(
        p.firm["goes_wrong"] * stage.habit("trouble", orders.stint), 0.9
    )
    other = 1 + rng.choice(5, n, p=[0.38, 0.18, 0.18, 0.13, 0.13])
    topic = np.where(wrong | grave, other, -1)
    late = posted & (rng.random(n) < np.where(grave & bad, 0.8, chance))
    topic = np.where(late, LATE, topic)
    stuck = grave & (kind == p.number("N3"))
    topic = np.where(stuck, CONTRACT, topic)
    usual = rng.uniform(1.1, promised - 0.2, n)
    beyond = promised + 1 + rng.gamma(2.0, np.where(bad, 2.2, 1.2))
    took = np.floor(np.where(topic == LATE, beyond, usual)) + rng.uniform(0.38, 0.75, n)
    return Troubles(
        topic=topic,
        promised=np.where(posted, np.floor(orders.day) + promised, np.nan),
        delivered=np.where(posted, np.floor(orders.day) + took, np.nan),
        grave=grave,
    )
