"""Complaints as the mood reads them: weight by severity and repetition, credit for recovery."""

import numpy as np
import pandas as pd

from relationships.engine.typology.weights import Numbers, default_weights

SEVERITIES = {1: "minor", 2: "moderate", 3: "major", 4: "critical"}
REPEAT_DAYS = 90
CREDIT_DAYS = {1: "credit_within_1_day", 3: "credit_within_3_days", 7: "credit_within_7_days"}
LEAST_HOURS = 0.1
MOST_DIGITS = 9  # before the point: a number of hours that is longer is none


def complaint_rows(
    complaints: pd.DataFrame, *, as_of_day: int, weights: Numbers | None = None
) -> pd.DataFrame:
    """One row per complaint filed by the as-of day, judged by what was known at its end.

    Takes customer, day, severity 1 to 4, resolved_day (NaN: open), satisfied (1, 0, NaN), topic,
    and reply_hours to our first word (NaN: none), where that is recorded.
    """
    by = weights or default_weights().complaints
    rows = complaints[complaints["day"] <= as_of_day].reset_index(drop=True)
    resolved = rows["resolved_day"].where(rows["resolved_day"] <= as_of_day)
    satisfied = rows["satisfied"].astype(float).where(resolved.notna())
    severity = rows["severity"].astype(int)
    heavy = {level: by[f"{name}_weight"] for level, name in SEVERITIES.items()}
    weight: pd.Series = severity.map(heavy) * np.minimum(
        by["repeat_most"], 1.0 + by["repeat_step"] * earlier_on_topic(rows)
    )
    credit = recovery_credit(resolved - rows["day"], satisfied, by)
    return pd.DataFrame(
        {
            "customer": rows["customer"].astype("int64"),
            "kind": "complaint",
            "age_days": (as_of_day - rows["day"]).astype(float),
            "severity": severity.astype(float),
            "is_open": resolved.isna().astype(float),
            "answered": satisfied.notna().astype(float),
            "satisfied": satisfied,
            "weight": weight,
            "credit": credit,
            "weight_credit": weight * credit,
            "log_reply_hours": log_reply_hours(rows, as_of_day),
        }
    )


def log_reply_hours(rows: pd.DataFrame, as_of_day: int) -> pd.Series:
    """A reply after the as-of day is none yet; no reply within a day counts the hours so far."""
    if "reply_hours" not in rows:
        return pd.Series(np.nan, index=rows.index)
    so_far = (as_of_day - rows["day"]).astype(float) * 24.0
    hours = rows["reply_hours"].astype(float)
    hours = hours.where(hours <= so_far + 24.0)
    waited = so_far.where(so_far >= 24.0)
    known = hours.fillna(waited).clip(lower=LEAST_HOURS)
    return pd.Series(np.log(known.to_numpy(dtype=np.float64)), index=rows.index)


def earlier_on_topic(rows: pd.DataFrame) -> pd.Series:
    """How many complaints of the customer on the same named topic in the 90 days before its day."""
    key = rows[["customer", "topic", "day"]].assign(at=np.arange(len(rows)))
    key = key[key["topic"].fillna("") != ""]
    pairs = key.merge(key, on=["customer", "topic"], suffixes=("", "_other"))
    gap = pairs["day"] - pairs["day_other"]
    counts = pairs.loc[(gap > 0) & (gap <= REPEAT_DAYS), "at"].value_counts()
    return pd.Series(
        counts.reindex(np.arange(len(rows)), fill_value=0).to_numpy(), index=rows.index
    )


def recovery_credit(days_to_resolve: pd.Series, satisfied: pd.Series, by: Numbers) -> pd.Series:
    """0 while open; .85, .7, .5, .3 by speed when satisfied; .15 less without answer; .1 when not.

    Always below 1: a repair hardly ever makes up for the failure (Knox & van Oest 2014).
    """
    credit = pd.Series(by["credit_later"], index=days_to_resolve.index)
    for days, name in reversed(CREDIT_DAYS.items()):
        credit = credit.where(days_to_resolve > days, by[name])
    credit = (credit - by["silence_costs"] * satisfied.isna()).clip(lower=0.0)
    credit = credit.where(satisfied != 0, by["credit_dissatisfied"])
    return credit.where(days_to_resolve.notna(), 0.0)
