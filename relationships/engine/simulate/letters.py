"""Messages: what the shop sends to whom, who opens, clicks and answers, and who has had enough."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relationships.engine.simulate.clock import Ints
from relationships.engine.simulate.lives import arrivals
from relationships.engine.simulate.log import EMAIL, SMS, Log, names
from relationships.engine.simulate.parameters import Floats, vocabulary
from relationships.engine.simulate.shop import Shop
from relationships.engine.simulate.stage import Stage
from relationships.engine.simulate.texts import compose

NEWSLETTER, PROMOTION, LAUNCH, PERSONAL = range(4)
PURPOSES = ("newsletter", "promotion", "launch", "personal")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip
WAKING, BEDTIME = 7, 23.4  # hours between which letters are opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailings:
    """One row per mailing of the shop to its list."""

    day: Floats
    purpose: Ints
    channel: Ints
    subject: NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """One row per letter to one customer."""

    customer: Ints
    stint: Ints
    day: Floats
    purpose: Ints
    channel: Ints
    mailing: Ints  # −1 for personal ones
    subject: NDArray[Any]

    def __len__(self) -> int:
        return len(self.customer)

    def rows(self, kept: Any) -> "Letters":
        """The letters of a mask or a list of rows."""
        return Letters(**{name: getattr(self, name)[kept] for name in self.__slots__})


def mailings(rng: np.random.Generator, stage: Stage) -> Mailings:
    """A letter every Thursday, offers during sales, a note for each launch."""
    shop, clock = stage.shop, stage.clock
    words = vocabulary("shop")
    weekday = (np.arange(clock.days) + clock.first.weekday()) % 7
    thursdays = np.flatnonzero(weekday == 3)
    offers = np.flatnonzero(clock.on_sale & np.isin(weekday, [1, 5]))
    month = clock.at(thursdays.astype(float)).astype("datetime64[M]").astype(int) % 12
    weekly = [
        words["subjects"][i % len(words["subjects"])].format(month=MONTHS[m])
        for i, m in enumerate(month)
    ]
    percent, about = rng.choice([15, 20, 30], len(offers)), rng.integers(7, size=len(offers))
    sales = [
        words["promotions"][i % 3].format(percent=a, category=shop.category_names[b])
        for i, (a, b) in enumerate(zip(percent, about, strict=True))
    ]
    new = shop.launches()
    news = [words["launches"][i % 2].format(product=shop.names[k]) for i, k in enumerate(new)]
    counts = [len(thursdays), len(offers), len(new)]
    channel = np.full(sum(counts), EMAIL)
    channel[counts[0] : counts[0] + counts[1] : 3] = SMS
    # Ten in the morning, UTC: nobody on the list is asleep.
    return Mailings(
        day=np.concatenate([thursdays, offers, shop.launch[new]]) + 10 / 24,
        purpose=np.repeat([NEWSLETTER, PROMOTION, LAUNCH], counts),
        channel=channel,
        subject=np.array(weekly + sales + news, dtype=object),
    )


def letters(rng: np.random.Generator, stage: Stage, sent: Mailings) -> Letters:
    """Who is sent which mailing, and personal letters for those who have a person at the shop."""
    lives, people, n = stage.lives, stage.people, len(stage.people)
    # How eager the shop is with each customer: its habit, blind to what the customer would like.
    eager = np.clip(stage.p.firm["letter_reach"] * rng.gamma(3, 1 / 3, n), 0.05, 0.97)
    chosen = [
        np.flatnonzero(
            (people.mails if channel == EMAIL else people.texts)
            & (people.joined < day - 1)
            & (rng.random(n) < eager)
        )
        for day, channel in zip(sent.day, sent.channel, strict=True)
    ]
    mailing = np.repeat(np.arange(len(chosen)), [len(c) for c in chosen])
    customer = np.concatenate(chosen)
    stint, day = arrivals(
        rng, lives, stage.habit("personal_letters_per_year", np.arange(len(lives))) / 365.25,
        clock=stage.clock, seasonal=False,
    )  # fmt: skip
    who = lives.customer[stint]
    at = stage.at(who, day, rng.uniform(9, 17, len(day)))
    reader, when = np.concatenate([customer, who]), np.concatenate([sent.day[mailing], at])
    return Letters(
        customer=reader,
        stint=lives.at(reader, when),
        day=when,
        purpose=np.concatenate([sent.purpose[mailing], np.full(len(who), PERSONAL)]),
        channel=np.concatenate([sent.channel[mailing], np.full(len(who), EMAIL)]),
        mailing=np.concatenate([mailing, np.full(len(who), -1)]),
        subject=np.concatenate([sent.subject[mailing], np.full(len(who), None, dtype=object)]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reactions:
    """What became of each letter."""

    opened: NDArray[np.bool_]
    clicked: NDArray[np.bool_]
    replied: NDArray[np.bool_]
    enough: NDArray[np.bool_]  # it was one too many

    def rows(self, kept: Any) -> "Reactions":
        """The reactions to the letters of a mask."""
        return Reactions(**{name: getattr(self, name)[kept] for name in self.__slots__})


def write(rng: np.random.Generator, log: Log, stage: Stage, written: Letters) -> Floats:
    """Log letters and reactions; returns the day on which each customer unsubscribed, or NaN."""
    own = written.purpose == PERSONAL
    reactions = _reactions(rng, stage, written, own)
    left = _left(rng, stage, written, reactions.enough)
    kept = written.day < np.nan_to_num(left, nan=np.inf)[written.customer]
    kept |= own & (stage.lives.kind[written.stint] != stage.p.number("N6"))
    written, own = written.rows(kept), own[kept]
    ids = names("L", len(written))
    _sent(rng, log, written, own, ids, stage.shop)
    seen = _read(rng, stage, written)
    _reacted(rng, log, stage, written, ids, seen, reactions.rows(kept))
    gone = np.flatnonzero(left < stage.clock.cutoff)
    log.add("unsubscribed", gone, left[gone], channel=EMAIL,
            source=np.array([f"U-{n + 1:06d}" for n in gone], dtype=object))  # fmt: skip
    return np.where(left < stage.clock.cutoff, left, np.nan)


def _reactions(
    rng: np.random.Generator, stage: Stage, written: Letters, own: NDArray[np.bool_]
) -> Reactions:
    """Letters by a person are opened and answered far more often than mailings."""
    n, stint = len(written), written.stint
    opens = np.where(own, 0.5, 1) * stage.habit("opens", stint) + own * 0.4
    opened = rng.random(n) < opens
    clicked = opened & ~own & (rng.random(n) < stage.habit("clicks", stint))
    answers = np.minimum(stage.habit("replies", stint) * np.where(own, 8, 1), 0.7)
    replied = opened & (rng.random(n) < answers)
    enough = rng.random(n) < stage.habit("unsubscribes", stint)
    return Reactions(opened=opened, clicked=clicked, replied=replied, enough=enough)


def _left(
    rng: np.random.Generator, stage: Stage, written: Letters, enough: NDArray[np.bool_]
) -> Floats:
    """The first letter too many; a divorce always ends the letters too."""
    lives, people, p = stage.lives, stage.people, stage.p
    left = np.full(len(people), np.inf)
    np.minimum.at(left, written.customer[enough], written.day[enough] + 0.02)
    divorced = np.flatnonzero(lives.kind == p.number("N6"))
    who = lives.customer[divorced]
    day = np.floor(lives.start[divorced]) + rng.integers(1, 9, len(who)) + 0.5
    left[who] = np.minimum(left[who], np.where(people.mails[who], day, np.inf))
    return np.where(np.isinf(left), np.nan, left)


def _sent(
    rng: np.random.Generator,
    log: Log,
    written: Letters,
    own: NDArray[np.bool_],
    ids: NDArray[Any],
    shop: Shop,
) -> None:
    personal = np.flatnonzero(own)
    words = vocabulary("texts")["letter"]
    products = [str(name) for name in rng.choice(shop.names, len(personal))]
    subject = written.subject.copy()
    subject[personal] = compose(rng, [words] * len(personal), products)
    properties = [
        {"subject": s, "purpose": PURPOSES[k], "campaign": f"mail-{m + 1:04d}" if m >= 0 else None}
        for s, k, m in zip(subject, written.purpose, written.mailing, strict=True)
    ]
    log.add("message_sent", written.customer, written.day, channel=written.channel, source=ids,
            category=np.array(PURPOSES, dtype=object)[written.purpose],
            properties=properties)  # fmt: skip


def _read(rng: np.random.Generator, stage: Stage, written: Letters) -> Floats:
    """When each letter would be opened: some hours later, never in the small hours."""
    people, clock = stage.people, stage.clock
    delay = np.minimum(np.exp(rng.normal(np.log(4), 1.1, len(written))), 70) / 24
    seen = written.day + np.maximum(delay, 2 / 1440)
    offset = people.hours_ahead[written.customer] + clock.summer[clock.index(seen)]
    hour = ((seen % 1) * 24 + offset) % 24
    asleep = (hour < WAKING) | (hour > BEDTIME)
    return seen + np.where(asleep, (WAKING + 24 - BEDTIME) / 24, 0.0)


def _reacted(
    rng: np.random.Generator,
    log: Log,
    stage: Stage,
    written: Letters,
    ids: NDArray[Any],
    seen: Floats,
    did: Reactions,
) -> None:
    """Log opens, and clicks and replies a few minutes after them."""
    cutoff, products = stage.clock.cutoff, stage.shop.names
    minutes = rng.uniform(0.3, 9, len(written)) / 1440
    for kind, happened, day, letter in (
        ("message_opened", did.opened, seen, "o"),
        ("message_clicked", did.clicked, seen + minutes, "c"),
    ):
        rows = np.flatnonzero(happened & (day < cutoff))
        log.add(kind, written.customer[rows], day[rows], channel=written.channel[rows],
                source=ids[rows] + f"-{letter}",
                properties=[{"message": m} for m in ids[rows]])  # fmt: skip
    rows = np.flatnonzero(did.replied & (seen + 0.03 < cutoff))
    words = vocabulary("texts")["reply"]
    texts = compose(rng, [words] * len(rows), [str(s) for s in rng.choice(products, len(rows))])
    mood = stage.moods(rng, written.stint[rows])
    log.add("message_replied", written.customer[rows], seen[rows] + 0.015, channel=EMAIL,
            source=ids[rows] + "-r", sentiment=mood,
            properties=[{"message": m, "text": t} for m, t in zip(ids[rows], texts, strict=True)],
            )  # fmt: skip
