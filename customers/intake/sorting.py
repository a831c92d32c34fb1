"""Lines brought together by customer, day and order, on disk, so that memory stays flat.

A file may spread the lines of one order anywhere. They are put in a small database file beside
the upload and read back in order; that also means each customer is met once, and their events
lie side by side in our tables. It lives as long as its import is under way.
"""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any

from customers.intake.lines import Line
from relcrm.lib.refusals import Refused

FULL = (
    "The disk is full. What was taken in so far is complete and stays; free some space, "
    "then run the import again: it goes on where it stopped."
)
FETCHED = 5_000  # lines held at a time
After = Sequence[str]  # customer, day and order number of the last group that was taken


class Sorted:
    """The lines of one file in the order in which they are taken."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.db: sqlite3.Connection | None = None

    def __enter__(self) -> "Sorted":
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self.db = self._open()
        except sqlite3.DatabaseError:  # a killed worker left half a page: begin again
            self.path.unlink(missing_ok=True)
            self.db = self._open()
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, isolation_level=None)
        # It can be made again from the file, so nothing of it has to survive a power cut.
        db.execute("PRAGMA journal_mode=OFF")
        db.execute("PRAGMA synchronous=OFF")
        db.execute("PRAGMA cache_size=-32000")
        db.execute("CREATE TABLE IF NOT EXISTS facts (done TEXT)")
        return db

    def close(self) -> None:
        if self.db is not None:
            self.db.close()
            self.db = None

    def remove(self) -> None:
        self.close()
        self.path.unlink(missing_ok=True)

    def facts(self) -> dict[str, Any] | None:
        """What `finish` was told; None while the lines are not all there."""
        try:
            row = self._run("SELECT done FROM facts").fetchone()
        except sqlite3.DatabaseError:
            return None
        return json.loads(row[0]) if row else None

    def begin(self, kept: Sequence[str] = Line._fields) -> None:
        """Empty, whatever a killed worker left behind; only the fields `kept` are written."""
        self.remove()
        self.db = self._open()
        self.chosen = itemgetter(*(Line._fields.index(name) for name in kept))
        self.insert = f"INSERT INTO lines VALUES ({', '.join('?' * len(kept))})"
        self._run(f"CREATE TABLE lines ({', '.join(kept)})")

    def add(self, lines: Iterable[Line]) -> None:
        self._run("BEGIN")
        self._run(self.insert, map(self.chosen, lines))
        self._run("COMMIT")

    def finish(self, facts: dict[str, Any]) -> None:
        self._run("INSERT INTO facts VALUES (?)", [(json.dumps(facts),)])

    def split_orders(self) -> "SplitOrders":
        """Order numbers that stand for more than one customer or day; they stay on disk."""
        self._run("DROP TABLE IF EXISTS split")
        self._run("CREATE TABLE split (order_no PRIMARY KEY) WITHOUT ROWID")
        self._run(
            "INSERT INTO split "
            "SELECT order_no FROM (SELECT DISTINCT order_no, customer, day FROM lines "
            "WHERE order_no <> '') GROUP BY order_no HAVING count(*) > 1"
        )
        return SplitOrders(self)

    def is_split(self, order_no: str) -> bool:
        assert self.db is not None
        found = self.db.execute("SELECT 1 FROM split WHERE order_no = ?", (order_no,))
        return found.fetchone() is not None

    def count_split(self) -> int:
        return int(self._run("SELECT count(*) FROM split").fetchone()[0])

    def lines(self, after: After | None = None) -> Iterator[Line]:
        """All lines, or those after a group; sorted by customer, day, order number and row."""
        where, values = (
            ("WHERE (customer, day, order_no) > (?, ?, ?)", after) if after else ("", ())
        )
        assert self.db is not None
        kept = {row[1] for row in self._run("PRAGMA table_info(lines)")}
        names = ", ".join(name if name in kept else "NULL" for name in Line._fields)
        try:
            cursor = self.db.execute(
                f"SELECT {names} FROM lines {where} ORDER BY customer, day, order_no, row",
                values,
            )
            while rows := cursor.fetchmany(FETCHED):
                yield from map(Line._make, rows)
        except sqlite3.OperationalError as problem:
            raise _worded(problem) from problem

    def _run(self, statement: str, rows: Iterable[Any] | None = None) -> sqlite3.Cursor:
        assert self.db is not None
        try:
            if rows is None:
                return self.db.execute(statement)
            return self.db.executemany(statement, rows)
        except sqlite3.OperationalError as problem:
            raise _worded(problem) from problem


class SplitOrders:
    """Those order numbers, asked one by one: a file may hold millions of them."""

    def __init__(self, store: Sorted) -> None:
        self.store, self.count = store, store.count_split()

    def __len__(self) -> int:
        return self.count

    def __contains__(self, order_no: object) -> bool:
        return self.count > 0 and self.store.is_split(str(order_no))


def _worded(problem: Exception) -> Exception:
    return Refused(FULL) if "full" in str(problem) else problem
