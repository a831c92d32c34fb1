"""The first rows of a file as they will become, before anything is stored."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from django.conf import settings

from customers.intake.lines import Line, Plan, Problem
from customers.intake.plan import plan_of
from customers.intake.recognition import SAMPLE_ROWS
from customers.intake.source import Dialect
from customers.intake.table import Chunk, Row, table
from customers.models import Import, Kind
from relcrm.base.models import Company
from relcrm.lib.refusals import Refused

FIRST_ROWS = 20
SAMPLES = 3


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

    @property
    def day(self) -> date | None:
        return date.fromisoformat(self.line.day) if self.line else None

    @property
    def amount(self) -> Decimal | None:
        return Decimal(self.line.amount) if self.line else None

    @property
    def kind(self) -> str:
        return str(Kind(self.line.kind).label) if self.line else ""


@dataclass(frozen=True)
class Preview:
    """What a page shows of a file that waits: its columns, and its first rows as they become."""

    columns: list[Column]
    rows: list[Coming]
    refusal: str = ""  # why nothing can be shown yet, and what to do

    @property
    def bad(self) -> int:
        return sum(row.problem is not None for row in self.rows)


def preview(of: Import, company: Company, now: datetime) -> Preview:
    head = _head(of)
    columns = _columns(of, head.rows)
    try:
        plan = plan_of(of, company, now)
    except Refused as refusal:
        return Preview(columns, [], str(refusal))
    return Preview(columns, _coming(plan, head))


def _head(of: Import) -> Chunk:
    with table(Path(settings.MEDIA_ROOT) / of.path, Dialect(**of.dialect), SAMPLE_ROWS) as opened:
        return next(opened.chunks, Chunk(1, [], []))


def _columns(of: Import, rows: list[Row]) -> list[Column]:
    meanings = {name: meaning for meaning, name in of.mapping.items()}
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
    rows = [Coming(line.row, line, None) for line in lines]
    rows += [Coming(problem.row, None, problem) for problem in problems]
    return sorted(rows, key=lambda coming: coming.row)[:FIRST_ROWS]
