"""The models of buying tried on a past that is known: the company's own, or that of a file."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from customers.models import Customer
from relationships.engine.evaluation.validity.file import Transactions
from relationships.engine.value import PurchaseDays, holdout, unaided
from relationships.engine.value.backtest import MOST_CUSTOMERS
from relationships.engine.value.happened import NOTHING, Happened
from relationships.engine.value.holdout import Holdout
from relationships.engine.value.models import Stored
from relationships.queries.purchases import purchase_days, with_contracts
from relationships.queries.sources import sources
from relcrm.lib.refusals import Refused

EPOCH = date(1970, 1, 1)
OF_MONEY = ("Gamma-Gamma", unaided.REPEATS_ONLY)  # models that say nothing without amounts
YEAR_DAYS = 364


@dataclass(frozen=True)
class Tried:
    """What was tried, and what came of it; `without_prior` as papers print the models."""

    purchases: int  # days with a purchase, of all customers
    customers: int
    first_on: date
    last_on: date
    split_on: date
    found: Holdout
    without_prior: dict[str, Stored]
    has_money: bool = True

    def to_json(self) -> dict[str, Any]:
        """Plain numbers and words."""
        return {
            "purchase_days": self.purchases,
            "customers": self.customers,
            "first_on": self.first_on.isoformat(),
            "last_on": self.last_on.isoformat(),
            "split_on": self.split_on.isoformat(),
            "has_money": self.has_money,
            "maximum_likelihood": unaided.to_json(self.without_prior),
            "holdout": self._plain(self.found.to_json()),
        }

    def _plain(self, told: Any) -> Any:
        """Without what is said of money where there is none."""
        if self.has_money:
            return told
        if isinstance(told, list | tuple):
            return [self._plain(one) for one in told]
        if not isinstance(told, dict):
            return told
        return {key: self._plain(one) for key, one in told.items() if "spend" not in key}


def of_company(as_of: date) -> PurchaseDays:
    """Purchases through `as_of`, of one customer in so many where there are very many."""
    one_in = max(1, Customer.objects.present().count() // MOST_CUSTOMERS)
    days = purchase_days(as_of, one_in=one_in, also=sources(as_of).countable)
    return with_contracts(days, as_of)


def of_file(read: Transactions) -> PurchaseDays:
    """The purchases of a file; its returns stay aside."""
    rows = read.purchases
    return PurchaseDays.gather(rows["customer"], rows["day"], rows["amount"])


def tried(
    purchases: PurchaseDays,
    *,
    split_on: date | None,
    last_on: date | None,
    seed: int,
    beside: Happened = NOTHING,
    has_money: bool = True,
) -> Tried:
    """Forecast what came after `split_on`: the last year unless said, or the second half of a
    shorter history. Refused where there is nothing before it or after it."""
    if last_on is not None:
        purchases = purchases.cut((last_on - EPOCH).days)
    if not len(purchases):
        raise Refused("There are no purchases to learn from.")
    first, newest = (EPOCH + timedelta(int(d)) for d in (purchases.day.min(), purchases.day.max()))
    last = last_on or newest
    if first == last:
        raise Refused(f"All purchases are of {first}: there is nothing before it to learn from.")
    half = (last - first).days // 2
    split = split_on or last - timedelta(min(YEAR_DAYS, half))
    if not first <= split < last:
        raise Refused(
            f"Purchases run from {first} to {last}: split on a day from {first} to "
            f"{last - timedelta(1)}, so that there is something to learn from and to forecast."
        )
    rng = np.random.default_rng(seed)
    day, through = (split - EPOCH).days, (last - EPOCH).days
    known = purchases.cut(day)
    alone = unaided.maximum_likelihood(known, day, rng)
    return Tried(
        purchases=len(purchases),
        customers=len(purchases.customers),
        first_on=first,
        last_on=last,
        split_on=split,
        found=holdout.check(
            purchases, split_day=day, through_day=through, rng=rng, happened=beside
        ),
        without_prior={
            name: model for name, model in alone.items() if has_money or name not in OF_MONEY
        },
        has_money=has_money,
    )
