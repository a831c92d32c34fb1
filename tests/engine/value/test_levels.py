"""Ends of one customer's range read where the past says, and days of replacement counted."""

import numpy as np
import pytest

from relationships.engine.value import PurchaseDays, Terms, levels, replacing
from relationships.engine.value.clv import values
from relationships.engine.value.levels import AS_FORECAST, UNSEEN, Levels
from relationships.engine.value.replacing import Replacing
from tests.engine.value.test_clv import CUSTOMERS, MBG, MONEY, NO_COSTS, SPEND


def test_a_forecast_that_was_right_is_read_as_it_is():
    found = levels.read([(np.arange(9000) + 0.5) / 9000])
    assert (found.low, found.median, found.high) == pytest.approx((0.1, 0.5, 0.9), abs=1e-3)
    assert (found.customers, found.inside) == (9000, pytest.approx(0.8, abs=1e-3))


def test_many_who_ended_higher_move_the_ends_up_and_few_hardly_do():
    """Places u² of evenly spread u: a tenth lies below .01, half below .25, nine tenths .81."""
    even = (np.arange(9000) + 0.5) / 9000
    many, few = levels.read([even**2] * 3), levels.read([even[::900] ** 2])
    trust = 3 / 4 * 27 / 28
    ends = [0.1 - 0.09 * trust, 0.5 - 0.25 * trust, 0.9 - 0.09 * trust]
    assert [many.low, many.median, many.high] == pytest.approx(ends, abs=1e-3)
    assert few.high == pytest.approx(0.9, abs=2e-3)
    assert levels.read([]) == AS_FORECAST
    assert Levels.from_json(many.to_json()) == many
    assert Levels.from_json(None) == AS_FORECAST


def test_ends_are_read_at_the_levels_and_a_default_reads_them_wider():
    each = [
        values(MBG, SPEND, NO_COSTS, CUSTOMERS, MONEY, Terms(), levels=at)
        for at in (UNSEEN, AS_FORECAST, Levels(low=0.2, high=0.8))
    ]
    for wide, narrow in zip(each, each[1:], strict=False):
        assert (wide.low <= narrow.low).all()
        assert (wide.high >= narrow.high).all()
        assert wide.high.sum() > narrow.high.sum()
        assert wide.expected == pytest.approx(narrow.expected)


def test_what_was_due_is_counted_where_its_weeks_have_passed():
    """Sixty bought for a year on day 0; forty-five bought around day 364, ten the same on day 100,
    so that theirs is due later."""
    who = np.concatenate([np.arange(70), np.arange(60, 70)])
    day = np.concatenate([np.zeros(70, dtype=np.int64), np.full(10, 100)])
    around = np.where(np.arange(45) % 2, 364 - 42, 364 + 42)
    days = PurchaseDays.gather(
        np.concatenate([who, np.arange(45), np.arange(45, 60)]),
        np.concatenate([day, around, np.full(15, 364 + 43)]), np.ones(140),
    )  # fmt: skip
    same, life = np.zeros(80, dtype=np.int64), np.full(80, 52)
    found = replacing.learn(who, same, day, life, days, 500)
    assert found == Replacing(seen=60, share=0.75)
    assert replacing.learn(who, same, day, life, days, 400) is None


# Kind of product: days that were due, and the share around which somebody buys.
TRULY = {
    "lamps": (400, 0.95), "boots": (300, 0.75), "soap": (300, 0.25), "": (100, 0.5), "rare": (5, 1),
}  # fmt: skip


def due_over_two_years():
    """One due day each, of so many people who bought something of a kind; around it so many do."""
    rng = np.random.default_rng(5)
    kind = np.repeat(np.arange(len(TRULY)), [days for days, _share in TRULY.values()])
    who, day = np.arange(len(kind)), rng.integers(0, 700, len(kind))
    comes = rng.random(len(kind)) < np.array([share for _days, share in TRULY.values()])[kind]
    days = PurchaseDays.gather(
        np.concatenate([who, who[comes]]), np.concatenate([day, day[comes] + 364]),
        np.ones(len(kind) + comes.sum()),
    )  # fmt: skip
    return who, kind, day, np.full(len(kind), 52), days, 1200


def test_each_kind_of_product_is_promised_as_its_own_past_says():
    who, kind, *more = due_over_two_years()
    found = replacing.learn(who, kind, *more, kind=kind, names=[*TRULY])
    for name, (days, share) in TRULY.items():
        told = share if days >= 300 else found.share
        assert found.of(name) == pytest.approx(told, abs=0.06), name
    assert found.of("unheard of") == found.share == pytest.approx(0.62, abs=0.03)
    assert found.most == found.of("lamps")
    assert Replacing.from_json(found.to_json()) == found
    assert Replacing.from_json({"seen": 60, "share": 0.7}).of("lamps") == 0.7


def test_days_that_were_promised_were_kept_as_often_as_was_said():
    who, kind, *more = due_over_two_years()
    found = replacing.learn(who, kind, *more, kind=kind, names=[*TRULY])
    assert found.proof.days > 200
    assert found.proof.came == pytest.approx(found.proof.said, abs=0.05)
    one_for_all = replacing.learn(who, kind, *more).proof
    assert one_for_all.days > found.proof.days  # soap too
    assert found.proof.came > one_for_all.came + 0.1


def test_a_kind_is_drawn_to_the_whole_with_a_pencil():
    """Fifty due of boots, forty bought; fifty of soap, none: (40 + 20 · .4) / 70, (0 + 8) / 70."""
    who, kind = np.arange(100), np.repeat([0, 1], 50)
    day, life = np.zeros(100, dtype=np.int64), np.full(100, 52)
    days = PurchaseDays.gather(
        np.concatenate([who, who[:40]]), np.concatenate([day, np.full(40, 364)]), np.ones(140)
    )
    found = replacing.learn(who, kind, day, life, days, 500, kind=kind, names=["boots", "soap"])
    assert (found.seen, found.share) == (100, 0.4)
    assert [found.of("boots"), found.of("soap")] == pytest.approx([48 / 70, 8 / 70])
