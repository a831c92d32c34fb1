"""Complaints: who says that something went wrong, in which words, and what the shop does."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from relationships.engine.simulate.clock import Clock, Ints, hours
from relationships.engine.simulate.lives import CAUSES, Lives
from relationships.engine.simulate.log import (
    CHANNELS,
    CHAT,
    EMAIL,
    PHONE,
    SHOP,
    WEB,
    Log,
    labels,
    names,
)
from relationships.engine.simulate.orders import Orders
from relationships.engine.simulate.parameters import Floats, vocabulary
from relationships.engine.simulate.stage import Stage
from relationships.engine.simulate.texts import compose
from relationships.engine.simulate.troubles import LATE, TOPICS, Troubles

CLEARED_AFTER_DAYS = (20, 50)
# Remedies asked for, and resolutions given, by topic in the order of TOPICS.
SOUGHT = (
    ("information", "refund", "apology"), ("replacement", "repair", "refund"),
    ("replacement", "refund"), ("replacement", "refund"), ("refund",),
    ("apology", "change", "information"), ("cancellation",),
)  # fmt: skip
GIVEN = (
    ("explained", "voucher", "apologised"), ("replaced", "repaired", "refunded"),
    ("replaced", "refunded"), ("replaced", "refunded"), ("money returned",),
    ("apologised", "explained"), ("explained", "released"),
)  # fmt: skip
COLUMNS = (
    "receipt", "customer", "event", "order", "at", "channel", "severity", "topic", "subject",
    "text", "remedy_sought", "acknowledged_at", "resolved_at", "resolution", "satisfied",
)  # fmt: skip
CHANNEL_SHARES = (0.5, 0.2, 0.16, 0.1, 0.04)
SEVERITY = (1.9, 2.3, 2.0, 1.8, 2.3, 2.2, 3.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaints:
    """One row per complaint; instants in days, NaN where it has not come to that."""

    order: Ints
    stint: Ints
    customer: Ints
    day: Floats
    topic: Ints
    severity: Ints
    channel: Ints
    sought: NDArray[Any]
    acknowledged: Floats
    resolved: Floats
    resolution: NDArray[Any]
    satisfied: NDArray[Any]  # True, False or None

    def __len__(self) -> int:
        return len(self.order)


def complaints(
    rng: np.random.Generator, stage: Stage, orders: Orders, troubles: Troubles
) -> Complaints:
    """Complaints follow troubles; a grave failure is always complained about."""
    lives, clock = stage.lives, stage.clock
    order, day = _complained(rng, stage, orders, troubles)
    stint = lives.at(orders.customer[order], day)
    topic, grave = troubles.topic[order], troubles.grave[order]
    severity = np.round(np.array(SEVERITY)[topic] + rng.normal(0, 0.6, len(order)) + grave * 1.6)
    acknowledged, resolved = _handling(rng, stage, day)
    resolved, satisfied = _outcome(rng, grave, day, resolved, orders.stint[order], lives)
    acknowledged, resolved = _so_far(day, acknowledged, resolved, clock)
    satisfied[np.isnan(resolved)] = None
    given = _each(rng, GIVEN, topic)
    given[(satisfied == False) & (rng.random(len(order)) < 0.5)] = "declined"  # noqa: E712 (of an array)
    given[np.isnan(resolved)] = None
    return Complaints(
        order=order,
        stint=stint,
        customer=orders.customer[order],
        day=day,
        topic=topic,
        severity=np.clip(severity, 1, 4).astype(np.int64),
        channel=rng.choice([EMAIL, PHONE, WEB, CHAT, SHOP], len(order), p=CHANNEL_SHARES),
        sought=_each(rng, SOUGHT, topic),
        acknowledged=acknowledged,
        resolved=resolved,
        resolution=given,
        satisfied=satisfied,
    )


def _each(rng: np.random.Generator, options: tuple[tuple[str, ...], ...], topic: Ints) -> Any:
    drawn = rng.random(len(topic))
    return np.array(
        [options[t][int(u * len(options[t]))] for t, u in zip(topic, drawn, strict=True)],
        dtype=object,
    )


def _complained(
    rng: np.random.Generator, stage: Stage, orders: Orders, troubles: Troubles
) -> tuple[Ints, Floats]:
    """Which orders are complained about, and when."""
    spoken = rng.random(len(orders)) < stage.habit("complains", orders.stint)
    order = np.flatnonzero((troubles.topic >= 0) & (spoken | troubles.grave))
    topic, customer = troubles.topic[order], orders.customer[order]
    # A late parcel is complained about from the day after the promise, the rest once it is there.
    noticed = np.where(topic == LATE, troubles.promised[order] + 1, troubles.delivered[order] + 1)
    noticed = np.where(np.isnan(noticed), orders.day[order] + 2, noticed)
    wait = rng.exponential(np.where(topic == LATE, 1.5, 6.0))
    day = np.floor(np.maximum(noticed, orders.day[order] + 1) + wait)
    turned = np.floor(stage.lives.start[orders.stint[order]])
    grave = troubles.grave[order]
    day = np.where(grave, np.maximum(turned, np.floor(orders.day[order]) + 1), day)
    hour = hours(rng, stage.people.hour[customer], opens=8.5, closes=21)
    day = stage.at(customer, day, hour)
    told = day < stage.clock.cutoff
    return order[told], day[told]


def _handling(rng: np.random.Generator, stage: Stage, day: Floats) -> tuple[Floats, Floats]:
    """When a complaint is acknowledged and resolved; both are slow in the bad weeks."""
    p, clock = stage.p, stage.clock
    n = len(day)
    slower = np.where(clock.bad[clock.index(day)], p.firm["bad_weeks_slower"], 1.0)
    hours_taken = slower * p.firm["acknowledge_hours"] * np.exp(rng.normal(0, 0.8, n))
    days_taken = slower * p.firm["resolve_days"] * np.exp(rng.normal(0, 0.9, n))
    forgotten = rng.random(n) < p.firm["forgotten_complaints"] * np.sqrt(slower)
    acknowledged = np.where(forgotten, np.nan, day + hours_taken / 24)
    never = forgotten & (rng.random(n) < 0.6)
    return acknowledged, np.where(never, np.nan, day + hours_taken / 24 + days_taken)


def _so_far(
    day: Floats, acknowledged: Floats, resolved: Floats, clock: Clock
) -> tuple[Floats, Floats]:
    """Both moved to working hours, in their order, and only as far as the last day."""
    acknowledged, resolved = clock.at_work(acknowledged), clock.at_work(resolved)
    resolved = np.where(resolved < clock.cutoff, resolved, np.nan)
    acknowledged = np.where(resolved < acknowledged, (day + resolved) / 2, acknowledged)
    return np.where(acknowledged < clock.cutoff, acknowledged, np.nan), resolved


def _outcome(
    rng: np.random.Generator, grave: Any, day: Floats, resolved: Floats, stint: Ints, lives: Lives
) -> tuple[Floats, NDArray[Any]]:
    """Grave failures are made good when the story says so; otherwise they stay open or sour."""
    n = len(day)
    following = np.minimum(stint + 1, len(lives) - 1)
    same = lives.customer[following] == lives.customer[stint]
    mended = same & (following > stint) & (lives.cause[following] == CAUSES.index("repaired"))
    repaired = day + (lives.end[stint] - day) * rng.uniform(0.2, 0.8, n)
    left_open = grave & ~mended & (rng.random(n) < 0.65)
    resolved = np.where(grave & mended, repaired, np.where(left_open, np.nan, resolved))
    # What nobody answered is closed all the same when somebody clears the desk, too late to help.
    cleared = day + rng.uniform(*CLEARED_AFTER_DAYS, n)
    resolved = np.where(np.isnan(resolved), cleared, resolved)
    soon = np.exp(-(np.nan_to_num(resolved - day, nan=30.0)) / 12)
    content = np.where(grave, mended, rng.random(n) < 0.25 + 0.65 * soon)
    asked = (rng.random(n) < 0.65) | grave
    satisfied: NDArray[Any] = content.astype(object)
    satisfied[~asked] = None
    return resolved, satisfied


def write(
    rng: np.random.Generator, log: Log, stage: Stage, said: Complaints, orders: Orders
) -> pd.DataFrame:
    """Log the complaints; returns their table, whose `event` and `order` are provisional."""
    shop, clock = stage.shop, stage.clock
    words = vocabulary("texts")["complaint"]
    product = [str(name) for name in shop.names[orders.main_product()[said.order]]]
    number = [f"O-{n + 1:06d}" for n in said.order]
    days = [max(4, int(d)) for d in said.day - orders.day[said.order]]
    topics = [TOPICS[t] for t in said.topic]
    subjects = compose(
        rng, [words[t]["subjects"] for t in topics], product, orders=number, days=days
    )
    texts = compose(rng, [words[t]["texts"] for t in topics], product, orders=number, days=days)
    receipt = names("C", len(said))
    properties = [
        {"complaint": r, "topic": t, "severity": int(s), "subject": u, "order": o}
        for r, t, s, u, o in zip(receipt, topics, said.severity, subjects, number, strict=True)
    ]
    mood = np.clip(-0.2 - 0.17 * said.severity + rng.normal(0, 0.1, len(said)), -1, -0.05)
    event = log.add("complaint", said.customer, said.day, channel=said.channel, source=receipt,
                    brand=orders.brand[said.order], sentiment=mood,
                    properties=properties)  # fmt: skip
    return _table(said, clock).assign(receipt=receipt, event=event, subject=subjects, text=texts)[
        list(COLUMNS)
    ]


def _table(said: Complaints, clock: Clock) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer": said.customer.astype(np.int32),
            "order": said.order,
            "at": clock.at(said.day),
            "channel": labels(said.channel, CHANNELS),
            "severity": said.severity.astype(np.int8),
            "topic": labels(said.topic, TOPICS),
            "remedy_sought": said.sought,
            "acknowledged_at": clock.at(said.acknowledged),
            "resolved_at": clock.at(said.resolved),
            "resolution": said.resolution,
            "satisfied": pd.array(said.satisfied, dtype="boolean"),
        }
    )
