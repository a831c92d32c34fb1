"""What beside purchases may bend a forecast: what happened and, if allowed, who people are."""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
from dataclasses import replace
from datetime import date

import numpy as np
from django.db import connection
from django.db.models import Q

from customers.models import Customer
from relationships.engine.value.challenger import KINDS, Happened, Traits
from relationships.queries.dialect import Dialect
from relationships.queries.evidence import day_number
from relcrm.base.models import Company
from relcrm.lib import columns

MIDSUMMER = (7, 1)  # of a year of birth


def known_beside(as_of: date) -> Happened:
    """What happened, and who people are where the company says now that this may be read: it may
    have said otherwise when the learning began."""
    found = happened(as_of)
    may_read = Company.objects.filter(reads_demographics=True).exists()
    return replace(found, traits=traits()) if may_read else found


def traits() -> Traits:
    """Of those who may be judged and of whom something is known: whoever objects is left out."""
    untold = Q(birth_on=None, birth_year=None, household_size=None, gender="")
    told = Customer.objects.judgeable().exclude(untold).order_by("pk")
    rows = told.values_list("pk", "birth_on", "birth_year", "gender", "household_size")
    genders = sorted({row[3].strip().lower() for row in rows} - {""})
    places = {gender: float(at) for at, gender in enumerate(genders)}
    return Traits(
        customer=np.array([row[0] for row in rows], dtype=np.int64),
        born_day=np.array([_born(row[1], row[2]) for row in rows], dtype=np.float64),
        gender=np.array([places.get(row[3].strip().lower(), np.nan) for row in rows]),
        household_size=np.array([row[4] or np.nan for row in rows], dtype=np.float64),
    )


def _born(birth_on: date | None, year: int | None) -> float:
    if birth_on or (year and year <= date.max.year):
        return float(day_number(birth_on or date(int(year or 0), *MIDSUMMER)))
    return np.nan


def happened(as_of: date) -> Happened:
    """Of everybody, through the end of `as_of`; days since 1970-01-01."""
    number = Dialect(connection.vendor).number
    day = (
        "(i.occurred_on - DATE '1970-01-01')"
        if connection.vendor == "postgresql"
        else "CAST(julianday(i.occurred_on) - 2440587.5 AS INTEGER)"
    )
    which = " ".join(f"WHEN '{kind}' THEN {at}" for at, kind in enumerate(KINDS))
    kinds = ", ".join(f"'{kind}'" for kind in KINDS)
    sql = (
        f"SELECT {number('i.customer_id')} AS customer, {number(day)} AS day, "
        f"{number(f'CASE i.kind {which} END')} AS kind FROM customers_interaction i "
        f"WHERE i.kind IN ({kinds}) AND i.occurred_on <= %s"
    )
    read = columns.read(connection, sql, [as_of.isoformat()], ["customer", "day", "kind"])
    return Happened.of(*read.values())
