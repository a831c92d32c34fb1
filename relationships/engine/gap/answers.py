"""Answers to the survey of wishes, as they come in, turned into numbers with their age.

The long form asks Q1 to Q12, the short one Q1, Q7 and Q11. Each answer is one event (kind
`survey_answer`, category `wish`) with its questions as properties `q1` … `q12`. What cannot be
understood counts as not answered.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt

from relationships.engine.gap.terms import terms

Floats = npt.NDArray[np.float64]
CATEGORY = "wish"
QUESTIONS = tuple(f"q{number}" for number in range(1, 12))
REACH = "q12"
SYNONYMS = {"wish": "q1", "today": "q2", "pace": "q7", "feeling": "q11", "reach": "q12"}
TODAY = ("someone I am stuck with", "someone who let me down", "an opponent")
LOW, HIGH = 1.0, 7.0
FEELING = 3.0


@dataclass(frozen=True)
class Answers:
    """The newest answer to each question: n × 11 numbers, NaN where none, and their ages in days.

    Q1, Q2 and Q7 are places among the answers offered, the rest the number ticked.
    """

    values: Floats
    ages: Floats
    is_dated: npt.NDArray[np.bool_]  # n × 11; a preference without a day is not

    def of(self, question: str) -> Floats:
        return np.asarray(self.values[:, QUESTIONS.index(question)])

    def trust(self, question: str, half_life_days: float, undated: float) -> Floats:
        """1 for an answer of today, halved with age; 0 where there is none."""
        at = QUESTIONS.index(question)
        faded = np.exp2(-np.nan_to_num(self.ages[:, at]) / half_life_days)
        weight = np.where(self.is_dated[:, at], faded, undated)
        return np.where(np.isnan(self.values[:, at]), 0.0, weight)

    @classmethod
    def none(cls, n: int) -> "Answers":
        shape = (n, len(QUESTIONS))
        return cls(np.full(shape, np.nan), np.full(shape, np.nan), np.ones(shape, dtype=np.bool_))


def gather(n: int, rows: Iterable[tuple[int, float, Mapping[str, Any]]]) -> Answers:
    """Rows of (place, age in days or NaN for undated, properties), the oldest first.

    Each question's newest answer counts, so a short form does not wipe out a long one; of several
    on one day the last one given. An undated one only fills what was never answered.
    """
    found = Answers.none(n)
    for place, age, properties in rows:
        for question, number in read_answers(properties).items():
            at = QUESTIONS.index(question)
            is_dated = not np.isnan(age)
            if not is_dated and not np.isnan(found.values[place, at]):
                continue
            found.values[place, at] = number
            found.ages[place, at] = age
            found.is_dated[place, at] = is_dated
    return found


def read_answers(properties: Mapping[str, Any]) -> dict[str, float]:
    """The questions understood, by their name; "Q1", "q1" and "wish" mean the same."""
    found: dict[str, float] = {}
    for name, value in properties.items():
        asked = str(name).strip().lower().replace(" ", "")
        asked = SYNONYMS.get(asked, asked)
        if asked in QUESTIONS and (number := _number(asked, value)) is not None:
            found[asked] = number
    return found


def feeling(properties: Mapping[str, Any]) -> float | None:
    """How dealing with us leaves them, from −1 to 1: Q11 alone, which everybody's mood rests on."""
    for name, value in properties.items():
        asked = str(name).strip().lower().replace(" ", "")
        if SYNONYMS.get(asked, asked) == "q11" and (number := _number("q11", value)) is not None:
            return number / FEELING
    return None


def reach(properties: Mapping[str, Any]) -> list[str]:
    """The channels of Q12 in their order: a list, or a text parted by , ; or >."""
    for name, value in properties.items():
        asked = str(name).strip().lower()
        if SYNONYMS.get(asked, asked) == REACH:
            parts = value if isinstance(value, list) else str(value).replace(">", ",")
            if isinstance(parts, str):
                parts = parts.replace(";", ",").split(",")
            return [text for part in parts if (text := str(part).strip().lower())]
    return []


def _number(question: str, value: Any) -> float | None:
    if question == "q1":
        return _place(value, [(wish.key, wish.asked) for wish in terms().wishes])
    if question == "q2":
        liked = [(wish.key, wish.asked) for wish in terms().wishes]
        return _place(value, [*liked, *((one, one) for one in TODAY)])
    if question == "q7":
        return _place(value, [(pace.key, f"{pace.key} ") for pace in terms().paces])
    low, high = (-FEELING, FEELING) if question == "q11" else (LOW, HIGH)
    number = _plain(value)
    return number if number is not None and low <= number <= high else None


def _plain(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(str(value).strip().replace("−", "-").replace(",", "."))
    except ValueError:
        return None
    return number if isfinite(number) else None


def _place(value: Any, offered: list[tuple[str, str]]) -> float | None:
    """By the answer's words, short or long, or its number on the form, 1 for the first."""
    number = _plain(value)
    if number is not None:
        is_one = number == int(number) and 1 <= number <= len(offered)
        return number - 1 if is_one else None
    said = _words(value)
    for place, forms in enumerate(offered):
        if said in {_words(form) for form in forms}:
            return float(place)
    return None


def _words(text: Any) -> str:
    return " ".join(str(text).lower().replace("_", " ").replace("-", " ").split())
