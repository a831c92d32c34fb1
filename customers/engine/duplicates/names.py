"""Names made comparable, and how two of them stand to each other.

Letters without accents and case; titles left out; the first word is taken for the given name and
the last one for the family name, in either order.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist

# One slip in a word of five letters (Nowak, Novak) is .893; unrelated words stay below .8.
ALIKE = 0.88
SOUNDS_ALIKE = 0.8  # is enough when the sounds are the same: Sofia, Sophia
LONG = 5  # letters of a word whose sounds say something
TITLES = frozenset(
    ["dr", "prof", "mag", "ing", "dipl", "mr", "mrs", "ms", "miss", "mx", "sir", "herr", "frau"]
    + ["hr", "fr", "dkfm", "msc", "bsc", "mba", "phd", "med", "univ", "doc", "mme", "mlle"]
)
# Father and son of one name.
GENERATIONS = {"jun": 1, "jr": 1, "junior": 1, "sen": 2, "sr": 2, "senior": 2}
LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})
# Ways of writing one sound, for keys only: Novak, Nowak; Schmidt, Schmitt; Philipp, Filip.
SOUNDS = (("sch", "s"), ("ph", "f"), ("ck", "k"), ("th", "t"), ("dt", "t"), ("tz", "z"))
LIKE = str.maketrans({"w": "v", "c": "k", "q": "k", "z": "s", "d": "t", "b": "p", "j": "i"})
VOWELS = frozenset("aeiouyh")


class Names(IntEnum):
    """How the names of two people stand to each other."""

    UNKNOWN = 0  # one of them has none
    SAME = 1
    ALIKE = 2  # a slip of the pen
    PART = 3  # one is the other's beginning: A. Novak, Novak
    NEAR = 4  # one name or two: Jan and Jana Berg, Mario and Maria, Ada and Ada Novak
    DIFFERENT = 5


def words(name: str) -> tuple[str, ...]:
    """Maria-Luise O'Neill, Dr. → (maria, luise, oneill)."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(LETTERS))
    kept = "".join(
        mark if mark.isalpha() else "" if mark in "'’`" or unicodedata.combining(mark) else " "
        for mark in plain
    )
    found = tuple(word for word in kept.split() if word not in TITLES)
    return found or tuple(kept.split())


def sound(word: str) -> str:
    """A word without its vowels and doubled letters: what slips of the pen rarely change."""
    for written, heard in SOUNDS:
        word = word.replace(written, heard)
    word = word.translate(LIKE)
    kept = [word[:1]]
    kept += [mark for mark in word[1:] if mark not in VOWELS]
    return "".join(mark for at, mark in enumerate(kept) if at == 0 or mark != kept[at - 1])


@dataclass(frozen=True)
class Written:
    """The names of n people: whole, given and family name, each "" where there is none."""

    whole: list[str]  # all words in alphabetical order
    given: list[str]
    family: list[str]
    generation: NDArray[np.int8]

    @classmethod
    def of(cls, names: Sequence[str]) -> "Written":
        told = [words(name) for name in names]
        older = [max((GENERATIONS.get(word, 0) for word in each), default=0) for each in told]
        found = [tuple(word for word in each if word not in GENERATIONS) for each in told]
        return cls(
            [" ".join(sorted(each)) for each in found],
            [each[0] if len(each) > 1 else "" for each in found],
            [each[-1] if each else "" for each in found],
            np.array(older, dtype=np.int8),
        )


def compare(
    written: Written, left: NDArray[np.int64], right: NDArray[np.int64]
) -> NDArray[np.int8]:
    """For pairs of places in `written`, the member of `Names` that says how they stand."""
    whole = np.array(written.whole, dtype=object)
    found = np.full(len(left), Names.DIFFERENT, dtype=np.int8)
    found[(whole[left] == "") | (whole[right] == "")] = Names.UNKNOWN
    same = (found != Names.UNKNOWN) & (whole[left] == whole[right])
    other = written.generation[left] != written.generation[right]
    found[same] = np.where(other, Names.NEAR, Names.SAME)[same]
    open_ = np.flatnonzero(found == Names.DIFFERENT)
    if len(open_):
        found[open_] = np.maximum(
            _closer(written, left[open_], right[open_]), np.where(other[open_], Names.NEAR, 0)
        )
    return found


def _closer(
    written: Written, left: NDArray[np.int64], right: NDArray[np.int64]
) -> NDArray[np.int8]:
    """Pairs whose names differ: which of them differ by little."""
    given, family = np.array(written.given, object), np.array(written.family, object)
    given_of, family_of = (given[left], given[right]), (family[left], family[right])
    families, givens = _alike(*family_of), _alike(*given_of)
    turned = (family_of[0], given_of[1]), (given_of[0], family_of[1])  # Novak Ada, Ada Novak
    first, second = _alike(*turned[0]), _alike(*turned[1])
    part = families & (_is_initial(*given_of) | (given_of[0] == "") | (given_of[1] == ""))
    part |= (first & _is_initial(*turned[1])) | (second & _is_initial(*turned[0]))
    near = np.where(_endings_differ(*given_of), Names.NEAR, Names.ALIKE)
    turned_near = np.where(_endings_differ(*turned[0]), Names.NEAR, Names.ALIKE)
    levels = (
        np.full(len(left), Names.DIFFERENT),
        np.where(families & givens, near, Names.DIFFERENT),
        np.where(first & second, turned_near, Names.DIFFERENT),
        np.where(part, Names.PART, Names.DIFFERENT),
        np.where(_is_one_of(written, left, right), Names.NEAR, Names.DIFFERENT),
    )
    return np.asarray(np.minimum.reduce(levels), dtype=np.int8)


def _alike(some: NDArray[np.object_], others: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Words that a slip of the pen keeps apart, or the ear cannot tell apart."""
    scores = cpdist(some, others, scorer=JaroWinkler.normalized_similarity, dtype=np.float32)
    found = (some != "") & (others != "") & (scores >= ALIKE)
    for at in np.flatnonzero((scores >= SOUNDS_ALIKE) & (scores < ALIKE)):
        a, b = some[at], others[at]
        found[at] = min(len(a), len(b)) >= LONG and sound(a) == sound(b)
    return np.asarray(found)


def _is_initial(some: NDArray[np.object_], others: NDArray[np.object_]) -> NDArray[np.bool_]:
    """One is the other's first letter."""

    def is_initial(a: str, b: str) -> bool:
        return min(len(a), len(b)) == 1 and a[0] == b[0]

    return np.fromiter(map(is_initial, some, others), dtype=bool, count=len(some))


def _endings_differ(some: NDArray[np.object_], others: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Jan and Jana, Mario and Maria: the same up to the end. Not Ada and Adda."""

    def differ(a: str, b: str) -> bool:
        short = min(len(a), len(b))
        same = next((at for at in range(short) if a[at] != b[at]), short)
        return a != b and same >= max(short - 1, 2) and (same == short or a[-1] != b[-1])

    return np.fromiter(map(differ, some, others), dtype=bool, count=len(some))


def _is_one_of(
    written: Written, left: NDArray[np.int64], right: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """One has a single name, and it is among the other's names."""

    def is_one(a: str, b: str) -> bool:
        mine, theirs = a.split(), b.split()
        return min(len(mine), len(theirs)) == 1 and not {*mine}.isdisjoint(theirs)

    pairs = ((written.whole[a], written.whole[b]) for a, b in zip(left, right, strict=True))
    return np.fromiter((is_one(a, b) for a, b in pairs), dtype=bool, count=len(left))


def stand(one: str, other: str) -> Names:
    """How two names stand to each other."""
    both = Written.of([one, other])
    return Names(int(compare(both, np.array([0]), np.array([1]))[0]))
