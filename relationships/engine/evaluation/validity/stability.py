"""Whether labels hold still: month by month, and when the company is calibrated again."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from relationships.engine.evaluation.validity.file import EPOCH, Transactions
from relationships.engine.evaluation.validity.frozen import (
    Frozen,
    Standard,
    freeze,
    outcome_of,
    standard,
)
from relationships.engine.evaluation.validity.measures import auc_of_groups
from relationships.engine.typology import Previous

Places = npt.NDArray[np.intp]
SUBSAMPLE = 0.632
AHEAD_DAYS = 91


@dataclass(frozen=True)
class Months:
    """Shares of customers a month whose label changed, raw and smoothed; of the changes those
    undone a month later; mean AUC of both for buying within three months. Of the type held, and of
    what pages show: a type, else a family, else too early to tell."""

    flips: float
    reversed: float
    raw_flips: float
    shown_flips: float
    shown_reversed: float
    auc: float
    raw_auc: float


def month_ends(first: int, last: int) -> list[int]:
    """Days since 1970-01-01 of the month ends from `first` to `last`."""
    span = pd.date_range(
        EPOCH + pd.Timedelta(days=first), EPOCH + pd.Timedelta(days=last), freq="ME"
    )
    return [(day - EPOCH).days for day in span]


def months(known: Transactions, closes: list[int]) -> Months:
    """Everyone judged at each close by constants frozen at the first, each close remembering the
    one before, as the product does."""
    rule = standard(known, closes[0])
    (smooth, shown), (raw, _) = (
        _labels(known, closes, rule, remember=remember) for remember in (True, False)
    )
    return Months(
        flips=_flips(smooth),
        reversed=_reversed(smooth),
        raw_flips=_flips(raw),
        shown_flips=_flips(shown),
        shown_reversed=_reversed(shown),
        auc=_ahead(known, closes, smooth),
        raw_auc=_ahead(known, closes, raw),
    )


def _labels(
    known: Transactions, closes: list[int], rule: Standard, *, remember: bool
) -> tuple[list["pd.Series[int]"], list["pd.Series[int]"]]:
    """Held types and shown labels by customer, one series for each close."""
    held: list[pd.Series[int]] = []
    shown: list[pd.Series[int]] = []
    last: Frozen | None = None
    for day in closes:
        last = freeze(known, day, rule, _previous(known, day, last) if remember else None)
        labels = last.verdicts.labels
        held.append(pd.Series(labels.held, index=last.customers))
        # A type by its place, else the family before them all: no two labels share a number.
        one: Places = np.where(labels.type >= 0, labels.type, -1 - labels.family)
        shown.append(pd.Series(one, index=last.customers))
    return held, shown


def _previous(known: Transactions, day: int, last: Frozen | None) -> Previous | None:
    """What was thought at the last close, for everyone who has bought by this one."""
    if last is None:
        return None
    bought = known.purchases
    now = np.unique(bought.loc[bought["day"] <= day, "customer"].to_numpy())
    at = np.searchsorted(now, last.customers)
    posterior = np.full((len(now), last.verdicts.posterior.shape[1]), np.nan)
    held, on = np.full(len(now), -1), np.full(len(now), last.evidence.as_of_day)
    posterior[at], held[at] = last.verdicts.posterior, last.verdicts.labels.held
    return Previous(posterior, held, on)


def _flips(labels: list["pd.Series[int]"]) -> float:
    """Over all months and customers who were known at both ends."""
    changed = [_changed(one, two) for one, two in zip(labels, labels[1:], strict=False)]
    return float(np.concatenate([one.to_numpy() for one in changed]).mean())


def _changed(before: "pd.Series[int]", after: "pd.Series[int]") -> "pd.Series[bool]":
    return before != after.reindex(before.index)


def _reversed(labels: list["pd.Series[int]"]) -> float:
    """Of the changes, those undone by the next close."""
    back = [
        (three.reindex(one.index) == one)[_changed(one, two)]
        for one, two, three in zip(labels, labels[1:], labels[2:], strict=False)
    ]
    every = np.concatenate([one.to_numpy() for one in back]) if back else np.zeros(0)
    return float(every.mean()) if len(every) else 0.0


def _ahead(known: Transactions, closes: list[int], labels: list["pd.Series[int]"]) -> float:
    newest = int(known.rows["day"].max())
    found = []
    for day, label in zip(closes, labels, strict=True):
        if day + AHEAD_DAYS <= newest:
            later = outcome_of(known, label.index.to_numpy(), day, day + AHEAD_DAYS)
            found.append(auc_of_groups(later, label.to_numpy()))
    return float(np.mean(found)) if found else float("nan")


def recalibrated(known: Transactions, day: int, labels: Places, repeats: int, seed: int) -> float:
    """Adjusted Rand index between labels and those after calibrating on 63 % of the customers."""
    from sklearn.metrics import adjusted_rand_score  # slow to load: not at every start

    rng = np.random.default_rng(seed)
    everyone = np.unique(known.rows["customer"].to_numpy())
    found = []
    for _ in range(repeats):
        some = rng.choice(everyone, int(SUBSAMPLE * len(everyone)), replace=False)
        part = Transactions(known.rows[known.rows["customer"].isin(some)], 0)
        again = freeze(known, day, standard(part, day))
        found.append(adjusted_rand_score(labels, again.verdicts.labels.held))
    return float(np.mean(found))
