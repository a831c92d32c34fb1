"""Boosting of small trees: how many times more or less than forecast alike customers bought.

Friedman (2001), "Greedy function approximation: a gradient boosting machine", Annals of Statistics
29(5), with Poisson loss and our forecast as exposure. A tree asks up to three yes-or-no questions
and multiplies the forecast of each of its at most eight groups by a little. In a group in which
Y was bought and M expected the factor is (Y + k) / (M + k), as if it had been right for k more
purchases; a question must be worth more than chance. What was learned are plain arrays of numbers:
nodes count from the root, those below node i are 2i + 1 (no) and 2i + 2 (yes).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from relationships.engine.value.histories import Floats, Integers

DEPTH = 3
ASKING, LEAVES = 2**DEPTH - 1, 2**DEPTH
TREES, RATE = 40, 0.1
LEAST_CUSTOMERS = 60  # on either side of a question
PRIOR_PURCHASES = 20.0  # k
# A question must add so much log-likelihood, times how much purchases scatter more than Poisson's:
# the best of some hundred questions adds two or three where nothing is to be found.
WORTH_ASKING = 4.0
PLACES = 32  # so many values of a column are told apart
NOTHING_ASKED = -1
DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Trees:
    """Rows are trees: of each node the column asked about and the value above which the answer is
    yes; and by how much (a log) each node moves the forecast, the root not counted."""

    column: Integers  # ASKING wide; −1 asks nothing: everybody answers no
    above: Floats
    moves: Floats  # ASKING + LEAVES wide

    def __len__(self) -> int:
        return len(self.column)

    def logs(self, x: Floats, group: Integers) -> Floats:
        """Of each row of `x` by how much the groups of columns move its forecast, as logs: a
        column for each group. `group` gives the group of each column of `x`."""
        found = np.zeros((len(x), int(group.max()) + 1))
        rows = np.arange(len(x))
        for column, above, moves in zip(self.column, self.above, self.moves, strict=True):
            leaf = np.zeros(len(x), dtype=np.int64)
            for _ in range(DEPTH):
                yes = (column[leaf] >= 0) & (x[rows, column[leaf]] > above[leaf])
                leaf = 2 * leaf + 1 + yes
            found += _told(column, moves, group, found.shape[1])[leaf - ASKING]
        return found

    def to_json(self) -> dict[str, Any]:
        """Plain lists."""
        return {name: getattr(self, name).tolist() for name in self.__slots__}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Trees":
        """The trees that `to_json` stored."""
        return cls(
            column=np.array(stored["column"], dtype=np.int64).reshape(-1, ASKING),
            above=np.array(stored["above"], dtype=np.float64).reshape(-1, ASKING),
            moves=np.array(stored["moves"], dtype=np.float64).reshape(-1, ASKING + LEAVES),
        )


def _told(column: Integers, moves: Floats, group: Integers, groups: int) -> Floats:
    """Of each leaf how much the groups of columns asked on the way to it have moved."""
    told = np.zeros((ASKING + LEAVES, groups))
    for node in range(ASKING):
        for below in (2 * node + 1, 2 * node + 2):
            told[below] = told[node]
            if column[node] >= 0:
                told[below, group[column[node]]] += moves[below] - moves[node]
    return told[ASKING:]


class _Lessons(NamedTuple):
    """Customers at some moment of the past: `place` is where their columns lie among `edges`."""

    place: Integers
    edges: list[Floats]
    bought: Floats
    worth: float  # log-likelihood that a question must add

    @property
    def rows(self) -> Integers:
        return np.arange(len(self.bought))


class _Asked(NamedTuple):
    """The best question of each node of a level; where none is worth asking `column` is −1."""

    column: Integers
    place: Integers


def boost(x: Floats, bought: Floats, forecast: Floats) -> Trees:
    """Learned from rows of columns (without NaN), what was bought, and our forecast of it, whose
    sum should be that of what was bought: only who buys more and who less is learned."""
    edges = [_edges(column) for column in x.T]
    place = [np.searchsorted(e, column, "left") for e, column in zip(edges, x.T, strict=True)]
    expected = forecast.copy()
    lessons = _Lessons(
        place=np.array(place, dtype=np.int64).reshape(x.shape[1], len(x)), edges=edges,
        bought=bought, worth=WORTH_ASKING * _scatter(bought, forecast),
    )  # fmt: skip
    grown: list[tuple[Integers, Floats, Floats]] = []
    while len(grown) < TREES:
        column, above, moves, leaf = _grow(lessons, expected)
        if column[0] == NOTHING_ASKED:
            break
        grown.append((column, above, moves))
        expected *= np.exp(moves[leaf])
    columns, aboves, all_moves = zip(*grown, strict=True) if grown else ([], [], [])
    return Trees.from_json({"column": columns, "above": aboves, "moves": all_moves})


def _edges(column: Floats) -> Floats:
    """Values between which questions can lie."""
    values = np.unique(column)
    if len(values) > PLACES:
        values = np.unique(np.quantile(column, np.linspace(0, 1, PLACES + 1)))
    return np.unique(np.round((values[:-1] + values[1:]) / 2, DIGITS))


def _scatter(bought: Floats, forecast: Floats) -> float:
    """How much more than Poisson's purchases scatter around their forecast; at least 1."""
    return max(1.0, float(np.sum((bought - forecast) ** 2) / max(forecast.sum(), 1e-9)))


def _grow(lessons: _Lessons, expected: Floats) -> tuple[Integers, Floats, Floats, Integers]:
    """A tree, and the leaf of each row."""
    column, above = np.full(ASKING, NOTHING_ASKED, dtype=np.int64), np.zeros(ASKING)
    logs, node = np.zeros(ASKING + LEAVES), np.zeros(len(expected), dtype=np.int64)
    logs[0] = _log(lessons.bought.sum(), expected.sum())
    for level in range(DEPTH):
        first, width = 2**level - 1, 2**level
        asked = _best(lessons, expected, node - first, width)
        column[first : first + width] = asked.column
        for at in np.flatnonzero(asked.column >= 0):
            above[first + at] = lessons.edges[asked.column[at]][asked.place[at]]
        mine = asked.column[node - first]
        yes = (mine >= 0) & (lessons.place[mine, lessons.rows] > asked.place[node - first])
        node = 2 * node + 1 + yes
        begin = 2 * first + 1
        sums = (np.bincount(node - begin, by, 2 * width) for by in (lessons.bought, expected))
        logs[begin : begin + 2 * width] = _log(*sums)
    return column, above, np.round(RATE * logs, DIGITS), node


def _best(lessons: _Lessons, expected: Floats, node: Integers, width: int) -> _Asked:
    """Of each node of a level the question that adds most log-likelihood."""
    best = np.full(width, lessons.worth)
    asked = _Asked(np.full(width, NOTHING_ASKED, dtype=np.int64), np.zeros(width, dtype=np.int64))
    for column, edges in enumerate(lessons.edges):
        if not len(edges):
            continue
        gain = _gains(lessons, expected, node * (len(edges) + 1) + lessons.place[column], width,
                      len(edges) + 1)  # fmt: skip
        place = gain.argmax(axis=1)
        most = gain[np.arange(width), place]
        better = most > best
        best[better], asked.place[better] = most[better], place[better]
        asked.column[better] = column
    return asked


def _gains(lessons: _Lessons, expected: Floats, key: Integers, width: int, places: int) -> Floats:
    """What each place to divide a node's customers adds; a row for each node."""
    no, yes = [], []
    for by in (lessons.bought, expected, None):
        each = np.bincount(key, by, width * places).reshape(width, places).cumsum(axis=1)
        no.append(each[:, :-1])
        yes.append(each[:, -1:] - each[:, :-1])
    gain = _fit(*no[:2]) + _fit(*yes[:2]) - _fit(no[0] + yes[0], no[1] + yes[1])
    enough = (no[2] >= LEAST_CUSTOMERS) & (yes[2] >= LEAST_CUSTOMERS)
    return np.where(enough, gain, -np.inf)


def _log(bought: Any, expected: Any) -> Any:
    return np.log((bought + PRIOR_PURCHASES) / (expected + PRIOR_PURCHASES))


def _fit(bought: Floats, expected: Floats) -> Floats:
    """Log-likelihood of a group under its own factor, up to what any division leaves as it is."""
    return np.asarray((bought + PRIOR_PURCHASES) * _log(bought, expected))
