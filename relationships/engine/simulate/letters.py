"""Messages: what the shop sends to whom, who opens, clicks and answers, and who has had enough."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relationships.engine.simulate.clock import Clock, Ints
from relationships.engine.simulate.lives import Lives, arrivals
from relationships.engine.simulate.log import EMAIL, SMS, Log, names
from relationships.engine.simulate.parameters import Floats, Parameters, vocabulary
from relationships.engine.simulate.people import People
from relationships.engine.simulate.shop import Shop
from relationships.engine.simulate.texts import compose, moods

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


def mailings(rng: np.random.Generator, shop: Shop, clock: Clock) -> Mailings:
    """A letter every Thursday, offers during sales, a note for each launch."""
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


def letters(
    rng: np.random.Generator,
    sent: Mailings,
    lives: Lives,
    people: People,
    p: Parameters,
    clock: Clock,
) -> Letters:
    """Who is sent which mailing, and personal letters for those who have a person at the shop."""
    n = len(people)
    # How eager the shop is with each customer: its habit, blind to what the customer would like.
    eager = np.clip(p.firm["letter_reach"] * rng.gamma(3, 1 / 3, n), 0.05, 0.97)
    chosen: list[Ints] = []
    for day, channel in zip(sent.day, sent.channel, strict=True):
        allowed = people.mails if channel == EMAIL else people.texts
        on_list = allowed & (people.joined < day - 1)
        chosen.append(np.flatnonzero(on_list & (rng.random(n) < eager)))
    mailing = np.repeat(np.arange(len(chosen)), [len(c) for c in chosen])
    customer = np.concatenate(chosen)
    stint, day = arrivals(
        rng, lives, p.behaviour["personal_letters_per_year"][lives.kind] / 365.25,
        clock=clock, seasonal=False,
    )  # fmt: skip
    who = lives.customer[stint]
    at = clock.local(day, rng.uniform(9, 17, len(day)), people.hours_ahead[who])
    return Letters(
        customer=np.concatenate([customer, who]),
        stint=lives.at(np.concatenate([customer, who]), np.concatenate([sent.day[mailing], at])),
        day=np.concatenate([sent.day[mailing], at]),
        purpose=np.concatenate([sent.purpose[mailing], np.full(len(who), PERSONAL)]),
        channel=np.concatenate([sent.channel[mailing], np.full(len(who), EMAIL)]),
        mailing=np.concatenate([mailing, np.full(len(who), -1)]),
        subject=np.concatenate([sent.subject[mailing], np.full(len(who), None, dtype=object)]),
    )


def write(
    rng: np.random.Generator,
    log: Log,
    written: Letters,
    lives: Lives,
    people: People,
    shop: Shop,
    p: Parameters,
    clock: Clock,
) -> Floats:
    """Log letters and reactions; returns the day on which each customer unsubscribed, or NaN."""
    kind = lives.kind[written.stint]
    own = written.purpose == PERSONAL
    opened = (
        rng.random(len(written)) < np.where(own, 0.5, 1) * p.behaviour["opens"][kind] + own * 0.4
    )
    clicked = opened & ~own & (rng.random(len(written)) < p.behaviour["clicks"][kind])
    answers = np.minimum(p.behaviour["replies"][kind] * np.where(own, 8, 1), 0.7)
    replied = opened & (rng.random(len(written)) < answers)
    # Whoever has had enough leaves from a letter that was opened.
    enough = rng.random(len(written)) < p.behaviour["unsubscribes"][kind]
    left = _left(rng, written, enough, lives, people, p)
    kept = written.day < np.nan_to_num(left, nan=np.inf)[written.customer]
    kept |= own & (kind != p.number("N6"))
    written, own = written.rows(kept), own[kept]
    ids = names("L", len(written))
    _sent(rng, log, written, own, ids, shop)
    seen = _read(rng, written, people, clock)
    _reactions(rng, log, written, ids, seen, opened[kept], clicked[kept], replied[kept], lives,
               people, shop, p, clock)  # fmt: skip
    gone = np.flatnonzero(left < clock.cutoff)
    log.add("unsubscribed", gone, left[gone], channel=EMAIL,
            source=np.array([f"U-{n + 1:06d}" for n in gone], dtype=object))  # fmt: skip
    return np.where(left < clock.cutoff, left, np.nan)


def _left(
    rng: np.random.Generator,
    written: Letters,
    enough: NDArray[np.bool_],
    lives: Lives,
    people: People,
    p: Parameters,
) -> Floats:
    """The first letter too many; a divorce always ends the letters too."""
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
            properties=properties)  # fmt: skip


def _read(rng: np.random.Generator, written: Letters, people: People, clock: Clock) -> Floats:
    """When each letter would be opened: some hours later, never in the small hours."""
    delay = np.minimum(np.exp(rng.normal(np.log(4), 1.1, len(written))), 70) / 24
    seen = written.day + np.maximum(delay, 2 / 1440)
    offset = people.hours_ahead[written.customer] + clock.summer[clock.index(seen)]
    hour = ((seen % 1) * 24 + offset) % 24
    asleep = (hour < WAKING) | (hour > BEDTIME)
    return seen + np.where(asleep, (WAKING + 24 - BEDTIME) / 24, 0.0)


def _reactions(
    rng: np.random.Generator,
    log: Log,
    written: Letters,
    ids: NDArray[Any],
    seen: Floats,
    opened: NDArray[np.bool_],
    clicked: NDArray[np.bool_],
    replied: NDArray[np.bool_],
    lives: Lives,
    people: People,
    shop: Shop,
    p: Parameters,
    clock: Clock,
) -> None:
    """Log opens, and clicks and replies a few minutes after them."""
    minutes = rng.uniform(0.3, 9, len(written)) / 1440
    for kind, happened, day, letter in (
        ("message_opened", opened, seen, "o"),
        ("message_clicked", clicked, seen + minutes, "c"),
    ):
        rows = np.flatnonzero(happened & (day < clock.cutoff))
        log.add(kind, written.customer[rows], day[rows], channel=written.channel[rows],
                source=ids[rows] + f"-{letter}",
                properties=[{"message": m} for m in ids[rows]])  # fmt: skip
    rows = np.flatnonzero(replied & (seen + 0.03 < clock.cutoff))
    words = vocabulary("texts")["reply"]
    texts = compose(rng, [words] * len(rows), [str(s) for s in rng.choice(shop.names, len(rows))])
    mood = moods(rng, written.stint[rows], lives, people, p)
    log.add("message_replied", written.customer[rows], seen[rows] + 0.015, channel=EMAIL,
            source=ids[rows] + "-r", sentiment=mood,
            properties=[{"message": m, "text": t} for m, t in zip(ids[rows], texts, strict=True)],
            )  # fmt: skip
