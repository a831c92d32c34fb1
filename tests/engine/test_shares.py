"""How many there are, from a share: right on average, and the range holds as often as said."""

from random import Random

import numpy as np
import pytest

from customers.engine.shares import about, drawn

EVERYBODY = 400_000
TIMES = 300
JOINED = np.linspace(0, 1, EVERYBODY)  # customers in the order in which they joined


def mixed(chance, seed=3):
    return np.random.default_rng(seed).random(EVERYBODY) < chance


def households(chance, size):
    return np.repeat(mixed(chance)[: EVERYBODY // size], size)


WORLDS = {
    "any which way": mixed(0.31),
    "hardly anybody": mixed(0.0005),
    "nearly everybody": mixed(0.999),
    "the more the later they joined": mixed(0.9 * JOINED**2),
    "only those who joined since": mixed(0.8 * (JOINED > 0.63)),
    "in waves of joining": mixed(np.where((JOINED * 40).astype(int) % 2, 0.9, 0.05)),
    "in tens that came together": households(0.3, 10),
    "in files of a thousand": households(0.3, 1000),
    "in rare files of a thousand": households(0.02, 1000),
    "with a gap where numbers were lost": mixed(0.4 * ((JOINED < 0.2) | (JOINED > 0.5))),
}


@pytest.mark.parametrize("world", WORLDS)
def test_the_range_holds_the_number_four_times_of_five(world):
    meant = WORLDS[world]
    there_are = int(meant.sum())
    before = np.concatenate([[0], np.cumsum(meant)])
    held, off = 0, []
    for seed in range(TIMES):
        sample = drawn(1, EVERYBODY, parts=500, share=1 / 16, rng=Random(seed))
        counted = [int(before[last] - before[first - 1]) for first, last in sample]
        told = about(counted, sample, EVERYBODY)
        held += told.low <= there_are <= told.high
        off.append(told.value - there_are)
    # Chance alone moves the share among so many by less than .07, three times its deviation.
    assert held / TIMES > 0.8 - 0.07
    assert abs(np.mean(off)) < 4 * np.std(off) / TIMES**0.5 + 0.5 * told_unit(off)


def told_unit(off):
    """Rounding moves a value by half of a unit at most, and the spread is a few units."""
    return max(1.0, float(np.std(off)) / 10)


def test_what_is_likely_of_a_tenth_by_hand():
    """A hundred spans of ten among 10,000, with two found in every second and none between: 100
    found mean 1,000. Half the squared differences of neighbours, 99 times 4, over 198, times a
    hundred spans, are a variance of 200, of which nine tenths are unseen: a deviation of 13.4."""
    sample = [(at * 100 + 1, at * 100 + 10) for at in range(100)]
    told = about([2, 0] * 50, sample, 10_000)
    assert told.value == 1000
    assert told.low == pytest.approx(1000 - 1.2816 * 134, abs=50)
    assert told.high == pytest.approx(1000 + 1.2816 * 134, abs=50)


def test_nobody_found_may_still_be_a_few():
    sample = drawn(1, 1_000_000, parts=500, share=1 / 16, rng=Random(1))
    told = about([0] * 500, sample, 1_000_000)
    assert (told.value, told.low) == (0, 0)
    assert told.high == pytest.approx(2.303 * 16, abs=5)  # a tenth is the chance of none of 2.303


def test_everybody_looked_at_is_exact():
    sample = drawn(5, 84, parts=80, share=0.01, rng=Random(1))
    told = about([1] * 30 + [0] * 50, sample, 80)
    assert (told.value, told.low, told.high) == (30, 30, 30)


def test_a_sample_lies_in_every_part_and_is_the_same_for_the_same_draw():
    sample = drawn(101, 1_100, parts=10, share=0.05, rng=Random(2))
    assert all(last - first == 4 for first, last in sample)
    assert [(first - 101) // 100 for first, _last in sample] == [*range(10)]
    assert [(last - 101) // 100 for _first, last in sample] == [*range(10)]
    assert sample == drawn(101, 1_100, parts=10, share=0.05, rng=Random(2))
