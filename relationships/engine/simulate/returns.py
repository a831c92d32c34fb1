"""Returns: part or all of an order comes back, never more than was bought."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from relationships.engine.simulate.clock import Ints, hours
from relationships.engine.simulate.complaints import Complaints
from relationships.engine.simulate.log import SHOP, Log
from relationships.engine.simulate.orders import Orders
from relationships.engine.simulate.parameters import Floats, vocabulary
from relationships.engine.simulate.shop import Shop
from relationships.engine.simulate.stage import Stage
from relationships.engine.simulate.troubles import TOPICS


def write(
    rng: np.random.Generator, log: Log, stage: Stage, orders: Orders, said: Complaints
) -> None:
    """Log each order's return, if there is one: for a refund that was granted, or of free will."""
    shop, clock, n = stage.shop, stage.clock, len(orders)
    refunded = np.flatnonzero(said.resolution == "refunded")
    sent_back = rng.random(n) < stage.habit("returns", orders.stint)
    sent_back[said.order] = False
    free = np.flatnonzero(sent_back)
    who = orders.customer[free]
    later = np.floor(orders.day[free]) + 4 + rng.integers(0, 18, len(free)).astype(float)
    day = stage.at(who, later, hours(rng, stage.people.hour[who], opens=10, closes=17.9))
    order = np.concatenate([free, said.order[refunded]])
    day = np.concatenate([day, said.resolved[refunded]])
    reason = np.concatenate(
        [
            _reasons(rng, shop, orders.main_product()[free]),
            np.array(TOPICS, dtype=object)[said.topic[refunded]],
        ]
    )  # fmt: skip
    told = day < clock.cutoff
    _write(rng, log, orders, shop, order[told], day[told], reason[told])


def _reasons(rng: np.random.Generator, shop: Shop, product: Ints) -> NDArray[Any]:
    """Why it comes back; only what is worn can have the wrong size."""
    words = vocabulary("texts")["return_reason"]
    fits = np.isin(shop.group[product], ["shoe", "wear"])
    worn, other = (rng.choice(np.array(words[k], object), len(product)) for k in ("fits", "any"))
    return np.where(fits, worn, other)


def _write(
    rng: np.random.Generator,
    log: Log,
    orders: Orders,
    shop: Shop,
    order: Ints,
    day: Floats,
    reason: Ints,
) -> None:
    first = np.searchsorted(orders.line_order, order)
    lines = np.searchsorted(orders.line_order, order, side="right") - first
    part = (lines > 1) & (rng.random(len(order)) < 0.6)
    paid = orders.line_price * orders.line_quantity - orders.line_discount
    earned = paid - shop.cost[orders.line_product] * orders.line_quantity
    skus = shop.skus[orders.line_product]
    properties = [
        {"order": f"O-{o + 1:06d}", "reason": why, "items": list(skus[f : f + (1 if one else k)])}
        for o, why, f, k, one in zip(order, reason, first, lines, part, strict=True)
    ]
    log.add(
        "return", orders.customer[order], day,
        channel=np.where(orders.channel[order] == SHOP, SHOP, orders.channel[order]),
        source=np.array([f"R-{o + 1:06d}" for o in order], dtype=object),
        brand=orders.brand[order],
        category=shop.category_names[orders.category[order]],
        amount=np.where(part, paid[first], orders.amount[order]),
        margin=np.where(part, earned[first], orders.margin[order]),
        properties=properties,
    )  # fmt: skip
