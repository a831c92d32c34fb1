"""The published purchase histories, as the engine reads them."""

import csv
import gzip
from datetime import date
from pathlib import Path

import pytest

from relationships.engine.value import Histories, PurchaseDays

DATA = Path(__file__).parents[2] / "data"
CALIBRATION_ENDS = date(1997, 9, 30).toordinal()
HOLDOUT_ENDS = date(1998, 6, 30).toordinal()


def read_purchases(name: str, customer: str) -> PurchaseDays:
    """One of the gzipped fact files."""
    with gzip.open(DATA / name, "rt") as lines:
        rows = list(csv.DictReader(lines))
    return PurchaseDays.gather(
        [int(row[customer]) - 1 for row in rows],
        [date.fromisoformat(row["date"]).toordinal() for row in rows],
        [float(row["amount"]) for row in rows],
    )


@pytest.fixture(scope="session")
def cdnow() -> PurchaseDays:
    """The 2,357 customers of every published estimate, to the end of the holdout."""
    return read_purchases("cdnow_sample.csv.gz", "sample_id")


@pytest.fixture(scope="session")
def cdnow_histories(cdnow: PurchaseDays) -> Histories:
    """The same as the papers cut them: 39 weeks."""
    return cdnow.cut(CALIBRATION_ENDS).histories(CALIBRATION_ENDS)


@pytest.fixture(scope="session")
def cdnow_master() -> PurchaseDays:
    """All 23,570 customers."""
    return read_purchases("cdnow_master.csv.gz", "customer_id")
