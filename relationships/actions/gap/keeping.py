"""Stores the gaps of customers who were judged, in a handful of statements for any number."""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
from datetime import date

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from relationships.actions import staged
from relationships.actions.store import Judged
from relationships.engine.gap import LABELS, PARTS, terms
from relationships.engine.typology import typology
from relationships.queries.evidence import Shard
from relationships.queries.gap.measure import Measured, measure
from relationships.queries.gap.stated import stated
from relationships.queries.judging import Standard

WANTED = tuple(name for name in typology().families if name != "negative")
NUMBERS = ("gap", "confidence", *(f"want_{name}" for name in WANTED), *PARTS)
TABLE = "relationships_gap"
Columns = dict[str, NDArray]


def gaps_of(some: Shard, judged: Judged, rule: Standard) -> Columns:
    """To be kept; who has nothing stated or measured has no gap, nor has of whom we know nothing
    but what we sent."""
    numbers = judged.numbers
    found = measure(
        some.evidence,
        stated(judged.customer, rule.as_of),
        held=judged.posterior,
        closeness=numbers["closeness"],
        closeness_se=numbers["closeness_se"],
        kinds=rule.specification.types,
    )
    known = ~np.isnan(found.gaps.gap) & (found.wanted.is_stated | ~some.evidence.is_blank)
    return {name: column[known] for name, column in _columns(judged.customer, found).items()}


def keep_gaps(found: Columns, *, as_of: date) -> None:
    """In the transaction that has just stored what was judged: its stage is read here.

    Who has nothing stated or measured any more has no gap.
    """
    staged.fill("gap_stage", found)
    with connection.cursor() as cursor:
        cursor.execute(staged.without(TABLE, "gap_stage"))
        cursor.execute(_upsert_sql(), [as_of])


def _columns(customer: NDArray[np.int64], found: Measured) -> Columns:
    wanted, gaps = found.wanted, found.gaps
    families = typology().family_of
    names = list(typology().families)
    treated = np.where(found.treated.any(axis=1), found.treated.argmax(axis=1), -1)
    return {
        "customer": customer,
        "label": gaps.label,
        "wish": wanted.wish,
        "treated": treated.astype(np.int64),
        "treated_wish": found.treated_wish,
        "is_stated": wanted.is_stated.astype(np.int64),
        "is_contradictory": wanted.is_contradictory.astype(np.int64),
        "gap": gaps.gap,
        "confidence": gaps.confidence,
        **{
            f"want_{name}": wanted.posterior[:, families == names.index(name)].sum(axis=1)
            for name in WANTED
        },
        **{part: gaps.parts[:, at] for at, part in enumerate(PARTS)},
    }


def _upsert_sql() -> str:
    values = {
        "label": staged.chosen("label", list(LABELS), ""),
        "wish": _wish("wish"),
        "treated": staged.chosen("treated", list(WANTED), ""),
        "treated_wish": _wish("treated_wish"),
        "is_stated": "s.is_stated = 1",
        "is_contradictory": "s.is_contradictory = 1",
        **{name: staged.number(name) for name in NUMBERS},
    }
    updates = ", ".join(f"{name} = excluded.{name}" for name in ("as_of", *values))
    return f"""
        INSERT INTO {TABLE} (customer_id, as_of, {", ".join(values)})
        SELECT s.customer, {staged.a_day()}, {", ".join(values.values())}
        FROM gap_stage s {staged.told()}
        ON CONFLICT (customer_id) DO UPDATE SET {updates}
    """


def _wish(column: str) -> str:
    """The terms hold their words: a quote in them is doubled, as is a mark for parameters."""
    words = [key.replace("'", "''").replace("%", "%%") for key in terms().wish_keys]
    return staged.chosen(column, words, "")
