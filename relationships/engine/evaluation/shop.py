"""The invented shop as a classifier sees it: its customers' evidence, and what they truly are."""

from datetime import date
from math import inf
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from relationships.engine.evaluation.known import Known
from relationships.engine.gap.answers import feeling
from relationships.engine.simulate import World, world
from relationships.engine.typology import CHANNELS, cycle_weeks, evidence_from_events
from relationships.engine.typology.more_columns import LINE
from relationships.engine.typology.reference import top_categories

Floats = npt.NDArray[np.float64]

ZONE = "Europe/Dublin"
EPOCH = pd.Timestamp("1970-01-01")
FIRST, LAST = date(2022, 3, 7), date(2025, 3, 2)
VOLUNTARY = ("birth_year", "gender", "education", "occupation", "household_size", "city",
             "country", "language", "interests", "preferred_channel")  # fmt: skip
NEW_DAYS = 30
DEFECTS = ("defect", "damaged", "wrong item")


def shop(customers: int, *, by: float, seed: int) -> Known:
    """A shop of three years whose habits differ from its own parameter file by strength `by`."""
    return seen(world(seed, customers, FIRST, LAST, perturbation=by))


def seen(made: World) -> Known:
    """What the shop would know of its customers at the end of the last day, every source in use."""
    events, as_of = event_rows(made), (pd.Timestamp(made.end_day) - EPOCH).days
    tenure, repeats = _buying(events, as_of)
    evidence = evidence_from_events(
        events,
        complaint_rows(made),
        as_of_day=as_of,
        cycle_weeks=cycle_weeks(tenure, repeats),
        connected=dict.fromkeys(CHANNELS, inf),
        categories=(names := tuple(top_categories(events))),
        profiles=profiles(made),
    )
    codes = made.customers["true_type"].to_numpy()[evidence.customers]
    where = made.customers["country"].fillna("").to_numpy()[evidence.customers]
    return Known(codes.astype(str), evidence, names, countries=where.astype(str))


def event_rows(made: World) -> pd.DataFrame:
    """Events by local day, with the few words of their properties that the evidence reads."""
    e = made.events
    more = e["properties"].map(lambda told: told or {})
    happened = pd.DataFrame(
        {
            "customer": e["customer"].astype(np.int64),
            "day": local_days(e["at"]),
            "kind": e["kind"].astype(str),
            **{name: e[name] for name in ("amount", "discount", "rating", "sentiment", "category")},
            "reason": _reasons(e["kind"], more),
            "online": e["online"].astype(float),
            "chosen_by": more.map(lambda told: told.get("chosen_by")),
            "novel": _novel(made).reindex(e.index),
            "feeling": more.map(feeling).astype(float),
        }
    )
    return pd.concat([happened, _lines(made, happened), _promises(made)], ignore_index=True)


def complaint_rows(made: World) -> pd.DataFrame:
    filed = made.complaints
    return pd.DataFrame(
        {
            "customer": filed["customer"].astype(np.int64),
            "day": local_days(filed["at"]),
            "severity": filed["severity"].astype(int),
            "resolved_day": local_days(filed["resolved_at"]),
            "satisfied": filed["satisfied"].map({True: 1.0, False: 0.0}).astype(float),
            "topic": filed["topic"],
        }
    )


def profiles(made: World) -> pd.DataFrame:
    """Voluntary fields filled."""
    people = made.customers
    told = sum(people[name].map(_is_told).astype(float) for name in VOLUNTARY)
    return pd.DataFrame({"customer": people.index.to_numpy(), "profile_fields": told})


def local_days(instants: "pd.Series[Any]") -> "pd.Series[Any]":
    local = instants.dt.tz_localize("UTC").dt.tz_convert(ZONE).dt.tz_localize(None)
    days: pd.Series[Any] = (local.dt.normalize() - EPOCH).dt.days
    return days


def _is_told(value: object) -> bool:
    return bool(value) if isinstance(value, list) else not bool(pd.isna(cast("Any", value)))


def _reasons(kind: "pd.Series[Any]", more: "pd.Series[Any]") -> "pd.Series[Any]":
    """Returns say why; all else has no reason."""
    why = more.map(lambda told: told.get("reason", ""))
    why = why.mask(why.isin(DEFECTS), "defect")
    return why.where(kind == "return", "")


def _lines(made: World, happened: pd.DataFrame) -> pd.DataFrame:
    """A row for each category of the orders that are of several."""
    lines = made.order_lines
    each = pd.DataFrame({
        "event": lines["event"],
        "category": lines["sku"].map(made.products.set_index("sku")["category"]),
    }).drop_duplicates()  # fmt: skip
    each = each[happened["category"].loc[each["event"]].isna().to_numpy()]
    order = happened.loc[each["event"], ["customer", "day"]].reset_index(drop=True)
    return order.assign(kind=LINE, category=each["category"].to_numpy(), reason="")


def _promises(made: World) -> pd.DataFrame:
    """As outcomes come into the log: the category names the promise."""
    told = made.promises
    return pd.DataFrame({
        "customer": told["customer"].astype(np.int64),
        "day": local_days(told["at"]),
        "kind": told["kept"].map({True: "promise_kept", False: "promise_broken"}),
        "category": told["promise"],
        "reason": "",
    })  # fmt: skip


def _novel(made: World) -> "pd.Series[float]":
    """1 for orders with an item launched at most 30 days before, else 0; by row in `events`."""
    lines = made.order_lines
    launched = lines["sku"].map(made.products.set_index("sku")["launched_on"])
    bought = made.events["at"].loc[lines["event"]].reset_index(drop=True)
    fresh = (bought - launched).dt.days <= NEW_DAYS
    return fresh.groupby(lines["event"]).max().astype(float)


def _buying(events: pd.DataFrame, as_of: int) -> tuple[Floats, Floats]:
    first = events[events["kind"] == "purchase"].groupby("customer")["day"].agg(["min", "size"])
    return ((as_of - first["min"] + 1) / 7).to_numpy(), (first["size"] - 1).to_numpy()
