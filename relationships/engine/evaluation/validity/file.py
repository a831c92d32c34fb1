"""A file of transactions as purchases and returns by day, or a plain word about what is wrong."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

EPOCH = pd.Timestamp("1970-01-01")
BOUGHT = {"purchase", "sale", "order", "buy"}
CURRENCY = {"currency", "currencycode", "waehrung", "währung"}
BROUGHT_BACK = {"return", "refund", "credit", "cancellation"}


class BadFile(ValueError):
    """The file cannot be used; the message names the column or row, and what to do."""


@dataclass(frozen=True)
class Columns:
    """Which column is what; `amount`, or `quantity` and `price`. `order` joins lines to orders.
    Where neither is named and `needs_money` is not said, every purchase counts as one."""

    customer: str
    date: str
    amount: str = ""
    quantity: str = ""
    price: str = ""
    order: str = ""
    kind: str = ""
    country: str = ""
    needs_money: bool = True

    @property
    def has_money(self) -> bool:
        return bool(self.amount or (self.quantity and self.price))

    def named(self) -> dict[str, str]:
        every = vars(self).items()
        return {name: column for name, column in every if column and name != "needs_money"}


@dataclass(frozen=True)
class Transactions:
    """`rows`: customer (a number from 0), day since 1970-01-01, kind, amount; `left_out`: rows
    without a customer or of another kind; `countries`: by customer, empty where no column says."""

    rows: pd.DataFrame
    left_out: int
    countries: "pd.Series[str]" = field(default_factory=lambda: pd.Series(dtype=str))

    @property
    def purchases(self) -> pd.DataFrame:
        return self.rows[self.rows["kind"] == "purchase"]


def read_transactions(path: Path, columns: Columns) -> Transactions:
    """Returns are rows of a return's kind, of a negative amount, or of an order that begins
    with C; raises BadFile."""
    table = _read(path)
    _refuse_currencies(table)
    table = _columns_of(table, columns)
    whose = table["customer"].str.strip()
    known = whose.notna() & (whose != "")
    kinds = _kinds(table, known)
    amount = _amounts(table, known & (kinds != ""), columns)
    kinds = kinds.mask((kinds != "") & ((amount < 0) | _credit_notes(table)), "return")
    kept = known & (kinds != "")
    if not kept.any():
        raise BadFile(f"No row of {path.name} has a customer in the column {columns.customer!r}.")
    rows = pd.DataFrame(
        {
            "customer": pd.factorize(whose[kept], sort=True)[0],
            "day": _days(table["date"][kept], columns.date),
            "kind": kinds[kept],
            "amount": amount[kept].abs(),
        }
    )
    countries = _countries(table[kept], rows["customer"])
    if "order" in table:
        rows = _joined(rows, table["order"][kept])
    return Transactions(rows.reset_index(drop=True), int((~kept).sum()), countries)


def _read(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise BadFile(f"There is no file {path}.")
    try:
        return pd.read_csv(path, dtype=str, encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile(f"{path.name} is not UTF-8 text; save it as CSV in UTF-8.") from error
    except (pd.errors.ParserError, pd.errors.EmptyDataError, OSError, EOFError) as error:
        why = str(error).strip().splitlines()[-1] if str(error) else "it is empty"
        raise BadFile(
            f"{path.name} is not a CSV file with a first row of names, plain or gzip: {why}"
        ) from error


def _refuse_currencies(table: pd.DataFrame) -> None:
    """Money of several currencies is never added up."""
    for column in table.columns:
        if str(column).strip().lower().replace("_", "") in CURRENCY:
            codes = sorted(set(table[column].dropna().str.strip().str.upper()) - {""})
            if len(codes) > 1:
                raise BadFile(
                    f"The column {column!r} names several currencies ({', '.join(codes[:5])}); "
                    "give a file in one, or convert the amounts and drop the column."
                )


def _columns_of(table: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    if not columns.has_money and (columns.needs_money or columns.quantity or columns.price):
        raise BadFile("Say which column is the amount, or which are quantity and price.")
    for name, column in columns.named().items():
        if column not in table:
            there = ", ".join(str(one) for one in table.columns)
            raise BadFile(f"There is no column {column!r} for --{name}; the file has: {there}.")
    return pd.DataFrame({name: table[column] for name, column in columns.named().items()})


def _kinds(table: pd.DataFrame, known: "pd.Series[bool]") -> "pd.Series[str]":
    """purchase, return or nothing of interest."""
    if "kind" not in table:
        return pd.Series("purchase", index=table.index)
    words = table["kind"].fillna("").str.strip().str.lower()
    kinds = pd.Series("", index=table.index)
    kinds = kinds.mask(words.isin(BOUGHT), "purchase").mask(words.isin(BROUGHT_BACK), "return")
    if not (kinds[known] == "purchase").any():
        found = ", ".join(sorted(set(words[known]))[:5])
        raise BadFile(f"No row is a purchase; the column for --kind says: {found}.")
    return kinds


def _amounts(
    table: pd.DataFrame, wanted: "pd.Series[bool]", columns: Columns
) -> "pd.Series[float]":
    if "amount" in table:
        return _numbers(table["amount"], wanted, columns.amount)
    if not columns.has_money:
        return pd.Series(1.0, index=table.index)
    quantity = _numbers(table["quantity"], wanted, columns.quantity)
    return quantity * _numbers(table["price"], wanted, columns.price)


def _numbers(
    written: "pd.Series[str]", wanted: "pd.Series[bool]", column: str
) -> "pd.Series[float]":
    numbers = pd.to_numeric(written, errors="coerce")
    bad = wanted & ~np.isfinite(numbers)
    if bad.any():
        raise BadFile(_wrong(written, bad, column, "a number", "write it like 1234.50"))
    return numbers.fillna(0.0).astype(float)


def _days(written: "pd.Series[str]", column: str) -> "pd.Series[int]":
    dates = pd.to_datetime(written, errors="coerce", format="ISO8601", utc=True)
    bad = dates.isna() | (dates.dt.year < 1900)
    if bad.any():
        raise BadFile(_wrong(written, bad, column, "a day", "write it like 1997-09-30"))
    return (dates.dt.tz_localize(None).dt.normalize() - EPOCH).dt.days


def _wrong(
    written: "pd.Series[str]", bad: "pd.Series[bool]", column: str, must: str, how: str
) -> str:
    """The first bad row as a spreadsheet counts it, and how many there are."""
    at = int(np.flatnonzero(bad.to_numpy())[0])
    row, value = int(written.index.to_numpy()[at]) + 2, written.iloc[at]
    said = "nothing" if pd.isna(value) else repr(value)
    more = int(bad.sum()) - 1
    others = f", and {more:,} more like it" if more else ""
    return f"Row {row}, column {column!r}: {said} is not {must}; {how}{others}."


def _credit_notes(table: pd.DataFrame) -> "pd.Series[bool]":
    if "order" not in table:
        return pd.Series(False, index=table.index)
    return table["order"].fillna("").str.upper().str.startswith("C")


def _countries(table: pd.DataFrame, customer: "pd.Series[int]") -> "pd.Series[str]":
    """The first that the file says of each."""
    if "country" not in table:
        return pd.Series(dtype=str)
    return table["country"].str.strip().replace("", None).groupby(customer).first().fillna("")


def _joined(rows: pd.DataFrame, order: "pd.Series[str]") -> pd.DataFrame:
    """Lines of one order as one row, on its first day."""
    by = ["customer", "kind", order.fillna("").rename("order")]
    sums = rows.groupby(by, sort=False).agg(day=("day", "min"), amount=("amount", "sum"))
    return sums.reset_index()[["customer", "day", "kind", "amount"]]
