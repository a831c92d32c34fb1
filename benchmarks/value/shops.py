"""The shops whose past is known: files of purchases, read as days with a purchase."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from relationships.engine.evaluation.validity.file import Columns, read_transactions
from relationships.engine.value import PurchaseDays
from relationships.queries.holdout import EPOCH, of_file

HERE = Path(__file__).resolve().parents[2] / "tests" / "data"


@dataclass(frozen=True)
class Shop:
    name: str
    purchases: PurchaseDays
    splits: tuple[date, ...]  # the days at whose end the figures of record are forecast


def shops() -> list[Shop]:
    """CDNOW and Online Retail II (UK, days with a purchase), as the tests hold them."""
    online_retail = HERE / "online_retail_ii_uk_days.csv.gz"
    return [
        _read("CDNOW sample", HERE / "cdnow_sample.csv.gz", "sample_id", "date", 1997, 9, 30),
        _read("CDNOW master", HERE / "cdnow_master.csv.gz", "customer_id", "date", 1997, 9, 30),
        _read("Online Retail II", online_retail, "customer_id", "date", 2011, 9, 9),
    ]


def _read(name: str, path: Path, customer: str, day: str, *split: int) -> Shop:
    columns = Columns(customer=customer, date=day, amount="amount")
    return Shop(name, of_file(read_transactions(path, columns)), (date(*split),))


def number(day: date) -> int:
    return (day - EPOCH).days
