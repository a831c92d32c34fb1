"""The reference: evidence computed from event rows with pandas, which the SQL must equal."""

import operator as op
from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from relationships.engine.typology.column import Column, Rule
from relationships.engine.typology.columns import (
    AROUND_DAYS,
    CATEGORIES,
    COLUMNS,
    COMPLAINT_COLUMNS,
    CONTRACT,
    EVENT_COLUMNS,
    PLACE,
    PROFILE_COLUMNS,
    SEASON_DAYS,
    THEMSELVES,
)
from relationships.engine.typology.complaints import LEAST_HOURS, complaint_rows
from relationships.engine.typology.evidence import CHANNELS, Evidence
from relationships.engine.typology.more_columns import FELT_COLUMNS, LINE

EVENT_FIELDS = ("customer", "day", "kind", "amount", "discount", "category", "rating", "sentiment",
                "reason", "online", "chosen_by")  # fmt: skip
COMPLAINT_FIELDS = ("customer", "day", "severity", "resolved_day", "satisfied", "topic")
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": op.eq, "!=": op.ne, "<": op.lt, "<=": op.le, ">": op.gt, ">=": op.ge,
}  # fmt: skip
Bools = npt.NDArray[np.bool_]

SHOWN = tuple(name for name in CHANNELS if name != "season")
NUMBERS = ("amount", "discount", "rating", "sentiment", "online", "novel", "reply_hours", "feeling")


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

    Only customer, day and kind are required of events; a field that is absent is unknown. A
    purchase in several categories has none of its own and a row of kind `line` for each.
    `categories`: the company's stored list, else the most frequent here. `profiles`: customer and
    profile_fields. `connected`: else what these rows show, without limit of time.
    """
    complained = _filled(complaints, COMPLAINT_FIELDS)
    filed = complaint_rows(complained, as_of_day=as_of_day)
    rows = event_rows(events, complained, as_of_day=as_of_day, categories=categories)
    known = pd.DataFrame({"customer": []}) if profiles is None else profiles
    everyone = [rows["customer"], filed["customer"], known["customer"]]
    customers = np.unique(np.concatenate([part.to_numpy(dtype=np.int64) for part in everyone]))
    values = np.zeros((len(customers), len(COLUMNS)))
    for source, columns in (
        (rows, EVENT_COLUMNS), (filed, COMPLAINT_COLUMNS), (rows, FELT_COLUMNS)
    ):  # fmt: skip
        at = np.searchsorted(customers, source["customer"].to_numpy(dtype=np.int64))
        table = Rows(source, at, len(customers))
        for column in columns:
            values[:, PLACE[column.name]] = table.total(column, cycle_weeks)
    _write_profiles(values, customers, known)
    evidence = Evidence(customers, values, as_of_day, cycle_weeks, {})
    return Evidence(
        customers, values, as_of_day, cycle_weeks,
        channels_of(evidence) if connected is None else connected,
    )  # fmt: skip


def event_rows(
    events: pd.DataFrame,
    complaints: pd.DataFrame,
    *,
    as_of_day: int,
    categories: Sequence[str] | None = None,
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
    hours = rows["reply_hours"].clip(lower=LEAST_HOURS)
    rows["log_reply_hours"] = np.log(hours.where(rows["kind"] == "support"))
    rows["season_share"] = season_share(rows)
    rows["chosen_by_other"] = chosen_by_other(rows)
    rows["made_good"] = made_good(rows, complaints[complaints["resolved_day"] <= as_of_day])
    names = top_categories(rows) if categories is None else list(categories)[:CATEGORIES]
    rank = rows["category"].map({name: float(at) for at, name in enumerate(names)})
    rows["category_rank"] = rank.fillna(-1.0).where(rows["category"] != "")
    return rows


def season_share(rows: pd.DataFrame) -> "pd.Series[float]":
    """How far each purchase repeats those of a year before; see `columns`."""
    result: pd.Series[float] = pd.Series(np.nan, index=rows.index)
    bought = rows.loc[rows["kind"] == "purchase", ["customer", "day"]]
    if bought.empty:
        return result
    whose, day = np.unique(bought["customer"], return_inverse=True)[1], bought["day"].to_numpy()
    place = whose * 10_000_000 + day
    ordered = np.sort(place)

    def between(days: tuple[int, int]) -> npt.NDArray[np.intp]:
        until = np.searchsorted(ordered, place - days[0], side="right")
        return np.asarray(until - np.searchsorted(ordered, place - days[1], side="left"))

    first = bought.groupby("customer")["day"].transform("min").to_numpy()
    year = np.where(day - first >= SEASON_DAYS[0], between(AROUND_DAYS), 0)
    shares = np.full(len(bought), np.nan)
    np.divide(between(SEASON_DAYS), year, out=shares, where=year > 0)
    result[bought.index] = shares
    return result


def chosen_by_other(rows: pd.DataFrame) -> "pd.Series[float]":
    told = rows["chosen_by"].fillna("").astype(str).str.strip().str.lower()
    other = (~told.isin(THEMSELVES)).astype(float)
    return other.where((told != "") & rows["kind"].isin(CONTRACT.split()))


def made_good(rows: pd.DataFrame, complaints: pd.DataFrame) -> "pd.Series[float]":
    """Whether a broken promise was made good on a later day; see `more_columns`."""
    broken = rows.loc[rows["kind"] == "promise_broken"]
    named = rows[(rows["kind"] == "promise_kept") & (rows["category"] != "")]
    kept = named.groupby(["customer", "category"])["day"].max()
    well = complaints[complaints["satisfied"] == 1].groupby("customer")["resolved_day"].max()
    by_promise = pd.MultiIndex.from_frame(broken[["customer", "category"]])
    good = kept.reindex(by_promise).to_numpy(dtype=np.float64) > broken["day"]
    good |= well.reindex(broken["customer"]).to_numpy(dtype=np.float64) > broken["day"]
    result: pd.Series[float] = pd.Series(np.nan, index=rows.index)
    result[broken.index] = good.astype(float)
    return result


def top_categories(events: pd.DataFrame) -> list[str]:
    """The most bought categories, by name where equal."""
    bought = events["kind"].isin(("purchase", LINE)) & (events["category"] != "")
    names = events.loc[bought, "category"]
    counts = names.value_counts()
    return sorted(counts.index, key=lambda name: (-counts[name], name))[:CATEGORIES]


class Rows:
    """Rows as plain arrays, with each rule's answer kept: many columns share their rules."""

    def __init__(self, frame: pd.DataFrame, at: npt.NDArray[np.intp], customers: int) -> None:
        self.fields = {str(name): frame[name].to_numpy() for name in frame.columns}
        self.known = {str(name): frame[name].notna().to_numpy() for name in frame.columns}
        self.age = frame["age_days"].to_numpy(dtype=np.float64)
        self.at, self.customers = at, customers
        self.answers: dict[Rule, Bools] = {}

    def total(self, column: Column, cycle_weeks: float) -> npt.NDArray[np.float64]:
        """One column for every customer; `at` is each row's place among them."""
        kept = self.chosen(column)
        if column.is_windowed():
            low, high = column.age_range_days(cycle_weeks)
            kept = kept & (self.age >= low) & (self.age < high)
        these, age = self.at[kept], self.age[kept]
        if column.total in ("newest", "oldest"):
            result = np.full(self.customers, np.nan)
            (np.fmin if column.total == "newest" else np.fmax).at(result, these, age)
            return result
        weight = np.ones(len(age))
        if column.value:
            weight = np.nan_to_num(self.fields[column.value][kept].astype(np.float64))
        half_life = column.half_life(cycle_weeks)
        if half_life:
            weight = weight * np.exp2(-age / half_life)
        sums = np.bincount(these, weights=weight, minlength=self.customers)
        return sums.astype(np.float64)

    def chosen(self, column: Column) -> Bools:
        """Which rows the column reads."""
        kept = np.zeros(len(self.age), dtype=np.bool_)
        for rule in column.rules:
            if rule not in self.answers:
                self.answers[rule] = self.answer(rule)
            kept = kept | self.answers[rule]
        return kept

    def answer(self, rule: Rule) -> Bools:
        these = np.ones(len(self.age), dtype=np.bool_)
        if rule.kind:
            these = np.asarray(self.fields["kind"] == rule.kind, dtype=np.bool_)
        for name, operator, value in rule.where:
            these = these & self.known[name]
            if operator != "known":
                met = np.zeros(len(these), dtype=np.bool_)
                met[these] = COMPARE[operator](self.fields[name][these], value)
                these = met
        return these


def total(
    column: Column, rows: pd.DataFrame, at: npt.NDArray[np.intp], n: int, cycle_weeks: float
) -> npt.NDArray[np.float64]:
    """One column for n customers from rows with derived fields; `at` is each row's place."""
    return Rows(rows, at, n).total(column, cycle_weeks)


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
