"""Counts of what a customer needed, times what it costs us."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from relationships.engine.value import Money
from relcrm.base.costs import Prices

Floats = NDArray[np.float64]


def priced(spent: Floats, returned: Floats, sums: Mapping[str, Floats], prices: Prices) -> Money:
    """`sums` as `cost_sql` names them."""
    return Money.of(
        np.maximum(spent, 0.0),
        returned,
        sums["sent_back"],
        sums["contacts"] * prices.contact + sums["minutes"] * prices.minute,
        remedies=sums["filed"] * prices.remedy,
        messages=sums["writing"],
        discounts=sums["discounts"],
        told=np.minimum(sums["told"], np.maximum(spent, 0.0)),
        earned=sums["earned"],
    )
