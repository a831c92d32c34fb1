"""Stores forecasts of customers who were judged, in a handful of statements for any number."""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
import numpy as np
from django.db import connection
from numpy.typing import NDArray

from relationships.actions import staged
from relationships.engine.value import CAUSES, PARTS, Next, Scores
from relationships.engine.value.covariates import BECAUSE
from relationships.models import YEARS_KEPT
from relationships.queries.evidence import Shard
from relationships.queries.judging import Standard
from relationships.queries.worth import months_ahead, renewals

TABLE = "relationships_forecast"
NUMBERS = (
    "value", *PARTS, *YEARS_KEPT, "spent", "fees", "gain", "months", "soon", "renewals",
    "covariates_factor",
)  # fmt: skip
DAYS = ("next_from_on", "next_on", "next_until_on")


def keep_forecasts(some: Shard, scores: Scores, rule: Standard) -> None:
    """In the transaction that has just stored what was judged: its stage is read here.

    Who has bought nothing (any more) has no forecast.
    """
    if not len(some):
        return
    known = ~np.isnan(scores.value)
    table = {
        "customer": some.evidence.customers,
        "cause": scores.losing.cause.astype(np.int64),
        "purchase_days": some.purchase_days.astype(np.int64),
        "value": scores.value,
        **scores.parts.columns(),
        **{name: scores.years[:, at] for at, name in enumerate(YEARS_KEPT)},
        "spent": some.evidence["spend"],
        "fees": np.zeros(len(some)) if scores.fees is None else scores.fees,
        "gain": scores.losing.gain,
        "months": months_ahead(some, rule),
        "soon": scores.next.soon,
        "renewals": renewals(some, rule),
        "covariates_factor": scores.covariates.factor,
        "covariates_because": scores.covariates.because,
        **_days(scores.next, some.evidence.as_of_day),
    }
    staged.fill("forecast_stage", {name: column[known] for name, column in table.items()})
    with connection.cursor() as cursor:
        cursor.execute(staged.without(TABLE, "forecast_stage"))
        cursor.execute(_upsert_sql(), [rule.as_of, rule.model_id, int(rule.terms.horizon_weeks)])


def _days(ahead: Next, as_of_day: int) -> dict[str, NDArray[np.float64]]:
    """As days since 1970-01-01; tomorrow is the first day to come."""
    weeks = {"next_from_on": ahead.low, "next_on": ahead.middle, "next_until_on": ahead.high}
    return {
        name: as_of_day + np.maximum(np.ceil(7 * column), 1.0) for name, column in weeks.items()
    }


def _upsert_sql() -> str:
    own = {
        "cause": staged.chosen("cause", list(CAUSES), ""),
        "covariates_because": staged.chosen("covariates_because", list(BECAUSE), ""),
        "purchase_days": "s.purchase_days",
        **{name: staged.number(name) for name in NUMBERS},
        **{name: staged.day(name) for name in DAYS},
    }
    told = ("as_of", "model_id", "horizon_weeks")
    kinds = ("date", "bigint", "smallint")
    marks = (
        ", ".join(f"%s::{kind}" for kind in kinds)
        if connection.vendor == "postgresql"
        else "%s, %s, %s"
    )
    updates = ", ".join(f"{name} = excluded.{name}" for name in (*told, *own))
    return f"""
        INSERT INTO {TABLE} (customer_id, {", ".join(told)}, {", ".join(own)})
        SELECT s.customer, {marks}, {", ".join(own.values())}
        FROM forecast_stage s {staged.told()}
        ON CONFLICT (customer_id) DO UPDATE SET {updates}
    """
