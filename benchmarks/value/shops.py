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


def shops(online_retail: Path | None) -> list[Shop]:
    """CDNOW as the tests hold it, and Online Retail II (UK invoices) if its file is given."""
    found = [
        _read("CDNOW sample", HERE / "cdnow_sample.csv.gz", "sample_id", "date", 1997, 9, 30),
        _read("CDNOW master", HERE / "cdnow_master.csv.gz", "customer_id", "date", 1997, 9, 30),
    ]
    if online_retail:
        found.append(
            _read("Online Retail II", online_retail, "customer_id", "invoiced_at", 2011, 9, 9)
        )
    return found


def _read(name: str, path: Path, customer: str, day: str, *split: int) -> Shop:
    columns = Columns(customer=customer, date=day, amount="amount")
    return Shop(name, of_file(read_transactions(path, columns)), (date(*split),))


def number(day: date) -> int:
    return (day - EPOCH).days
