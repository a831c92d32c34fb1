"""Orders: when people buy, where, what is in the basket, and what it costs."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relationships.engine.simulate.clock import Ints, hours
from relationships.engine.simulate.lives import CAUSES, arrivals
from relationships.engine.simulate.log import SHOP, WEB
from relationships.engine.simulate.parameters import Floats
from relationships.engine.simulate.people import pick
from relationships.engine.simulate.stage import Stage

DEPTHS = np.array([0.1, 0.15, 0.2, 0.25, 0.3, 0.4])
PER_MONTH = 12 / 365.25
KIDS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """When somebody buys, and why, before anything is in the basket."""

    stint: Ints
    day: Floats
    wanted: Ints  # a product that must be in the basket, or -1
    indoors: NDArray[np.bool_]  # in the shop rather than on the web
    reason: NDArray[Any]  # "", "first", "occasion", "launch", "failure" or a subscription's id


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """One row per order and, in `line_*`, one per line."""

    stint: Ints
    customer: Ints
    day: Floats
    channel: Ints
    brand: Ints
    amount: Floats
    discount: Floats
    margin: Floats
    category: Ints
    reason: NDArray[Any]
    line_order: Ints
    line_product: Ints
    line_quantity: Ints
    line_price: Floats
    line_discount: Floats

    def __len__(self) -> int:
        return len(self.stint)

    def is_of_one_category(self, category: Ints) -> NDArray[np.bool_]:
        """Whether all lines of an order are of one category; `category` is each product's."""
        other = category[self.line_product] != self.category[self.line_order]
        return np.asarray(np.bincount(self.line_order, other, len(self)) == 0)

    def main_product(self) -> Ints:
        """The first line of each order; lines are kept in order of their orders."""
        return self.line_product[np.searchsorted(self.line_order, np.arange(len(self)))]


def moments(rng: np.random.Generator, stage: Stage, heat: Floats) -> Moments:
    """First purchases, free purchases, occasions, launches, and those that will go wrong."""
    lives, every = stage.lives, np.arange(len(stage.lives))
    per_day = stage.habit("buys_per_month", every) * PER_MONTH * heat
    own, growth = stage.habit("own_season", every), stage.habit("growth", every)
    free, day = arrivals(rng, lives, per_day * (1 - own), clock=stage.clock, growth=growth)
    day, wanted = _launches(rng, stage, free, day)
    came, when = _occasions(rng, stage, per_day * own)
    hurt = np.flatnonzero(np.isin(lives.cause, [CAUSES.index("failure"), CAUSES.index("conflict")]))
    before = np.maximum(
        np.floor(lives.start[hurt] - rng.uniform(6, 12, len(hurt))),
        np.floor(lives.start[lives.first[lives.customer[hurt]]]) + 1,
    )
    reason = np.repeat(
        np.array(["", "occasion", "failure"], dtype=object), [len(free), len(came), len(hurt)]
    )
    reason[: len(free)][wanted >= 0] = "launch"
    nothing = np.full(len(came) + len(hurt), -1)
    return _timed(
        rng, stage,
        np.concatenate([free, came, hurt]),
        np.concatenate([day, when, before]),
        np.concatenate([wanted, nothing]), reason,
    )  # fmt: skip


def _timed(
    rng: np.random.Generator,
    stage: Stage,
    stint: Ints,
    day: Floats,
    wanted: Ints,
    reason: NDArray[Any],
) -> Moments:
    """Give each purchase an hour, and everybody the first purchase with which they joined."""
    lives, people = stage.lives, stage.people
    customer = lives.customer[stint]
    indoors = (rng.random(len(day)) < people.store[customer]) & (reason != "failure")
    at_home = hours(rng, people.hour[customer])
    hour = np.where(indoors, rng.uniform(10, 17.9, len(day)), at_home)
    at = np.minimum(stage.at(customer, day, hour), stage.clock.cutoff - 1 / 1440)
    return Moments(
        stint=np.concatenate([lives.first, stint]),
        day=np.concatenate([people.joined + 0.004, at]),
        wanted=np.concatenate([np.full(len(lives.first), -1), wanted]),
        indoors=np.concatenate([rng.random(len(people)) < people.store, indoors]),
        reason=np.concatenate([np.full(len(lives.first), "first", dtype=object), reason]),
    )


def _launches(
    rng: np.random.Generator, stage: Stage, stint: Ints, day: Floats
) -> tuple[Floats, Ints]:
    """Purchases of the newest product, moved to the days after its launch."""
    lives, shop = stage.lives, stage.shop
    launched = shop.launches()
    dates = shop.launch[launched]
    begin = lives.start[lives.first[lives.customer[stint]]] + 1
    lowest = np.searchsorted(dates, np.maximum(begin, lives.start[stint]))
    beyond = np.searchsorted(dates, np.minimum(lives.end[stint] - 1, day + 60))
    hot = rng.random(len(stint)) < stage.habit("novelty", stint)
    hot &= beyond > lowest
    drawn = np.minimum(
        lowest + (rng.random(len(stint)) * (beyond - lowest)).astype(int), beyond - 1
    )
    product = launched[np.clip(drawn, 0, len(launched) - 1)]
    after = np.floor(np.minimum(rng.exponential(8, len(stint)), 27))
    moved = np.minimum(shop.launch[product] + after, np.floor(lives.end[stint]) - 1)
    moved = np.maximum(moved, shop.launch[product])
    return np.where(hot, moved, day), np.where(hot, product, -1)


def _occasions(rng: np.random.Generator, stage: Stage, per_day: Floats) -> tuple[Ints, Floats]:
    """Purchases around the customer's own time of the year: Christmas, spring or summer."""
    lives, clock = stage.lives, stage.clock
    season = rng.choice([342, 112, 176], len(lives.first), p=[0.6, 0.22, 0.18])[lives.customer]
    first_year_day = clock.day_of_year[0]
    chosen, days = [], []
    for year in range(-1, clock.days // 365 + 2):
        centre = season - first_year_day + 365.25 * year + rng.normal(0, 3, len(lives))
        inside = (centre > lives.start + 1) & (centre < lives.end - 1)
        stint = np.repeat(np.arange(len(lives)), rng.poisson(per_day * 365.25) * inside)
        chosen.append(stint)
        days.append(np.floor(rng.normal(centre[stint], 6)))
    stint, day = np.concatenate(chosen), np.concatenate(days)
    begin = np.floor(lives.start[stint]) + 1
    return stint, np.clip(day, begin, np.maximum(np.floor(lives.end[stint] - 0.01), begin))


def orders(rng: np.random.Generator, stage: Stage, when: Moments) -> Orders:
    """Fill the baskets and price them, in order of time."""
    lives, shop = stage.lives, stage.shop
    order = np.argsort(when.day, kind="stable")
    stint, day, wanted = when.stint[order], when.day[order], when.wanted[order]
    customer, reason, n = lives.customer[stint], when.reason[order], len(stint)
    line_order, product, quantity = _baskets(rng, stage, stint, day, wanted, reason)
    price = shop.price[product]
    off = np.round(price * quantity * _depths(rng, stage, stint, day, reason)[line_order], 2)
    paid = price * quantity - off
    first = np.searchsorted(line_order, np.arange(n))
    return Orders(
        stint=stint,
        customer=customer,
        day=day,
        channel=np.where(when.indoors[order], SHOP, WEB),
        brand=shop.brand[product[first]],
        amount=_total(line_order, paid, n),
        discount=_total(line_order, off, n),
        margin=_total(line_order, paid - shop.cost[product] * quantity, n),
        category=shop.category[product[first]],
        reason=reason,
        line_order=line_order,
        line_product=product,
        line_quantity=quantity,
        line_price=price,
        line_discount=off,
    )


def _total(line_order: Ints, values: Floats, orders: int) -> Floats:
    return np.asarray(np.bincount(line_order, values, orders), dtype=np.float64)


def _depths(
    rng: np.random.Generator, stage: Stage, stint: Ints, day: Floats, reason: NDArray[Any]
) -> Floats:
    """Share taken off the price: more often in a sale, never off a subscription's box."""
    clock = stage.clock
    sale = clock.on_sale[clock.index(day)]
    share = clock.on_sale.mean()
    lift = 1.8  # odds of a discount inside a sale against outside, before the mean is restored
    chance = stage.habit("promo", stint) * np.where(sale, lift, 1) / (1 + (lift - 1) * share)
    free = np.isin(reason, ["", "first", "occasion", "launch", "failure"])
    cut = (rng.random(len(day)) < chance) & free
    return np.where(cut, rng.choice(DEPTHS, len(day), p=[0.2, 0.2, 0.25, 0.15, 0.12, 0.08]), 0.0)


def _baskets(
    rng: np.random.Generator,
    stage: Stage,
    stint: Ints,
    day: Floats,
    wanted: Ints,
    reason: NDArray[Any],
) -> tuple[Ints, Ints, Ints]:
    """Order number, product and quantity of every line; one brand to an order."""
    people, shop = stage.people, stage.shop
    boxed = ~np.isin(reason, ["", "first", "occasion", "launch", "failure"])
    more = np.where(boxed, 0, rng.poisson(stage.habit("basket", stint)))
    line = np.repeat(np.arange(len(wanted)), 1 + np.minimum(more, 9))
    lead = np.r_[True, line[1:] != line[:-1]]
    category = _categories(rng, stage, stint[line], np.flatnonzero(lead)[line])
    who = stage.lives.customer[stint[line]]
    product = shop.choose(rng, category, people.budget[who], day[line])
    product = _habits(rng, stage, product, stint[line])
    ordered = lead & (wanted[line] >= 0)
    product = np.where(ordered, wanted[line], product)
    brand = shop.brand[product[np.flatnonzero(lead)]][line]
    product = np.where(shop.brand[product] == brand, product, product[np.flatnonzero(lead)][line])
    many = (shop.price[product] < 30) & ~boxed[line]
    quantity = np.where(many, 1 + rng.poisson(0.5, len(line)), 1)
    return line, product, quantity


def _categories(rng: np.random.Generator, stage: Stage, stint: Ints, lead: Ints) -> Ints:
    """The favourite room or a room to one's taste; children's things are ordered apart."""
    people, who = stage.people, stage.lives.customer[stint]
    category = pick(rng, people.tastes[who])
    loyal = rng.random(len(stint)) < stage.habit("single", stint)
    category = np.where(loyal, people.top[who], category)
    first = category[lead]
    return np.where((category == KIDS) == (first == KIDS), category, first)


def _habits(rng: np.random.Generator, stage: Stage, product: Ints, stint: Ints) -> Ints:
    """The same thing as always, for those who have such a thing: something small of their room."""
    people, shop = stage.people, stage.shop
    small = np.where(people.top == KIDS, KIDS, np.where(people.top == 3, 3, 6))
    usual = shop.choose(rng, small, people.budget * 0.6, np.full(len(small), -1.0))
    again = rng.random(len(stint)) < stage.habit("habit", stint)
    return np.where(again, usual[stage.lives.customer[stint]], product)
