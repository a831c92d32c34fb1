"""The first rows of a file as they will become, before anything is stored."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings

from customers.intake.facts import put_together
from customers.intake.lines import Line, Plan, Problem
from customers.intake.people import People
from customers.intake.plan import plan_of
from customers.intake.recognition import SAMPLE_ROWS
from customers.intake.source import Dialect
from customers.intake.table import Chunk, Row, table
from customers.models import Import, Kind
from relcrm.base.models import Company
from relcrm.lib.refusals import Refused

FIRST_ROWS = 20
SAMPLES = 3
KEPT = "kept "  # before a column's name: no fact is called so


@dataclass(frozen=True)
class Column:
    """A column of the file, some of its values, and what it is taken for."""

    at: int
    name: str
    samples: list[str]
    meaning: str


@dataclass(frozen=True)
class Coming:
    """One row as it will become, or why it will not."""

    row: int
    line: Line | None
    problem: Problem | None
    kept: dict[str, str] = field(default_factory=dict)  # of a person, what is kept as it is

    @property
    def day(self) -> date | None:
        return date.fromisoformat(self.line.day) if self.line else None

    @property
    def amount(self) -> Decimal | None:
        return Decimal(self.line.amount) if self.line and self.line.amount else None

    @property
    def kind(self) -> str:
        return str(Kind(self.line.kind).label) if self.line else ""

    @property
    def more(self) -> dict[str, Any]:
        """Whatever else the row says: of a happening its channel, of a person their facts."""
        said = json.loads(self.line.more) if self.line and self.line.more else {}
        return said | self.kept

    @property
    def further(self) -> str:
        said = dict(self.more)
        said |= said.pop("properties", {})
        return ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in said.items())


@dataclass(frozen=True)
class Preview:
    """What a page shows of a file that waits: its columns, and its first rows as they become."""

    columns: list[Column]
    rows: list[Coming]
    facts: list[tuple[str, str]] = field(default_factory=list)  # of people: name, title
    refusal: str = ""  # why nothing can be shown yet, and what to do

    @property
    def width(self) -> int:
        """Columns of a table of people beside the row's number."""
        return len(self.facts) + 1

    @property
    def bad(self) -> int:
        return sum(row.problem is not None for row in self.rows)


def preview(of: Import, company: Company, now: datetime) -> Preview:
    head = _head(of)
    columns = _columns(of, head.rows)
    try:
        plan = plan_of(of, company, now)
    except Refused as refusal:
        return Preview(columns, [], refusal=str(refusal))
    return Preview(columns, _coming(plan, head), _facts(plan))


def _facts(plan: Plan) -> list[tuple[str, str]]:
    if not isinstance(plan, People):
        return []
    titles = {fact.name: fact.title for fact, _at in plan.facts}
    return [*put_together(titles).items(), *((KEPT + name, name) for name, _at in plan.kept)]


def _head(of: Import) -> Chunk:
    with table(Path(settings.MEDIA_ROOT) / of.path, Dialect(**of.dialect), SAMPLE_ROWS) as opened:
        return next(opened.chunks, Chunk(1, [], []))


def _columns(of: Import, rows: list[Row]) -> list[Column]:
    meanings = {name: meaning for meaning, name in of.mapping.items()}
    meanings |= {name: "keep" for name in of.options.get("keep") or [] if name not in meanings}
    return [
        Column(
            at, name,
            list(dict.fromkeys(row[at] for row in rows if row[at].strip()))[:SAMPLES],
            meanings.get(name, ""),
        )
        for at, name in enumerate(of.columns)
    ]  # fmt: skip


def _coming(plan: Plan, head: Chunk) -> list[Coming]:
    lines, problems = plan.read(head)
    kept = _kept(plan, head)
    rows = [Coming(line.row, line, None, kept.get(line.row, {})) for line in lines]
    rows += [Coming(problem.row, None, problem) for problem in problems]
    return sorted(rows, key=lambda coming: coming.row)[:FIRST_ROWS]


def _kept(plan: Plan, head: Chunk) -> dict[int, dict[str, str]]:
    """Row → what its columns without a meaning say, where they become fields of a person."""
    if not isinstance(plan, People):
        return {}
    return {
        number: {KEPT + name: row[at].strip() for name, at in plan.kept if row[at].strip()}
        for number, row in zip(head.numbers, head.rows, strict=True)
    }
