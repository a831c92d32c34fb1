"""Columns of pandas as plain lists that the database takes, missing values as None."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd

CENT = Decimal("0.01")


def texts(column: "pd.Series[Any]") -> list[str]:
    return ["" if pd.isna(value) else str(value) for value in column]


def numbers(column: "pd.Series[Any]") -> list[int | None]:
    return [None if pd.isna(value) else int(value) for value in column]


def shares(column: "pd.Series[Any]") -> list[float | None]:
    return [None if pd.isna(value) else float(value) for value in column]


def money(column: "pd.Series[Any]") -> list[Decimal | None]:
    return [None if pd.isna(value) else Decimal(str(value)).quantize(CENT) for value in column]


def instants(column: "pd.Series[Any]") -> list[datetime | None]:
    """Instants of a world are UTC without saying so."""
    return [None if pd.isna(at) else at.to_pydatetime().replace(tzinfo=UTC) for at in column]


def days(column: "pd.Series[Any]") -> list[date | None]:
    return [None if pd.isna(at) else at.date() for at in column]
