"""Visits, questions, ideas, reviews, mentions and notes: how people are heard and seen."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relationships.engine.simulate.clock import Ints, hours
from relationships.engine.simulate.lives import arrivals
from relationships.engine.simulate.log import (
    CHAT,
    EMAIL,
    PHONE,
    SHOP,
    SOCIAL,
    WEB,
    Log,
    names,
)
from relationships.engine.simulate.orders import PER_MONTH, Orders
from relationships.engine.simulate.parameters import Floats, vocabulary
from relationships.engine.simulate.stage import Stage
from relationships.engine.simulate.texts import compose, tone
from relationships.engine.simulate.troubles import Troubles

PER_YEAR = 1 / 365.25
STARS = np.array([-0.4, -0.1, 0.12, 0.45])  # moods at which one star more is given
PAGES = ("home", "new", "sale", "sizes", "shops", "repair", "search")
OFFICE = (9.0, 17.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything that the voices need to know of the world."""

    stage: Stage
    orders: Orders
    troubles: Troubles

    def happenings(
        self, rng: np.random.Generator, behaviour: str, per_day: float, **when: Any
    ) -> tuple[Ints, Floats]:
        """Instants at which a behaviour shows, at hours at which these people are about."""
        stage, lives, people = self.stage, self.stage.lives, self.stage.people
        rate = stage.habit(behaviour, np.arange(len(lives))) * per_day
        rate = rate * rng.gamma(4, 0.25, len(people))[lives.customer]
        stint, day = arrivals(rng, lives, rate, clock=stage.clock)
        who = lives.customer[stint]
        at = stage.at(who, day, hours(rng, people.hour[who], **when))
        inside = (at < stage.clock.cutoff) & (at > people.joined[who] + 0.005)
        return stint[inside], at[inside]

    def products(self, rng: np.random.Generator, customer: Ints, day: Floats) -> list[str]:
        """Something from the category that each likes best."""
        people, shop = self.stage.people, self.stage.shop
        chosen = shop.choose(rng, people.top[customer], people.budget[customer], day)
        return [str(name) for name in shop.names[chosen]]


def write(rng: np.random.Generator, log: Log, scene: Scene) -> None:
    """Log all that people do and say of their own accord."""
    for kind in (_visits, _support, _suggestions, _reviews, _mentions, _notes):
        kind(rng, log, scene)


def _visits(rng: np.random.Generator, log: Log, scene: Scene) -> None:
    """Looking around, and the visit during which an order on the web was placed."""
    orders, people = scene.orders, scene.stage.people
    stint, day = scene.happenings(rng, "visits_per_month", PER_MONTH)
    online = orders.channel == WEB
    first = online & (orders.reason == "first")
    before = orders.day - np.where(first, 0.004, rng.uniform(2, 25, len(orders)) / 1440)
    seen = first | (online & (rng.random(len(orders)) < 0.85))
    free = np.isin(orders.reason, ["", "first", "occasion", "launch", "failure"])
    seen &= free & (before >= people.joined[orders.customer] - 1e-9)
    customer = np.concatenate([scene.stage.lives.customer[stint], orders.customer[seen]])
    day = np.concatenate([day, before[seen]])
    pages = np.concatenate(
        [_pages(rng, scene, stint), scene.stage.shop.category_names[orders.category[seen]]]
    )
    minutes = np.round(np.exp(rng.normal(1.1, 0.8, len(day))), 1)
    log.add("visit", customer, day, channel=WEB, source=names("V", len(day)),
            properties=[{"page": p, "minutes": float(m)}
                        for p, m in zip(pages, minutes, strict=True)])  # fmt: skip


def _pages(rng: np.random.Generator, scene: Scene, stint: Ints) -> NDArray[Any]:
    """Mostly shelves; the bound and unhappy look for the way out."""
    n, people = len(stint), scene.stage.people
    shelves = scene.stage.shop.category_names[people.top[scene.stage.lives.customer[stint]]]
    pages = np.where(rng.random(n) < 0.55, shelves, rng.choice(np.array(PAGES, object), n))
    kind = scene.stage.lives.kind[stint]
    leaving = np.isin(kind, [scene.stage.p.number(code) for code in ("N3", "M4")])
    pages[leaving & (rng.random(n) < 0.3)] = "cancel a plan"
    hunting = kind == scene.stage.p.number("F4")
    pages[hunting & (rng.random(n) < 0.5)] = "sale"
    return pages


def _support(rng: np.random.Generator, log: Log, scene: Scene) -> None:
    """Questions: at any time, and some days after an order."""
    orders, lives = scene.orders, scene.stage.lives
    alone, at = scene.happenings(rng, "support_per_month", PER_MONTH, opens=8.5, closes=20.5)
    order, later = _asked_after(rng, scene)
    stint = np.concatenate([alone, lives.at(orders.customer[order], later)])
    customer, day = lives.customer[stint], np.concatenate([at, later])
    number = ["my order"] * len(alone) + [f"O-{n + 1:06d}" for n in order]
    mood = scene.stage.moods(rng, stint)
    subjects, texts = _asked(rng, scene, stint, customer, day, number, mood)
    channel = rng.choice([EMAIL, PHONE, CHAT, SHOP], len(day), p=[0.42, 0.26, 0.24, 0.08])
    first_reply = np.round(np.exp(rng.normal(np.log(3.5), 1.0, len(day))), 1)
    ids = names("Q", len(day))
    log.add("support", customer, day, channel=channel, source=ids,
            sentiment=mood,
            properties=[{"subject": s, "text": t, "first_reply_hours": float(h)}
                        for s, t, h in zip(subjects, texts, first_reply, strict=True)])  # fmt: skip
    # The desk writes by day; who is answered in the evening is telephoned.
    answer = day + first_reply / 24
    by_day = np.abs((answer % 1) * 24 - 13) < 5
    wrote = np.flatnonzero((channel == EMAIL) & by_day & (answer < scene.stage.clock.cutoff))
    log.add("message_sent", customer[wrote], answer[wrote], channel=EMAIL,
            source=ids[wrote] + "-a", category=np.full(len(wrote), "service", dtype=object),
            properties=[{"subject": subjects[i], "purpose": "service", "answers": ids[i]}
                        for i in wrote])  # fmt: skip


def _asked_after(rng: np.random.Generator, scene: Scene) -> tuple[Ints, Floats]:
    """Orders that raise a question, and when, in the hours of the office."""
    orders, clock = scene.orders, scene.stage.clock
    per_order = scene.stage.habit("support_per_order", orders.stint)
    order = np.repeat(np.arange(len(orders)), rng.poisson(per_order))
    ahead = scene.stage.people.hours_ahead[orders.customer[order]]
    after = np.floor(orders.day[order]) + 1 + rng.integers(0, 9, len(order)).astype(float)
    later = clock.local(after, rng.uniform(*OFFICE, len(order)), ahead)
    told = later < clock.cutoff
    return order[told], later[told]


def _asked(
    rng: np.random.Generator,
    scene: Scene,
    stint: Ints,
    customer: Ints,
    day: Floats,
    number: list[str],
    mood: Floats,
) -> tuple[list[str], list[str]]:
    """Subjects and texts of questions; takers ask for favours."""
    words = vocabulary("texts")
    product = scene.products(rng, customer, day)
    taker = scene.stage.lives.kind[stint] == scene.stage.p.number("N4")
    favour = taker & (rng.random(len(day)) < 0.7)
    choices = [
        words["goodwill"] if f else words["support"][t]
        for f, t in zip(favour, tone(mood), strict=True)
    ]
    about = [words["support"]["favour" if f else "subjects"] for f in favour]
    subjects = compose(rng, about, product, orders=number)
    return subjects, compose(rng, choices, product, orders=number)


def _suggestions(rng: np.random.Generator, log: Log, scene: Scene) -> None:
    stint, day = scene.happenings(rng, "suggestions_per_year", PER_YEAR)
    customer = scene.stage.lives.customer[stint]
    texts = compose(rng, [vocabulary("texts")["suggestion"]] * len(day),
                    scene.products(rng, customer, day))  # fmt: skip
    log.add("suggestion", customer, day, channel=rng.choice([WEB, EMAIL, SHOP], len(day)),
            source=names("I", len(day)), properties=[{"text": t} for t in texts],
            sentiment=np.clip(scene.stage.moods(rng, stint), -0.6, 1),
            )  # fmt: skip


def _reviews(rng: np.random.Generator, log: Log, scene: Scene) -> None:
    """Reviews follow orders by one to six weeks; what went wrong costs stars."""
    orders, lives, people = scene.orders, scene.stage.lives, scene.stage.people
    chance = scene.stage.habit("reviews", orders.stint)
    order = np.flatnonzero(rng.random(len(orders)) < chance)
    who = orders.customer[order]
    after = np.floor(orders.day[order]) + 7 + rng.integers(0, 35, len(order)).astype(float)
    day = scene.stage.clock.local(after, hours(rng, people.hour[who]), people.hours_ahead[who])
    told = day < scene.stage.clock.cutoff
    order, who, day = order[told], who[told], day[told]
    mood = scene.stage.moods(rng, lives.at(who, day))
    mood = np.clip(mood - 0.65 * (scene.troubles.topic[order] >= 0), -1, 1)
    stars = 1 + np.searchsorted(STARS, mood)
    product = orders.main_product()[order]
    words = vocabulary("texts")["review"]
    texts = compose(
        rng, [words[str(s)] for s in stars], [str(n) for n in scene.stage.shop.names[product]]
    )
    log.add("review", who, day, channel=WEB, source=names("W", len(day)),
            rating=stars.astype(float), sentiment=mood, brand=orders.brand[order],
            category=scene.stage.shop.category_names[orders.category[order]],
            properties=[{"stars": int(s), "text": t, "sku": k, "order": f"O-{o + 1:06d}"}
                        for s, t, k, o in zip(stars, texts, scene.stage.shop.skus[product], order,
                                              strict=True)])  # fmt: skip


def _mentions(rng: np.random.Generator, log: Log, scene: Scene) -> None:
    stint, day = scene.happenings(rng, "mentions_per_year", PER_YEAR)
    customer = scene.stage.lives.customer[stint]
    mood = scene.stage.moods(rng, stint)
    words = vocabulary("texts")["mention"]
    texts = compose(rng, [words[t] for t in tone(mood)], scene.products(rng, customer, day))
    followers = np.exp(
        rng.normal(5.2, 1.1, len(scene.stage.people))
    )  # a few are heard by thousands
    reach = np.round(followers[customer] * rng.uniform(0.5, 1.4, len(day))).astype(int)
    log.add("mention", customer, day, channel=SOCIAL, source=names("X", len(day)), sentiment=mood,
            properties=[{"text": t, "reach": int(r), "public": True}
                        for t, r in zip(texts, reach, strict=True)])  # fmt: skip


def _notes(rng: np.random.Generator, log: Log, scene: Scene) -> None:
    """What the people in the shop wrote down, about as often as they write personally."""
    stint, day = scene.happenings(rng, "personal_letters_per_year", PER_YEAR, opens=9, closes=18)
    customer = scene.stage.lives.customer[stint]
    texts = compose(rng, [vocabulary("texts")["note"]] * len(day),
                    scene.products(rng, customer, day))  # fmt: skip
    log.add("note", customer, day, channel=rng.choice([SHOP, PHONE], len(day)),
            source=names("N", len(day)), properties=[{"text": t} for t in texts])  # fmt: skip
