"""Which of many customers are likely one person, how likely, and what speaks for it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from customers.engine.duplicates.blocks import candidates
from customers.engine.duplicates.names import Names, Written, stand
from customers.engine.duplicates.people import People, Places, Told
from customers.engine.duplicates.score import LEAST, RATES, Evidence, Rates, likely, weigh

__all__ = ["Found", "Names", "People", "Rates", "Told", "compare_all", "stand"]

SURE = 0.99
AT_ONCE = 1_000_000  # pairs weighed together, so that memory stays flat


@dataclass(frozen=True)
class Found:
    """Likely pairs, most likely first."""

    left: Places
    right: Places
    score: NDArray[np.float64]
    is_sure: NDArray[np.bool_]  # and nothing speaks against it
    reasons: list[list[list[str]]]  # [[what, how], …] for each pair, the strongest first
    compared: int


def compare_all(
    people: People, *, rates: Rates = RATES, progress: Callable[[int, int], None] | None = None
) -> Found:
    """Every pair worth a look, weighed; those at least as likely as not are found."""
    if people.count < 2:
        return _join([], 0)
    written = Written.of(people.name)
    pairs = candidates(people, written)
    parts = []
    for start in range(0, len(pairs), AT_ONCE):
        some = pairs[start : start + AT_ONCE]
        parts.append(_found(people, written, some // people.count, some % people.count, rates))
        if progress:
            progress(min(start + AT_ONCE, len(pairs)), len(pairs))
    return _join(parts, len(pairs))


def _found(people: People, written: Written, left: Places, right: Places, rates: Rates) -> Found:
    odds, evidence = weigh(people, written, left, right, rates)
    score = likely(odds)
    at = np.flatnonzero(score >= LEAST)
    against = np.zeros(len(left), dtype=bool)
    for each in evidence:
        against |= each.holds & (np.asarray(each.bits) < -1) | (each.holds & (each.how == "near"))
    return Found(
        left[at], right[at], score[at], ((score >= SURE) & ~against)[at],
        _reasons(evidence, at), len(left),
    )  # fmt: skip


def _reasons(evidence: list[Evidence], at: NDArray[np.int64]) -> list[list[list[str]]]:
    said: list[list[tuple[float, str, str]]] = [[] for _ in at]
    for each in evidence:
        bits = np.broadcast_to(np.asarray(each.bits, dtype=np.float64), each.holds.shape)[at]
        for row in np.flatnonzero(each.holds[at]):
            said[row].append((-abs(float(bits[row])), each.what, each.how))
    return [[[what, how] for _bits, what, how in sorted(row)] for row in said]


def _join(parts: list[Found], compared: int) -> Found:
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return Found(none, none, none.astype(float), none.astype(bool), [], compared)
    score = np.concatenate([part.score for part in parts])
    order = np.argsort(-score, kind="stable")
    reasons = [row for part in parts for row in part.reasons]
    return Found(
        np.concatenate([part.left for part in parts])[order],
        np.concatenate([part.right for part in parts])[order],
        score[order],
        np.concatenate([part.is_sure for part in parts])[order],
        [reasons[at] for at in order],
        compared,
    )
