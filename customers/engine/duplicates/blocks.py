"""Which pairs are worth a look: those who share a key, in blocks that are not too large."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from customers.engine.duplicates.names import Written, sound
from customers.engine.duplicates.people import People, Places, coded

LARGEST = 60  # people behind one key; what so many share says nothing about two of them
ANYBODY = frozenset(
    ["info", "office", "mail", "email", "kontakt", "contact", "shop", "admin", "verein", "familie"]
    + ["family", "post", "service", "sales", "team"]
)
LAST_DIGITS = 8  # of a phone: the same with and without its country
SHORTEST = 4  # letters of a mail box's name that say something


def pairs(whose: Places, keys: NDArray[np.int64], people: int) -> NDArray[np.int64]:
    """Every two places that share a key (≥ 0), as left × people + right with left < right,
    in order and each once."""
    known = keys >= 0
    whose, keys = whose[known], keys[known]
    order = np.lexsort((whose, keys))
    whose, keys = whose[order], keys[order]
    first = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else keys
    size = np.diff(np.r_[first, len(keys)])
    found = [
        _within(whose, first[size == each], int(each), people)
        for each in np.unique(size)
        if 2 <= each <= LARGEST
    ]
    return np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)


def _within(whose: Places, first: NDArray[np.int64], size: int, people: int) -> NDArray[np.int64]:
    """Pairs within blocks of one size, all blocks at once."""
    one, other = np.triu_indices(size, 1)
    a, b = whose[first[:, None] + one], whose[first[:, None] + other]
    left, right = np.minimum(a, b).ravel(), np.maximum(a, b).ravel()
    apart = left != right  # somebody may have one value twice
    return np.asarray(left[apart] * people + right[apart], dtype=np.int64)


def candidates(people: People, written: Written) -> NDArray[np.int64]:
    """All pairs that share an e-mail, a mail box's name, the end of a phone, a name as it sounds,
    or a birthday and a first letter."""
    found = [pairs(whose, keys, people.count) for whose, keys in _keys(people, written)]
    return np.unique(np.concatenate(found))


def _keys(people: People, written: Written) -> Iterator[tuple[Places, NDArray[np.int64]]]:
    everyone = np.arange(people.count)
    yield people.emails.whose, coded(people.emails.value)
    yield people.emails.whose, coded([_box(value) for value in people.emails.value])
    yield people.phones.whose, coded([value[-LAST_DIGITS:] for value in people.phones.value])
    yield everyone, coded(written.whole)
    heard = heard_names(written)
    yield everyone, coded(heard)
    yield everyone, coded([_with(each, city) for each, city in zip(
        _short(written), people.city, strict=True)])  # fmt: skip
    initials = [whole[:1] for whole in written.whole]
    days = [_with(str(day) if day else "", letter) for day, letter in zip(
        people.born_on.tolist(), initials, strict=True)]  # fmt: skip
    yield everyone, coded(days)
    families = [sound(family) for family in written.family]
    yield everyone, coded([_with(str(day) if day else "", family) for day, family in zip(
        people.born_on.tolist(), families, strict=True)])  # fmt: skip


def heard_names(written: Written) -> list[str]:
    """Given and family name as they sound, in either order."""
    known: dict[str, str] = {}
    found = []
    for given, family in zip(written.given, written.family, strict=True):
        for word in (given, family):
            if word not in known:
                known[word] = sound(word)
        found.append(" ".join(sorted((known[given], known[family]))) if given else "")
    return found


def _short(written: Written) -> list[str]:
    """A. Novak, for whoever gave the first letter only, or none."""
    return [f"{given[:1]}.{sound(family)}" if given and family else ""
            for given, family in zip(written.given, written.family, strict=True)]  # fmt: skip


def _with(key: str, more: str) -> str:
    return f"{key}\x1f{more.casefold()}" if key and more else ""


def _box(email: str) -> str:
    """ada.novak of ada.novak+shop@example.com; "" where anybody may be behind it."""
    name = email.partition("@")[0].partition("+")[0].replace(".", "").replace("_", "")
    return "" if len(name) < SHORTEST or name in ANYBODY else name


def boxes(values: Sequence[str]) -> NDArray[np.int64]:
    """A number for each mail box's name, whatever stands behind its @."""
    return coded([_box(value) for value in values])
