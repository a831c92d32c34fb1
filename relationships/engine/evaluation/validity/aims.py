"""What the figures of a file should be: on any file, and what is set for two public ones."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from relationships.engine.evaluation.check import Check, check
from relationships.engine.evaluation.validity.file import Columns, Transactions

EPOCH = date(1970, 1, 1)
SOFT_AUC, SOFT_C_INDEX = "soft AUC", "soft C-index"
BITS = "bits of types over the six-group product"
FLIPS = "labels that change in a month"
ANY = {
    "soft AUC over RFM logit": ">= 0",
    "soft log-loss better than RFM logit": "> 0",
    "the same in standard errors": "> 1",
    "soft AUC over RFM quintiles": ">= 0",
    "soft AUC over the six-group product": ">= 0.025",
    "soft AUC over k-means": ">= 0",
    BITS: ">= 0.15",
    "soft C-index over RFM logit": ">= 0",
    "shuffled outcomes: AUC": "0.5 ± 0.005",
    "labels after calibrating on 63 %: adjusted Rand index": ">= 0.95",
    FLIPS: "<= 0.1",
    "changes undone a month later": "<= 0.04",
    "shown labels that change in a month": "<= 0.1",
    "shown changes undone a month later": "<= 0.04",
    "AUC lost by holding still": "<= 0.004",
}
"""The stricter where two files have different aims: more than one file may be easy."""


@dataclass(frozen=True)
class Reference:
    """A public file whose aims are set by themselves, and how it is recognised and read."""

    name: str
    columns: Columns
    customers: int
    first: date
    last: date
    split: date
    aims: dict[str, str]

    def is_of(self, known: Transactions, day: int, until: int) -> bool:
        """The very file, frozen on the day of the aims and followed to its end."""
        days, ends = known.purchases["day"], (self.first, self.last)
        same = (int(days.min()), int(days.max())) == tuple((one - EPOCH).days for one in ends)
        people = known.rows["customer"].nunique()
        at = (day, until) == ((self.split - EPOCH).days, int(days.max()))
        return same and at and people == self.customers


REFERENCES = {
    "cdnow": Reference(
        "CDNOW", Columns("customer_id", "date", amount="amount"), 23_570,
        date(1997, 1, 1), date(1998, 6, 30), date(1997, 9, 30),
        {SOFT_AUC: ">= 0.772", SOFT_C_INDEX: ">= 0.74", BITS: ">= 0.15", FLIPS: "<= 0.1"},
    ),
    "online-retail": Reference(
        "Online Retail",
        Columns("customer_id", "invoiced_at", quantity="quantity", price="unit_price",
                order="invoice", country="country"),
        4_372, date(2010, 12, 1), date(2011, 12, 9), date(2011, 6, 8),
        {SOFT_AUC: ">= 0.745", SOFT_C_INDEX: ">= 0.685", BITS: ">= 0", FLIPS: "<= 0.25"},
    ),
}  # fmt: skip


def aimed(name: str, figure: float) -> Check:
    """The figure against what is aimed at on any file."""
    return check(name, figure, ANY.get(name))


def set_for(reference: Reference, figures: dict[str, float]) -> list[Check]:
    """What is aimed at on this very file, beside what is on any."""
    return [
        check(f"{name}, aim for {reference.name}", figures[name], target)
        for name, target in reference.aims.items()
        if not np.isnan(figures.get(name, np.nan))
    ]
