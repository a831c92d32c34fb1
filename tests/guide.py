"""The table of addresses in docs/api.md, made from the OpenAPI document (`.ci/guide` renews it)."""

from pathlib import Path
from typing import Any

from relcrm.base.rest.schema import document

GUIDE = Path(__file__).parents[1] / "docs/api.md"
METHODS = ("get", "post", "patch", "delete")
HEADING = "## Every address\n"


def table() -> str:
    rows = [
        f"| `{path.removeprefix('/api/v1')}` | {_said(operations)} |"
        for path, operations in sorted(document()["paths"].items())
    ]
    return "\n".join(["| address | what it does |", "|---|---|", *rows]) + "\n"


def _said(operations: dict[str, Any]) -> str:
    """In an order of our own: the document's differs from run to run."""
    assert operations.keys() <= {*METHODS}
    offered = [method for method in METHODS if method in operations]
    return " · ".join(f"`{method.upper()}` {operations[method]['summary']}" for method in offered)


def renew() -> None:
    """The table is the last thing in the guide."""
    before, heading, rest = GUIDE.read_text(encoding="utf-8").partition(HEADING)
    words = rest.partition("| address |")[0]
    GUIDE.write_text(f"{before}{heading}{words}{table()}", encoding="utf-8")
