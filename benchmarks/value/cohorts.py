"""900 small and churn-free companies, on which other libraries fail: every fit must end in numbers.

Random cohorts of 30 and of 100 CDNOW customers, and companies of 300 frequent buyers who never
leave, where leaving cannot be told from the data.
"""

import time
import warnings
from collections.abc import Iterator

import numpy as np

from benchmarks.value.shops import Shop, number
from relationships.engine.value import Histories, bgnbd, nbd, paretonbd
from relationships.engine.value.models import PurchaseModel

SMALL = {30: 400, 100: 400}  # customers: cohorts
CHURN_FREE, FREQUENT_BUYERS = 100, 300
HORIZONS = [4, 52, 156]


def cohorts(shop: Shop, rng: np.random.Generator) -> Iterator[Histories]:
    day = number(shop.splits[0])
    everybody = shop.purchases.cut(day).histories(day)
    for size, count in SMALL.items():
        for _ in range(count):
            yield everybody.rows(rng.choice(len(everybody), size, replace=False))
    for _ in range(CHURN_FREE):
        rate = rng.gamma(3, 0.25, FREQUENT_BUYERS)
        age = rng.uniform(20, 100, FREQUENT_BUYERS).round()
        x = rng.poisson(rate * age).astype(np.float64)
        last = age * rng.random(FREQUENT_BUYERS) ** (1 / np.maximum(x, 1))
        yield Histories.of(x, np.where(x > 0, last, 0), age)


def fits(h: Histories) -> Iterator[PurchaseModel]:
    yield nbd.fit(h, prior=True)
    yield bgnbd.fit(h, first_may_be_last=False, prior=True)
    yield bgnbd.fit(h, first_may_be_last=True, prior=True)
    yield paretonbd.fit(h, prior=True)


def is_sound(model: PurchaseModel, h: Histories) -> bool:
    """Finite parameters, chances and forecasts, and no forecast that falls with time."""
    forecast, alive = model.expected_repeats(h, HORIZONS), model.probability_alive(h)
    numbers = (forecast, alive, np.array(list(model.parameters.values())))
    finite = all(np.isfinite(column).all() for column in numbers)
    return finite and bool(np.all(np.diff(forecast, axis=1) >= 0))


def test(shop: Shop) -> int:
    """Prints and returns how many of the fits ended in an error or a number that is none."""
    warnings.simplefilter("error", RuntimeWarning)
    started, done, wrong = time.process_time(), 0, 0
    for h in cohorts(shop, np.random.default_rng(11)):
        for model in fits(h):
            done += 1
            wrong += not is_sound(model, h)
    seconds = time.process_time() - started
    total = sum(SMALL.values()) + CHURN_FREE
    print(f"{total} small and churn-free companies: {wrong} of {done:,} fits unsound (0), "
          f"{1000 * seconds / done:.1f} ms of processor a fit")  # fmt: skip
    return wrong
