"""The company's constants under a specification: measured, learned by channel, or fixed by it."""

import numpy as np
from numpy.typing import NDArray

from customers.models import Customer
from relationships.engine.typology import (
    Calibration,
    Specification,
    calibrate,
    calibrate_channels,
)
from relationships.queries.evidence import shard
from relationships.queries.sources import Sources

# A random sample of this size moves no constant of the calibration by more than noise.
CALIBRATED_ON = 20_000


def to_calibrate_on(rng: np.random.Generator) -> NDArray[np.int64]:
    """Everyone, or so many drawn at random; ascending ids."""
    ids = np.array(Customer.objects.present().order_by("pk").values_list("pk", flat=True))
    if len(ids) > CALIBRATED_ON:
        ids = np.sort(rng.choice(ids, CALIBRATED_ON, replace=False))
    return ids.astype(np.int64)


def calibration_under(
    rules: Specification, found: Sources, cycle_weeks: float, ids: NDArray[np.int64]
) -> Calibration:
    """Purchase cycle first, then the constants, then the channels, from these customers."""
    constants = rules.constants
    cycle = constants.fixed.get("cycle_weeks", cycle_weeks)
    known = shard(ids, found, cycle_weeks=cycle, weights=rules.weights)
    return calibrate_channels(
        known.evidence,
        constants.pinned(calibrate(known.evidence, found.categories)),
        rules.behaviour,
        rules.types,
        constants.rounds,
        constants.fewest_customers,
        constants.base_rates_learned,
    )
