"""What must not move a judgement of purchases: strangers, later rows, sources not connected."""

from dataclasses import replace

import numpy as np
import pandas as pd

from relationships.engine.evaluation.check import Check, check
from relationships.engine.evaluation.validity.file import Transactions
from relationships.engine.evaluation.validity.frozen import Frozen, Standard, freeze, standard
from relationships.engine.typology import typology
from relationships.engine.typology.gates import impossible_without

STRANGERS = 10_000
LABELS = ("held", "type", "family", "group")


def unmoved(known: Transactions, day: int, rule: Standard, some: Frozen, seed: int) -> list[Check]:
    """Each the number of customers for whom it is otherwise, which must be none."""
    among = freeze(joined(known, strangers(known, day, STRANGERS, seed)), day, rule)
    ours = among.customers % 2 == 0
    return [
        check(f"labels changed by {STRANGERS:,} strangers", _changed(some, among, ours), "= 0"),
        check("types assigned that purchases cannot show", _beyond(some), "= 0"),
        check("judged otherwise when later rows are taken away", _leaked(known, day, some), "= 0"),
    ]


def strangers(known: Transactions, day: int, count: int, seed: int) -> pd.DataFrame:
    """Purchases of people who are unlike anybody: any day, any number, any sum."""
    rng = np.random.default_rng(seed)
    customer = np.repeat(np.arange(count), rng.geometric(0.2, count))
    first = int(known.purchases["day"].min())
    return pd.DataFrame(
        {
            "customer": customer,
            "day": rng.integers(first, day + 1, len(customer)),
            "kind": "purchase",
            "amount": rng.lognormal(5.0, 2.0, len(customer)),
        }
    )


def joined(known: Transactions, others: pd.DataFrame) -> Transactions:
    """Ours have even numbers and they odd ones, so that they stand between each other."""
    ours = known.rows.assign(customer=2 * known.rows["customer"])
    theirs = others.assign(customer=2 * others["customer"] + 1)
    return replace(known, rows=pd.concat([ours, theirs], ignore_index=True))


def _changed(
    some: Frozen, among: Frozen, ours: "np.ndarray[tuple[int], np.dtype[np.bool_]]"
) -> int:
    one, two = some.verdicts.labels, among.verdicts.labels
    same = [getattr(one, name) == getattr(two, name)[ours] for name in LABELS]
    return int((~np.all(same, axis=0)).sum())


def _beyond(some: Frozen) -> int:
    kinds = typology()
    shut = [kinds.keys.index(key) for key in impossible_without(frozenset({"purchases"}), kinds)]
    return int((some.verdicts.posterior[:, shut] > 0).any(axis=1).sum())


def _leaked(known: Transactions, day: int, some: Frozen) -> int:
    """Everything anew from the file as it was that evening: constants, evidence, probabilities."""
    then = replace(known, rows=known.rows[known.rows["day"] <= day])
    again = freeze(then, day, standard(then, day))
    differs = ~np.isclose(
        some.evidence.values, again.evidence.values, rtol=0, atol=0, equal_nan=True
    ).all(axis=1)
    return int((differs | (some.verdicts.posterior != again.verdicts.posterior).any(axis=1)).sum())
