"""How everybody stood on one day: one row per customer, read out of the snapshots at once."""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from relationships.engine.history.quantised import chances
from relationships.engine.history.turning import depth
from relationships.engine.typology import typology
from relationships.models import Family
from relationships.queries.evidence import places
from relcrm.lib import columns

CHUNK = 100_000
FAMILIES = [*typology().families, Family.UNDETERMINED.value]


@dataclass(frozen=True)
class Standing:
    """Customers by ascending id, with the family and type shown and what lies behind them."""

    customer: NDArray[np.int64]
    family: NDArray[np.int64]  # place in FAMILIES
    type: NDArray[np.int64]  # place of the type shown, −1 for none
    families: NDArray[np.float64]  # n × families, probabilities
    depth: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.customer)

    def among(self, ids: NDArray[np.int64]) -> "Standing":
        """Those of these ids that are here, in ascending order."""
        at, _ = places(self.customer, ids.astype(np.float64))
        return Standing(*(each[at] for each in (
            self.customer, self.family, self.type, self.families, self.depth
        )))  # fmt: skip


def standing(on: date, close: date, who: tuple[int, int] | None = None) -> Standing:
    """The newest snapshot of each customer from the month's `close` through the day `on`; of all,
    or of those with numbers from one to another."""
    number = "float8" if connection.vendor == "postgresql" else "real"
    kinds = typology()
    sql = (
        f"SELECT CAST(customer_id AS {number}) AS customer, "
        f"CAST({_place('family', FAMILIES)} AS {number}) AS family, "
        f"CAST({_place('type', list(kinds.keys))} AS {number}) AS kind, chances "
        'FROM relationships_snapshot WHERE "on" BETWEEN %s AND %s '
        f'AND (is_close OR "on" > %s) {"AND customer_id BETWEEN %s AND %s" if who else ""} '
        'ORDER BY customer_id, "on"'
    )
    names = ["customer", "family", "kind", "chances"]
    read = columns.read(
        connection, sql, [close, on, close, *(who or ())], names, {"chances": len(kinds.keys)}
    )
    customer = read["customer"].astype(np.int64)
    last = np.flatnonzero(np.append(customer[1:] != customer[:-1], True)[: len(customer)])
    stored = np.frombuffer(read["chances"][last].tobytes(), dtype=np.uint8)
    families, depths = _summed(stored.reshape(-1, len(kinds.keys)))
    return Standing(
        customer=customer[last],
        family=read["family"][last].astype(np.int64),
        type=read["kind"][last].astype(np.int64),
        families=families,
        depth=depths,
    )


def _summed(stored: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Probabilities of the families and the depth, a chunk at a time."""
    kinds = typology()
    member = (kinds.family_of[:, None] == np.arange(len(kinds.families))).astype(np.float64)
    families = np.zeros((len(stored), len(kinds.families)))
    depths = np.zeros(len(stored))
    for start in range(0, len(stored), CHUNK):
        rows = slice(start, start + CHUNK)
        found = np.nan_to_num(chances(stored[rows]))
        families[rows], depths[rows] = found @ member, depth(found)
    return families, depths


def _place(column: str, words: list[str]) -> str:
    cases = " ".join(f"WHEN '{word}' THEN {at}" for at, word in enumerate(words))
    return f"CASE {column} {cases} ELSE -1 END"
