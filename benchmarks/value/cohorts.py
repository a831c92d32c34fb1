"""900 small and churn-free companies, on which other libraries fail: every fit must end in numbers.

Random cohorts of 30 and of 100 CDNOW customers, and companies of 300 frequent buyers who never
leave, where leaving cannot be told from the data. lifetimes is given the same companies, one of
each kind in turn, for a quarter of an hour of processor; pymc-marketing would need hours and is
left out.
"""

import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.value.libraries import alone, held, interpreters
from benchmarks.value.shops import Shop, number
from relationships.engine.value import Histories, bgnbd, nbd, paretonbd
from relationships.engine.value.backtest import of_known
from relationships.engine.value.models import PurchaseModel

SMALL = {30: 400, 100: 400}  # customers: cohorts
CHURN_FREE, FREQUENT_BUYERS = 100, 300
HORIZONS = [4, 52, 156]
MOST_SECONDS = 900
WEEKS_AHEAD, PER_SIZE = 39, 40  # of the spread of errors, with and without the prior

LIFETIMES = """
from lifetimes import BetaGeoFitter, ModifiedBetaGeoFitter, ParetoNBDFitter
fitters = BetaGeoFitter, ModifiedBetaGeoFitter, ParetoNBDFitter
ends = np.cumsum(histories["sizes"])
companies = [slice(end - size, end) for end, size in zip(ends, histories["sizes"])]
found = []  # kind, fitter, ended in an error, ended in numbers that are none
started = time.process_time()
for which, rows in enumerate(companies):
    if time.process_time() - started > MOST_SECONDS:
        break
    columns = x[rows], t_x[rows], age[rows]
    for name, fitter in enumerate(fitters):
        error = unsound = False
        try:
            model = fitter()
            model.fit(*columns)
            said = [model.params_, model.conditional_probability_alive(*columns)]
            for weeks in (4, 52, 156):
                said.append(
                    model.conditional_expected_number_of_purchases_up_to_time(weeks, *columns)
                )
            unsound = not all(np.isfinite(np.asarray(part, dtype=float)).all() for part in said)
        except Exception:
            error = True
        found.append([int(histories["kinds"][which]), name, int(error), int(unsound)])
seconds = time.process_time() - started
"""


def cohorts(shop: Shop, rng: np.random.Generator) -> Iterator[Histories]:
    day = number(shop.splits[0])
    everybody = shop.purchases.cut(day).histories(day)
    for size, count in SMALL.items():
        for _ in range(count):
            yield everybody.rows(rng.choice(len(everybody), size, replace=False))
    for _ in range(CHURN_FREE):
        yield _churn_free(rng)


def _churn_free(rng: np.random.Generator) -> Histories:
    rate = rng.gamma(3, 0.25, FREQUENT_BUYERS)
    age = rng.uniform(20, 100, FREQUENT_BUYERS).round()
    x = rng.poisson(rate * age).astype(np.float64)
    last = age * rng.random(FREQUENT_BUYERS) ** (1 / np.maximum(x, 1))
    return Histories.of(x, np.where(x > 0, last, 0), age)


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


def test(shop: Shop, libraries: list[str]) -> int:
    """Prints how many of the fits ended in an error or a number that is none, ours and those of
    lifetimes; the number of ours, and one if lifetimes was not measured."""
    warnings.simplefilter("error", RuntimeWarning)
    started, done, wrong = time.process_time(), 0, 0
    companies = list(cohorts(shop, np.random.default_rng(11)))
    for h in companies:
        for model in fits(h):
            done += 1
            wrong += not is_sound(model, h)
    seconds = time.process_time() - started
    print(f"{len(companies)} small and churn-free companies: {wrong} of {done:,} fits unsound (0), "
          f"{1000 * seconds / done:.1f} ms of processor a fit", flush=True)  # fmt: skip
    _spread(shop)
    return wrong + _lifetimes(companies, libraries)


def _spread(shop: Shop) -> None:
    """How far Pareto/NBD is off in all purchases of a small company, with our prior and without:
    5 and 95 of a hundred, of companies in which anybody bought."""
    day, rng = number(shop.splits[0]), np.random.default_rng(7)
    everybody = shop.purchases.cut(day)
    h = everybody.histories(day)
    bought, _ = of_known(everybody, shop.purchases.after(day, day + 7 * WEEKS_AHEAD))
    for size in SMALL:
        rows = [rng.choice(len(h), size, replace=False) for _ in range(PER_SIZE)]
        for prior in (False, True):
            off = [
                float(paretonbd.fit(h.rows(r), prior=prior)
                      .expected_repeats(h.rows(r), WEEKS_AHEAD).sum()) / bought[r].sum() - 1
                for r in rows if bought[r].any()
            ]  # fmt: skip
            low, high = 100 * np.percentile(off, [5, 95])
            print(f"  Pareto/NBD on {size} customers, prior {prior}: off by {low:+.0f} to "
                  f"{high:+.0f} %", flush=True)  # fmt: skip


def _lifetimes(companies: list[Histories], libraries: list[str]) -> int:
    """One company of each kind in turn, as many as there is time for."""
    python = interpreters([each for each in libraries if each == "lifetimes"])["lifetimes"]
    kinds = np.repeat([*SMALL, FREQUENT_BUYERS], [*SMALL.values(), CHURN_FREE])
    order = np.argsort(
        np.concatenate([np.linspace(0, 1, n) for n in (*SMALL.values(), CHURN_FREE)])
    )
    chosen = [companies[at] for at in order]
    columns = {
        "x": np.concatenate([h.repeats for h in chosen]),
        "t_x": np.concatenate([h.last_seen for h in chosen]),
        "age": np.concatenate([h.age for h in chosen]),
        "sizes": np.array([len(h) for h in chosen]),
        "kinds": kinds[order],
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "histories.npz"
        np.savez(file, **columns)
        run = alone(python, LIFETIMES.replace("MOST_SECONDS", str(MOST_SECONDS)), file)
    rows = np.array(run.get("parameters", [])).reshape(-1, 4)
    print(f"  lifetimes: {run.get('failed', f'{len(rows) // 3} of {len(companies)} companies')}")
    for kind in np.unique(rows[:, 0]):
        for which, name in enumerate(("BG/NBD", "MBG/NBD", "Pareto/NBD")):
            mine = rows[(rows[:, 0] == kind) & (rows[:, 1] == which)]
            print(f"    {kind:.0f} customers, {name}: {mine[:, 2].sum():.0f} errors and "
                  f"{mine[:, 3].sum():.0f} not finite, of {len(mine)}")  # fmt: skip
    return held("lifetimes on the same companies", len(rows) or None, lambda _: True)
