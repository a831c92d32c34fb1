"""How likely two records are one person: the bits of evidence that their fields give, added up.

Fellegi and Sunter (1969); the equations and a worked example: docs/method/duplicates.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from customers.engine.duplicates.blocks import LAST_DIGITS, boxes, pairs
from customers.engine.duplicates.names import Names, Written, compare
from customers.engine.duplicates.people import People, Places, Told, coded, counts

Bits = NDArray[np.float64]
Says = NDArray[np.bool_]


@dataclass(frozen=True)
class Rates:
    """How often something holds for two records of one person (m), and by chance (u). Fixed: few
    companies have pairs enough, decided by hand, to learn them from."""

    twins: float = 0.05  # second records for each person
    name_same: float = 0.75
    name_alike: float = 0.12
    name_part: float = 0.06
    name_different: float = 0.03
    slips: float = 3.0  # names that one slip turns into another, for each name
    names: float = 10_000.0  # names in the world that none of these people has
    email_same: float = 0.5
    email_shared: float = 0.02  # others who share one's e-mail: households
    email_box: float = 0.3
    email_different: float = 0.5
    phone_same: float = 0.5
    phone_shared: float = 0.05
    phone_different: float = 0.6
    birthdays: float = 18_000.0
    born_same: float = 0.9
    born_alike: float = 0.05  # day and month turned, or one digit
    born_alike_by_chance: float = 0.004
    born_different: float = 0.02
    years: float = 50.0
    year_different: float = 0.06
    city_same: float = 0.85
    city_different: float = 0.2
    country_different: float = 0.1
    gender_different: float = 0.08
    number_different: float = 0.4


RATES = Rates()
LEAST = 0.5  # pairs less likely than this are not shown to anybody
PHONE_WITH_EMAIL = 2.0  # bits: households that share one share the other
BOX_WITH_NAME = 3.0  # bits: the name before the @ repeats what the name says


@dataclass(frozen=True)
class Evidence:
    """One thing that two records say: for which pairs, and how many bits it gives."""

    what: str
    how: str
    holds: Says
    bits: Bits | float


def weigh(people: People, written: Written, left: Places, right: Places, rates: Rates = RATES
          ) -> tuple[Bits, list[Evidence]]:  # fmt: skip
    """Log-odds to the base 2 that each pair is one person, and what speaks for and against it."""
    evidence = [*_evidence(people, written, left, right, rates)]
    odds = np.full(len(left), np.log2(rates.twins / max(people.count, 2)))
    for each in evidence:
        odds += np.where(each.holds, each.bits, 0.0)
    return odds, evidence


def likely(odds: Bits) -> NDArray[np.float64]:
    """Log-odds to the base 2 as a probability."""
    return np.asarray(1.0 / (1.0 + np.exp2(-np.clip(odds, -60, 60))))


def _evidence(people: People, written: Written, left: Places, right: Places, r: Rates
              ) -> Iterator[Evidence]:  # fmt: skip
    stands = compare(written, left, right)
    yield from _name(written, stands, left, right, r)
    knows_name = np.isin(stands, (Names.SAME, Names.ALIKE))
    yield from _email(people, knows_name, left, right, r)
    yield from _phone(people, left, right, r)
    yield from _born(people, left, right, r)
    yield from _city(people, left, right, r)
    for what, values, rate in (
        ("country", people.country, r.country_different),
        ("gender", people.gender, r.gender_different),
    ):
        codes = coded([value.casefold() for value in values])
        yield Evidence(what, "different", _differ(codes, left, right), np.log2(rate))
    shared = _share(people.numbers, coded(people.numbers.source), left, right, people.count)
    yield Evidence("number", "different", shared, np.log2(r.number_different))


def _name(written: Written, stands: NDArray[np.int8], left: Places, right: Places, r: Rates
          ) -> Iterator[Evidence]:  # fmt: skip
    whole, family = counts(coded(written.whole)), counts(coded(written.family))
    n = len(whole) + r.names

    def by_chance(many: NDArray[np.int64]) -> Bits:
        """How often somebody else has such a name: the others who have it, and a half."""
        most = np.maximum(many[left], many[right])
        return np.asarray((np.maximum(most - 1, 0) + 0.5) / n)

    yield Evidence("name", "same", stands == Names.SAME, np.log2(r.name_same / by_chance(whole)))
    alike = np.log2(r.name_alike / (r.slips * by_chance(whole)))
    yield Evidence("name", "alike", stands == Names.ALIKE, alike)
    part = np.log2(r.name_part / by_chance(family))
    yield Evidence("name", "part", stands == Names.PART, np.maximum(part, 0.0))
    yield Evidence("name", "near", stands == Names.NEAR, 0.0)
    yield Evidence("name", "different", stands == Names.DIFFERENT, np.log2(r.name_different))


def _email(people: People, knows_name: Says, left: Places, right: Places, r: Rates
           ) -> Iterator[Evidence]:  # fmt: skip
    n, told = people.count, people.emails
    same = _share(told, coded(told.value), left, right, n)
    weight = _shared_bits(told, same, left, right, r.email_same, r.email_shared, n)
    yield Evidence("email", "same", same, weight)
    codes = boxes(told.value)
    box = _share(told, codes, left, right, n) & ~same
    others = _most(told, counts(codes), left, right, n)
    bits = np.log2(r.email_box / ((np.maximum(others - 1, 0) + 0.5) / (n + r.names)))
    yield Evidence("email", "box", box, np.where(knows_name, np.minimum(bits, BOX_WITH_NAME), bits))
    differ = _both(told, left, right, n) & ~same & ~box
    yield Evidence("email", "different", differ, np.log2(r.email_different))


def _phone(people: People, left: Places, right: Places, r: Rates) -> Iterator[Evidence]:
    n, told = people.count, people.phones
    ends = Told(told.whose, [value[-LAST_DIGITS:] for value in told.value])
    same = _share(ends, coded(ends.value), left, right, n)
    bits = _shared_bits(ends, same, left, right, r.phone_same, r.phone_shared, n)
    household = _share(people.emails, coded(people.emails.value), left, right, n)
    yield Evidence(
        "phone", "same", same, np.where(household, np.minimum(bits, PHONE_WITH_EMAIL), bits)
    )
    differ = _both(told, left, right, n) & ~same
    yield Evidence("phone", "different", differ, np.log2(r.phone_different))


def _born(people: People, left: Places, right: Places, r: Rates) -> Iterator[Evidence]:
    one, other = people.born_on[left], people.born_on[right]
    both = (one > 0) & (other > 0)
    same = both & (one == other)
    alike = both & ~same & _dates_alike(one, other, both & ~same)
    yield Evidence("born", "same", same, np.log2(r.born_same * r.birthdays))
    yield Evidence("born", "alike", alike, np.log2(r.born_alike / r.born_alike_by_chance))
    yield Evidence("born", "different", both & ~same & ~alike, np.log2(r.born_different))
    a, b = people.born_in[left], people.born_in[right]
    years = (a > 0) & (b > 0) & ~both
    yield Evidence("year", "same", years & (a == b), np.log2(r.years))
    yield Evidence("year", "different", years & (a != b), np.log2(r.year_different))


def _dates_alike(one: NDArray[np.int64], other: NDArray[np.int64], where: Says) -> Says:
    """Day and month turned, or one digit of the date written otherwise."""
    found = np.zeros(len(one), dtype=bool)
    at = np.flatnonzero(where)
    a, b = (_date_digits(each[at]) for each in (one, other))
    one_digit = (a != b).sum(axis=1) == 1
    turned = (a[:, :4] == b[:, :4]).all(axis=1) & (a[:, [6, 7, 4, 5]] == b[:, 4:]).all(axis=1)
    found[at] = one_digit | turned
    return found


def _date_digits(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """YYYYMMDD, one column a digit. Day 719,163 is the first of January 1970."""
    dates = (days - 719_163).astype("datetime64[D]")
    years = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    months = dates.astype("datetime64[M]").astype(np.int64) % 12 + 1
    day = (dates - dates.astype("datetime64[M]")).astype(np.int64) + 1
    whole = years * 10_000 + months * 100 + day
    return np.asarray(whole[:, None] // 10 ** np.arange(7, -1, -1) % 10)


def _city(people: People, left: Places, right: Places, r: Rates) -> Iterator[Evidence]:
    codes = coded([city.casefold() for city in people.city])
    many = counts(codes)
    by_chance = np.clip(many[left] / people.count, 0.001, 1.0)
    same = (codes[left] >= 0) & (codes[left] == codes[right])
    yield Evidence("city", "same", same, np.maximum(np.log2(r.city_same / by_chance), 0.0))
    yield Evidence("city", "different", _differ(codes, left, right), np.log2(r.city_different))


# Values of which somebody may have several ------------------------------------------------------


def _shared_bits(told: Told, same: Says, left: Places, right: Places, m: float, shared: float,
                 n: int) -> Bits:  # fmt: skip
    """The more people share a value, the less it says of two of them."""
    sharing = _most(told, counts(coded(told.value)), left, right, n)
    by_chance = (shared + 0.5 * np.maximum(sharing - 2, 0)) / n
    return np.asarray(np.where(same, np.log2(m / by_chance), 0.0))


def _most(told: Told, many: NDArray[np.int64], left: Places, right: Places, n: int
          ) -> NDArray[np.int64]:  # fmt: skip
    """How many share the most shared value of either."""
    most = np.zeros(n, dtype=np.int64)
    np.maximum.at(most, told.whose, many)
    return np.asarray(np.minimum(most[left], most[right]))


def _share(told: Told, keys: NDArray[np.int64], left: Places, right: Places, n: int) -> Says:
    if not len(told.whose):
        return np.zeros(len(left), dtype=bool)
    return np.isin(left * n + right, pairs(told.whose, keys, n))


def _both(told: Told, left: Places, right: Places, n: int) -> Says:
    has = np.zeros(n, dtype=bool)
    has[told.whose] = True
    return np.asarray(has[left] & has[right])


def _differ(codes: NDArray[np.int64], left: Places, right: Places) -> Says:
    a, b = codes[left], codes[right]
    return np.asarray((a >= 0) & (b >= 0) & (a != b))
