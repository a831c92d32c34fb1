"""What an import brought, in numbers and words."""

from pathlib import Path
from typing import Any

from customers.intake.lines import Line, Problem
from customers.intake.orders import Tally
from customers.intake.table import Table


def expected(rows: int, opened: Table, path: Path) -> int:
    """How many rows the file will turn out to have, by the share of its bytes read."""
    return max(rows, int(rows * path.stat().st_size / max(opened.bytes_read(), 1)))


DOUBLED = "stands in the file more than once"


def doubled(line: Line, by: Line, column: str) -> Problem:
    """A row that another row of the same number stands for."""
    return Problem(
        line.row, column[:100], (line.order_no or line.customer)[:200], DOUBLED,
        f"Row {by.row} was taken in its place. If both are meant, give them different numbers.",
    )  # fmt: skip


def storable(text: str) -> str:
    """Without the zeros and lone surrogates that no database takes."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def have(reason: str) -> str:
    return reason.replace("has ", "have ", 1).replace("is ", "are ", 1)


def result(facts: dict[str, Any], tally: Tally, stored: dict[str, int]) -> dict[str, Any]:
    """What an import brought, as it is kept and shown."""
    counts = tally.counts
    return {
        "rows": facts["rows"],
        "taken": counts["rows"] - counts["erased"] - counts["doubled"],
        "skipped": facts["skipped"],
        "customers": counts["customers"],
        "purchases": counts["purchases"],
        "returns": counts["returns"],
        "others": counts["others"],
        "revenue": str(tally.revenue),
        "split_orders": facts["split_orders"],
        "newest_on": tally.newest,
        "median_gap_days": tally.median_gap_days(),
        "stored": stored,
    }


def people_result(
    facts: dict[str, Any], counts: dict[str, int], skipped: dict[str, int]
) -> dict[str, Any]:
    """What a file of customers brought."""
    return {
        "rows": facts["rows"],
        "taken": counts["rows"] - sum(skipped.values()),
        "skipped": facts["skipped"] | skipped,
        "customers": counts["made"] + counts["changed"] + counts["unchanged"],
        "newest_on": "",
        "stored": {
            "inserted": counts["made"], "updated": counts["changed"],
            "unchanged": counts["unchanged"],
        },
    }  # fmt: skip
