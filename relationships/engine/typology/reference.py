"""The reference: evidence computed from event rows with pandas, which the SQL must equal."""

import operator as op
from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from relationships.engine.typology.column import Column, Condition
from relationships.engine.typology.columns import (
    CATEGORIES,
    COLUMNS,
    COMPLAINT_COLUMNS,
    EVENT_COLUMNS,
    PLACE,
    PROFILE_COLUMNS,
)
from relationships.engine.typology.complaints import complaint_rows
from relationships.engine.typology.evidence import CHANNELS, Evidence

EVENT_FIELDS = ("customer", "day", "kind", "amount", "discount", "category", "rating", "sentiment",
                "reason", "online")  # fmt: skip
COMPLAINT_FIELDS = ("customer", "day", "severity", "resolved_day", "satisfied", "topic")
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": op.eq, "!=": op.ne, "<": op.lt, "<=": op.le, ">": op.gt, ">=": op.ge,
}  # fmt: skip
SHOWN = tuple(name for name in CHANNELS if name != "season")
NUMBERS = ("amount", "discount", "rating", "sentiment", "online", "novel")


def evidence_from_events(
    events: pd.DataFrame,
    complaints: pd.DataFrame | None = None,
    *,
    as_of_day: int,
    cycle_weeks: float,
    connected: Mapping[str, float] | None = None,
    categories: Sequence[str] | None = None,
    profiles: pd.DataFrame | None = None,
) -> Evidence:
    """What is known at the end of `as_of_day` (days since 1970-01-01); later rows are not read.

    Only customer, day and kind are required of events; a field that is absent is unknown.
    `categories`: the company's stored list, else the most frequent here. `profiles`: customer,
    profile_fields, third_party. `connected`: else what these rows show, without limit of time.
    """
    rows = event_rows(events, as_of_day=as_of_day, categories=categories)
    filed = complaint_rows(_filled(complaints, COMPLAINT_FIELDS), as_of_day=as_of_day)
    known = pd.DataFrame({"customer": []}) if profiles is None else profiles
    everyone = [rows["customer"], filed["customer"], known["customer"]]
    customers = np.unique(np.concatenate([part.to_numpy(dtype=np.int64) for part in everyone]))
    values = np.zeros((len(customers), len(COLUMNS)))
    for source, columns in ((rows, EVENT_COLUMNS), (filed, COMPLAINT_COLUMNS)):
        at = np.searchsorted(customers, source["customer"].to_numpy(dtype=np.int64))
        for column in columns:
            values[:, PLACE[column.name]] = total(column, source, at, len(customers), cycle_weeks)
    _write_profiles(values, customers, known)
    evidence = Evidence(customers, values, as_of_day, cycle_weeks, {})
    return Evidence(
        customers, values, as_of_day, cycle_weeks,
        channels_of(evidence) if connected is None else connected,
    )  # fmt: skip


def event_rows(
    events: pd.DataFrame, *, as_of_day: int, categories: Sequence[str] | None = None
) -> pd.DataFrame:
    """The events up to the as-of day with the derived fields named in `columns`."""
    rows = _filled(events, EVENT_FIELDS)
    rows = rows[rows["day"] <= as_of_day].reset_index(drop=True)
    for name in NUMBERS:
        rows[name] = rows[name].astype(float) if name in rows else np.nan
    rows["reason"] = rows["reason"].fillna("")
    rows["category"] = rows["category"].fillna("")
    rows["age_days"] = (as_of_day - rows["day"]).astype(float)
    rows["log_amount"] = np.log(rows["amount"].where(rows["amount"] > 0))
    rows["sentiment_squared"] = rows["sentiment"] ** 2
    bought = rows.loc[rows["kind"] == "purchase"].groupby("customer")["day"].min()
    rows["since_first_days"] = rows["day"] - rows["customer"].map(bought)
    rows["season_distance_days"] = ((rows["since_first_days"] + 182) % 365 - 182).abs()
    names = top_categories(rows) if categories is None else list(categories)[:CATEGORIES]
    rank = rows["category"].map({name: float(at) for at, name in enumerate(names)})
    rows["category_rank"] = rank.fillna(-1.0).where(rows["category"] != "")
    return rows


def top_categories(events: pd.DataFrame) -> list[str]:
    """The most bought categories, by name where equal."""
    names = events.loc[(events["kind"] == "purchase") & (events["category"] != ""), "category"]
    counts = names.value_counts()
    return sorted(counts.index, key=lambda name: (-counts[name], name))[:CATEGORIES]


def total(
    column: Column, rows: pd.DataFrame, at: npt.NDArray[np.intp], n: int, cycle_weeks: float
) -> npt.NDArray[np.float64]:
    """One column for n customers; `at` is each row's place among them."""
    age = rows["age_days"].to_numpy(dtype=np.float64)
    kept = chosen(column, rows)
    if column.is_windowed():
        low, high = column.age_range_days(cycle_weeks)
        kept &= (age >= low) & (age < high)
    if column.total in ("newest", "oldest"):
        result = np.full(n, np.nan)
        pick = np.fmin if column.total == "newest" else np.fmax
        pick.at(result, at[kept], age[kept])
        return result
    weight = np.ones(len(age)) if not column.value else rows[column.value].to_numpy(np.float64)
    half_life = column.half_life(cycle_weeks)
    if half_life:
        weight = weight * np.exp2(-age / half_life)
    sums = np.bincount(at[kept], weights=np.nan_to_num(weight[kept]), minlength=n)
    return sums.astype(np.float64)


def chosen(column: Column, rows: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Which rows the column reads."""
    kept = np.zeros(len(rows), dtype=np.bool_)
    for rule in column.rules:
        these = np.ones(len(rows), dtype=np.bool_)
        if rule.kind:
            these &= (rows["kind"] == rule.kind).to_numpy(dtype=np.bool_)
        for condition in rule.where:
            these &= holds(condition, rows)
        kept |= these
    return kept


def holds(condition: Condition, rows: pd.DataFrame) -> npt.NDArray[np.bool_]:
    name, operator, value = condition
    known = rows[name].notna()
    if operator == "known":
        return known.to_numpy(dtype=np.bool_)
    return np.asarray(COMPARE[operator](rows[name], value) & known, dtype=np.bool_)


def channels_of(evidence: Evidence) -> dict[str, float]:
    """The channels in which anything was ever seen; season counts only when a company says so."""
    every = Evidence(
        evidence.customers, evidence.values, evidence.as_of_day, evidence.cycle_weeks,
        dict.fromkeys(SHOWN, inf),
    )  # fmt: skip
    return {name: inf for name in SHOWN if every.seen(name).any()}


def _filled(frame: pd.DataFrame | None, fields: Sequence[str]) -> pd.DataFrame:
    given = pd.DataFrame(columns=list(fields)) if frame is None else frame
    for name in fields:
        if name not in given:
            if name in ("customer", "day", "kind", "severity"):
                raise ValueError(f"the table has no column {name!r}")
            given = given.assign(**{name: None})
    return given.copy()


def _write_profiles(
    values: npt.NDArray[np.float64], customers: npt.NDArray[np.int64], profiles: pd.DataFrame
) -> None:
    at = np.searchsorted(customers, profiles["customer"].to_numpy(dtype=np.int64))
    for column in PROFILE_COLUMNS:
        values[:, PLACE[column.name]] = np.nan
        if column.name in profiles:
            values[at, PLACE[column.name]] = profiles[column.name].to_numpy(dtype=np.float64)
