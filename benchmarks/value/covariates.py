"""Trees that bend the forecast: what they gain on real pasts, where they should, and where not.

Nobody complains in the files of the shops; the invented company is one in which complaints end
buying. With the same complaints told of others there is nothing to learn, and nothing may be
admitted.
"""

from time import process_time

import numpy as np

from benchmarks.value.shops import Shop
from relationships.engine.value import PurchaseDays, fit_all
from relationships.engine.value.challenger import with_challenger
from relationships.engine.value.happened import NOTHING, Happened

DAYS, CUSTOMERS, COMPANIES = 600, 3_000, 4
STAYS = 0.1  # of how often one bought who complained


def test(shops: list[Shop]) -> int:
    """How many invented companies came out otherwise than they should; shops are only shown."""
    print("Trees against the formula in use (deviance less is better; off is the sum of purchases)")
    for shop in shops:
        last = int(shop.purchases.day.max())
        _tell(shop.name, shop.purchases, NOTHING, last)
    found = [_invented(seed) for seed in range(COMPANIES)]
    told, shuffled = (sum(each) for each in zip(*found, strict=True))
    print(f"admitted where complaints end buying: {told} of {COMPANIES}; shuffled: {shuffled}")
    return (COMPANIES - told) + shuffled


def _invented(seed: int) -> tuple[bool, bool]:
    purchases, complaints = annoyed(CUSTOMERS, seed)
    rng = np.random.default_rng(seed)
    other = rng.permutation(purchases.customers)[: len(complaints.customer)]
    shuffled = Happened.of(other, complaints.day, complaints.kind)
    return (
        _tell(f"complaints end buying {seed}", purchases, complaints, DAYS - 1),
        _tell(f"shuffled {seed}", purchases, shuffled, DAYS - 1),
    )


def annoyed(customers: int, seed: int) -> tuple[PurchaseDays, Happened]:
    """Everybody buys about every six weeks; half complain once, and buy little from that day on."""
    rng = np.random.default_rng(seed)
    pace = rng.gamma(4.0, 1 / 170, customers)[:, None]
    complains = np.where(rng.random(customers) < 0.5, rng.integers(60, DAYS, customers), 10**6)
    after = np.arange(DAYS)[None, :] > complains[:, None]
    bought = rng.random((customers, DAYS)) < pace * np.where(after, STAYS, 1.0)
    bought[np.arange(customers), rng.integers(0, 60, customers)] = True
    who, day = np.nonzero(bought)
    told = complains < DAYS
    happened = Happened.of(np.flatnonzero(told), complains[told], np.zeros(told.sum()))
    return PurchaseDays.gather(who, day, rng.gamma(5, 5, len(who))), happened


def _tell(name: str, purchases: PurchaseDays, happened: Happened, last: int) -> bool:
    rng, before = np.random.default_rng(1), process_time()
    models = fit_all(purchases, as_of_day=last, rng=rng)
    fitted = process_time()
    found = with_challenger(models, purchases, happened, rng)
    seconds = f"{process_time() - fitted:.1f} s ({fitted - before:.1f})"
    one = found.challenge
    if one is None:
        print(f"  {name}: nothing could be learned, {seconds}")
        return False
    print(
        f"  {name}: {one.moments} moments, {one.customers:,} customers, "
        f"trees {one.trees.deviance:.3f} {100 * (one.trees.purchases_bias or 0):+.1f} % "
        f"(spend {100 * (one.trees.spend_bias or 0):+.1f} %), formula {one.ours.deviance:.3f} "
        f"{100 * (one.ours.purchases_bias or 0):+.1f} % "
        f"(spend {100 * (one.ours.spend_bias or 0):+.1f} %), "
        f"nearer by {one.gain:.4f} ± {one.gain_se:.4f}, moments "
        f"{' '.join(f'{gain:+.3f}' for gain in one.gains)}, {seconds}: "
        f"{'admitted' if found.covariates else 'the formula alone'}"
    )
    return found.covariates is not None
