"""The whole invented world, put together: people, what they did, and what they truly are."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from relationships.engine.simulate import (
    addresses,
    answers,
    complaints,
    letters,
    referrals,
    returns,
    subscriptions,
    tables,
    voices,
)
from relationships.engine.simulate.clock import Ints, clock
from relationships.engine.simulate.lives import lives
from relationships.engine.simulate.log import Log, names
from relationships.engine.simulate.orders import Moments, Orders, moments, orders
from relationships.engine.simulate.parameters import (
    Floats,
    Parameters,
    parameters,
    perturbed,
)
from relationships.engine.simulate.people import People, people
from relationships.engine.simulate.promises import promises
from relationships.engine.simulate.shop import shop
from relationships.engine.simulate.stage import Stage
from relationships.engine.simulate.troubles import Troubles, troubles

PARTS = ("perturbation", "types", "lives", "people", "households", "identities", "plans", "heat",
         "moments", "orders", "troubles", "complaints", "words", "returns", "mailings",
         "letters", "reactions", "voices", "answers", "referrals")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything that happened at an invented shop; docs/method/simulator.md lists the columns."""

    customers: pd.DataFrame
    identities: pd.DataFrame
    organisations: pd.DataFrame
    products: pd.DataFrame
    events: pd.DataFrame
    order_lines: pd.DataFrame
    deliveries: pd.DataFrame
    complaints: pd.DataFrame
    promises: pd.DataFrame
    referrals: pd.DataFrame
    subscriptions: pd.DataFrame
    stints: pd.DataFrame  # the truth: who was which type, from when to when, and why it turned
    parameters: Parameters  # those in force, after perturbation
    start_day: date
    end_day: date


def world(
    seed: int | np.random.Generator,
    customers: int,
    start_day: date,
    end_day: date,
    perturbation: float = 0.0,
) -> World:
    """Invent a shop with so many customers; the same seed gives the same world to the byte.

    Days are inclusive and mean the company's zone, Europe/Dublin. `perturbation` is the standard
    deviation s of the log-normal factors that shift habits (firm-wide and for each type).
    Raises ValueError for fewer than 20 customers or a window of less than half a year.
    """
    if customers < 20 or (end_day - start_day).days < 182:
        raise ValueError("a world needs 20 customers and half a year")
    streams = np.random.default_rng(seed).spawn(len(PARTS))
    start = _start(dict(zip(PARTS, streams, strict=True)), customers, start_day, end_day,
                   perturbation)  # fmt: skip
    frames = _frames(start, _play(start.stage, start.rng))
    return World(
        **{name: tables.plain(table) for name, table in frames.items()},
        parameters=start.stage.p,
        start_day=start_day,
        end_day=end_day,
    )


def _frames(start: "_Start", play: "_Play") -> dict[str, pd.DataFrame]:
    """All tables, their references to events turned into rows of the ordered log."""
    events, row = play.log.frame()
    at_order, said, pairs = row[play.order_event], play.complaints, play.referrals
    said["order"] = at_order[said["order"]].astype(np.int32)
    for table in (said, pairs):
        table["event"] = row[table["event"]].astype(np.int32)
    stage, people = start.stage, start.stage.people
    parcels = tables.deliveries(play.troubles, at_order, stage.clock)
    end = pd.Timestamp(stage.clock.at(np.array([stage.clock.cutoff]))[0])
    return {
        "customers": tables.customers(people, stage.lives, start.household, stage.p).assign(
            wish=play.wish,
            wish_stated_at=stage.clock.at(play.wished),
            unsubscribed_at=stage.clock.at(play.unsubscribed),
            referred_by=tables.referrers(pairs, len(people)),
        ),
        "identities": start.identities,
        "organisations": tables.organisations(),
        "products": stage.shop.frame,
        "events": events,
        "order_lines": tables.order_lines(play.orders, at_order, stage.shop),
        "deliveries": parcels,
        "complaints": said,
        "promises": promises(events, parcels, said, said=stage.p.firm["promises"], end=end),
        "referrals": pairs,
        "subscriptions": play.subscriptions,
        "stints": tables.stints(stage.lives, people, stage.p, stage.clock),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    """What is there before anything happens, and the sources of chance."""

    rng: dict[str, np.random.Generator]
    stage: Stage
    household: Ints
    identities: pd.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class _Play:
    """What happened; event numbers are provisional until the log is in order."""

    log: Log
    orders: Orders
    order_event: Ints
    troubles: Troubles
    complaints: pd.DataFrame
    referrals: pd.DataFrame
    subscriptions: pd.DataFrame
    unsubscribed: Floats
    wish: Any
    wished: Floats


def _start(
    rng: dict[str, np.random.Generator], n: int, first: date, last: date, perturbation: float
) -> _Start:
    p = perturbed(parameters(), rng["perturbation"], perturbation)
    calendar = clock(first, last, p.firm)
    final = rng["types"].choice(len(p.types), n, p=p.weights)
    told = lives(rng["lives"], final, p, calendar)
    cast = people(rng["people"], told, p, calendar)
    home = addresses.households(rng["households"], cast.frame, p)
    known = addresses.identities(rng["identities"], cast.frame, home)
    stage = Stage(p=p, clock=calendar, lives=told, people=_with_telephones(cast, known),
                  shop=shop(calendar))  # fmt: skip
    return _Start(rng=rng, stage=stage, household=home, identities=known)


def _with_telephones(cast: People, known: pd.DataFrame) -> People:
    """Only who has a telephone number can have agreed to text messages."""
    reached = np.isin(np.arange(len(cast)), known["customer"][known["kind"] == "phone"])
    texts = cast.texts & reached
    return replace(cast, texts=texts, frame=cast.frame.assign(consents_sms=texts))


def _play(stage: Stage, rng: dict[str, np.random.Generator]) -> _Play:
    """Each part in the order of cause and effect: orders, what goes wrong, what is said."""
    log = Log(stage.clock)
    plans = subscriptions.plans(rng["plans"], stage)
    plan_table, boxes = subscriptions.write(log, stage, plans)
    bought = _bought(stage, rng, boxes)
    order_event = _log_orders(log, stage, bought)
    fate = troubles(rng["troubles"], stage, bought)
    said = complaints.complaints(rng["complaints"], stage, bought, fate)
    complaint_table = complaints.write(rng["words"], log, stage, said, bought)
    returns.write(rng["returns"], log, stage, bought, said)
    sent = letters.mailings(rng["mailings"], stage)
    post = letters.letters(rng["letters"], stage, sent)
    left = letters.write(rng["reactions"], log, stage, post)
    scene = voices.Scene(stage=stage, orders=bought, troubles=fate)
    voices.write(rng["voices"], log, scene)
    wish, wished = answers.write(rng["answers"], log, scene, said)
    pairs = referrals.write(rng["referrals"], log, scene)
    return _Play(log=log, orders=bought, order_event=order_event, troubles=fate,
                 complaints=complaint_table, referrals=pairs, subscriptions=plan_table,
                 unsubscribed=left, wish=wish, wished=wished)  # fmt: skip


def _bought(stage: Stage, rng: dict[str, np.random.Generator], boxes: Moments) -> Orders:
    """All orders, with each customer buying steadily more or less than their type does."""
    shape = stage.p.firm["rate_shape"]
    heat = rng["heat"].gamma(shape, 1 / shape, len(stage.people))[stage.lives.customer]
    free = moments(rng["moments"], stage, heat)
    when = Moments(**{
        name: np.concatenate([getattr(free, name), getattr(boxes, name)])
        for name in Moments.__slots__
    })  # fmt: skip
    return orders(rng["orders"], stage, when)


def _log_orders(log: Log, stage: Stage, bought: Orders) -> Ints:
    """Purchases, with who paid and which box it was in their properties."""
    ids = names("O", len(bought))
    employed = stage.lives.kind[bought.stint] == stage.p.number("M5")
    properties = [
        {"order": i}
        | ({"subscription": why} if why.startswith("S-") else {})
        | ({"paid_by": "employer"} if job else {})
        | ({"gift": True} if why == "occasion" else {})
        for i, why, job in zip(ids, bought.reason, employed, strict=True)
    ]
    # As an import would have it: of an order of several categories only the lines say which.
    alike = bought.is_of_one_category(stage.shop.category)
    nothing = np.array(None, dtype=object)
    category = np.where(alike, stage.shop.category_names[bought.category], nothing)
    return log.add(
        "purchase", bought.customer, bought.day, channel=bought.channel, source=ids,
        brand=bought.brand, category=category,
        amount=bought.amount, discount=bought.discount, margin=bought.margin,
        properties=properties,
    )  # fmt: skip
