"""Subscriptions and contracts: who signs up, what renews itself, and when it is cancelled."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from relationships.engine.simulate.clock import Clock, Ints
from relationships.engine.simulate.log import PHONE, WEB, Log, names
from relationships.engine.simulate.orders import Moments
from relationships.engine.simulate.parameters import Floats, vocabulary
from relationships.engine.simulate.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """One row per subscription; `end` is beyond the last day while it runs."""

    customer: Ints
    plan: Ints
    start: Floats
    end: Floats
    by_employer: Ints

    def __len__(self) -> int:
        return len(self.customer)


def plans(rng: np.random.Generator, stage: Stage) -> Plans:
    """Walk through the stints; a plan lives on into the next stint if that one has one too."""
    lives, people, p, clock = stage.lives, stage.people, stage.p, stage.clock
    book = vocabulary("shop")
    slugs = [plan["slug"] for plan in book["plans"]]
    of_type = [slugs.index(book["plan_of_type"].get(code, slugs[0])) for code in p.types]
    signs = rng.random(len(lives)) < stage.habit("subscribes", np.arange(len(lives)))
    wait = rng.uniform(1, 25, len(lives))
    rows: list[list[float]] = []
    for stint in np.flatnonzero(signs):
        customer, start, end = lives.customer[stint], lives.start[stint], lives.end[stint]
        if rows and rows[-1][0] == customer and rows[-1][3] == start:
            rows[-1][3] = end
            continue
        begin = max(start + min(wait[stint], (end - start) / 2), people.joined[customer] + 0.02)
        rows.append([customer, of_type[lives.kind[stint]], begin, end])
    table = np.array(rows, dtype=float).reshape(-1, 4)
    plan, last = table[:, 1].astype(np.int64), table[:, 3] >= clock.days - 0.5
    customer = table[:, 0].astype(np.int64)
    start = _by_day(rng, stage, np.floor(table[:, 2]) + 1, customer)
    end = np.where(last, np.inf, _by_day(rng, stage, np.floor(table[:, 3]), customer))
    runs = (start < clock.cutoff) & (start < end)
    return Plans(
        customer=customer[runs],
        plan=plan[runs],
        start=start[runs],
        end=end[runs],
        by_employer=(plan == slugs.index("staff-kit")).astype(np.int64)[runs],
    )


def _by_day(rng: np.random.Generator, stage: Stage, day: Floats, customer: Ints) -> Floats:
    return stage.at(customer, day, rng.uniform(9, 21, len(day)))


def write(log: Log, stage: Stage, plans: Plans) -> tuple[pd.DataFrame, Moments]:
    """Log the plans' events; returns the table of plans and the boxes that they send."""
    clock = stage.clock
    book = vocabulary("shop")["plans"]
    weeks = np.array([plan["weeks"] for plan in book])[plans.plan]
    ids = names("S", len(plans))
    until = np.minimum(plans.end, clock.cutoff)
    renewals = np.maximum(np.ceil((until - plans.start) / (7 * weeks)) - 1, 0).astype(np.int64)
    again = np.repeat(np.arange(len(plans)), renewals)
    nth = np.arange(len(again)) - np.repeat(np.cumsum(renewals) - renewals, renewals) + 1
    renewed = plans.start[again] + 7 * weeks[again] * nth
    said = [_said(plans, i, str(ids[i])) for i in range(len(plans))]
    log.add("subscription_started", plans.customer, plans.start, channel=WEB,
            source=ids + "-start", properties=said)  # fmt: skip
    number = np.array([f"-{n}" for n in nth], dtype=object)
    log.add("subscription_renewed", plans.customer[again], renewed, channel=WEB,
            source=ids[again] + number, properties=[said[i] for i in again])  # fmt: skip
    over = np.flatnonzero(plans.end < clock.cutoff)
    log.add("subscription_cancelled", plans.customer[over], plans.end[over],
            channel=np.where(plans.by_employer[over] == 1, PHONE, WEB),
            source=ids[over] + "-end", properties=[said[i] for i in over])  # fmt: skip
    who = np.concatenate([np.arange(len(plans)), again])
    boxes = _boxes(stage, plans, ids, who, np.concatenate([plans.start, renewed]))
    return _table(plans, ids, weeks, clock), boxes


def _said(plans: Plans, row: int, identifier: str) -> dict[str, Any]:
    plan = vocabulary("shop")["plans"][plans.plan[row]]
    return {
        "subscription": identifier,
        "plan": plan["slug"],
        "auto_renews": plan["auto_renews"],
        "weeks": plan["weeks"],
        "chosen_by": "employer" if plans.by_employer[row] else "customer",
    }


def _boxes(stage: Stage, plans: Plans, ids: Any, who: Ints, day: Floats) -> Moments:
    """Every start and renewal of a plan with a product sends that product."""
    lives, shop, clock = stage.lives, stage.shop, stage.clock
    product = np.array(
        [
            int(np.flatnonzero(shop.names == plan["product"])[0]) if plan["product"] else -1
            for plan in vocabulary("shop")["plans"]
        ]
    )[plans.plan[who]]
    sent = (product >= 0) & (day + 0.01 < clock.cutoff)
    customer = plans.customer[who[sent]]
    return Moments(
        stint=lives.at(customer, day[sent]),
        day=day[sent] + 0.01,
        wanted=product[sent],
        indoors=np.zeros(sent.sum(), dtype=bool),
        reason=ids[who[sent]],
    )


def _table(plans: Plans, ids: Any, weeks: Ints, clock: Clock) -> pd.DataFrame:
    book = vocabulary("shop")["plans"]
    slug = np.array([plan["slug"] for plan in book], dtype=object)
    ended = np.where(plans.end < clock.cutoff, plans.end, np.nan)
    return pd.DataFrame(
        {
            "subscription": ids,
            "customer": plans.customer.astype(np.int32),
            "plan": slug[plans.plan],
            "price": np.array([plan["price"] for plan in book])[plans.plan],
            "renews_every_weeks": weeks.astype(np.int16),
            "auto_renews": np.array([plan["auto_renews"] for plan in book])[plans.plan],
            "chosen_by": np.where(plans.by_employer == 1, "employer", "customer").astype(object),
            "started_at": clock.at(plans.start),
            "ended_at": clock.at(ended),
        }
    )
