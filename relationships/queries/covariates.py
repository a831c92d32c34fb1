"""What beside purchases may bend a forecast: what happened and, if allowed, who people are."""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from django.db import connection
from django.db.models import Q
from numpy.typing import NDArray

from customers.models import Customer
from relationships.engine.value.happened import KINDS, Happened, Traits
from relationships.queries.dialect import Dialect
from relationships.queries.evidence import Shard, day_number
from relationships.queries.evidence_sql import among
from relationships.queries.judging import Standard
from relationships.queries.marks import within
from relcrm.base.models import Company
from relcrm.lib import columns

MIDSUMMER = (7, 1)  # of a year of birth
# A gender that fewer have written is nobody's else: it would be remembered with the model.
LEAST_ALIKE = 50
NOBODY = np.empty(0)


def known_beside(as_of: date) -> Happened:
    """What happened, and who people are where the company says now that this may be read: it may
    have said otherwise when the learning began."""
    found = happened(as_of)
    return replace(found, traits=traits()) if _may_read() else found


def _may_read() -> bool:
    return Company.objects.filter(reads_demographics=True).exists()


def with_covariates(some: Shard, rule: Standard) -> Shard:
    """The same with what else is known of these customers, only where trees bend forecasts: one
    query more, and three where they look at who people are."""
    trees, e = rule.models.covariates, some.evidence
    if trees is None or not len(some):
        return some
    found = happened(rule.as_of, e.customers)
    if trees.reads_traits:
        nobody = Traits(customer=NOBODY, born_day=NOBODY, gender=NOBODY, household_size=NOBODY)
        told = traits(e.customers, trees.genders) if _may_read() else nobody
        found = replace(found, traits=told)
    return replace(some, beside=found.beside(e.customers, e.as_of_day))


def traits(ids: NDArray[np.int64] | None = None, genders: Sequence[str] | None = None) -> Traits:
    """Of those who may be judged and of whom something is known, or of these ascending ids:
    whoever objects is left out. `genders` as a model has numbered them; else those that enough
    have written."""
    untold = Q(birth_on=None, birth_year=None, household_size=None, gender="")
    told = Customer.objects.judgeable().exclude(untold).order_by("pk")
    told = told if ids is None else told.filter(within(ids))
    rows = told.values_list("pk", "birth_on", "birth_year", "gender", "household_size")
    if genders is None:
        counted = Counter(row[3].strip().lower() for row in rows)
        genders = sorted(g for g, n in counted.items() if g and n >= LEAST_ALIKE)
    places = {gender: float(at) for at, gender in enumerate(genders)}
    return Traits(
        customer=np.array([row[0] for row in rows], dtype=np.int64),
        born_day=np.array([_born(row[1], row[2]) for row in rows], dtype=np.float64),
        gender=np.array([places.get(row[3].strip().lower(), np.nan) for row in rows]),
        household_size=np.array([row[4] or np.nan for row in rows], dtype=np.float64),
        genders=tuple(genders),
    )


def _born(birth_on: date | None, year: int | None) -> float:
    if birth_on or (year and year <= date.max.year):
        return float(day_number(birth_on or date(int(year or 0), *MIDSUMMER)))
    return np.nan


def happened(as_of: date, ids: NDArray[np.int64] | None = None) -> Happened:
    """Of everybody, or of these ascending ids, through the end of `as_of`; days since
    1970-01-01."""
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
    if ids is not None:
        sql += f" AND {among('i.customer_id', ids.tolist())}"
    read = columns.read(connection, sql, [as_of.isoformat()], ["customer", "day", "kind"])
    return Happened.of(*read.values())
