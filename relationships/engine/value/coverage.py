"""Whether customers fall where the forecast says: the share inside its 80 % band.

Counts are lumpy, so that a band of whole purchases always holds more than it promises. Czado,
Gneiting & Held (2009), "Predictive Model Assessment for Count Data", Biometrics 65: each outcome
takes a random place within its own probability (randomised probability integral transform). If
the forecast is right these places are spread evenly, and 80 % of them lie between .1 and .9.
"""

import numpy as np

from relationships.engine.value.gammagamma import GammaGamma
from relationships.engine.value.histories import Floats, Histories
from relationships.engine.value.models import PurchaseModel
from relationships.engine.value.spread import prospects

LOW, HIGH = 0.1, 0.9


def inside(places: Floats) -> float:
    """Share of the places within the 80 % band."""
    return float(np.mean((places >= LOW) & (places <= HIGH)))


def count_places(
    model: PurchaseModel, h: Histories, weeks: float, bought: Floats, rng: np.random.Generator
) -> Floats:
    """Where each customer's purchases in the next `weeks` fall in their forecast."""
    at_least = np.ones(len(h))
    some = bought > 0
    at_least[some] = model.at_least(bought[some], h.rows(some), weeks)
    more = model.at_least(bought + 1, h, weeks)
    return np.asarray(1 - at_least + rng.random(len(h)) * np.maximum(at_least - more, 0))


def spend_places(
    model: PurchaseModel,
    spend: GammaGamma,
    h: Histories,
    spent: Floats,
    weeks: float,
    paid: Floats,
    rng: np.random.Generator,
    *,
    factor: Floats | float = 1.0,
) -> Floats:
    """Where the money that each paid in the next `weeks` falls in their forecast, of purchases
    `factor` times as many."""
    count = h.repeats + 1
    ahead, times = prospects(
        model, spend, h.grouped(), weeks, factor,
        bought=count, mean=spent / count, gain=np.ones(len(h)), cost=np.zeros(len(h)),
    )  # fmt: skip
    nothing = 1 - ahead.any_purchase
    some = nothing + ahead.any_purchase * ahead.share_below(paid / times)
    return np.where(paid > 0, some, rng.random(len(h)) * nothing)
