"""The first half of taking a file in: every row read once, sorted, and bad ones put aside."""

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from customers.intake import pace
from customers.intake.lines import Plan, Problem
from customers.intake.outcome import expected, have, storable
from customers.intake.sorting import Sorted
from customers.intake.source import Dialect
from customers.intake.table import CHUNK, table
from customers.models import Import, ImportProblem
from relcrm.base.runners import Progress
from relcrm.lib import bulk
from relcrm.lib.refusals import Refused

PROBLEMS_KEPT = 500_000  # beyond that only their number is known


def so_far(rows: int, facts: dict[str, Any]) -> tuple[int, int]:
    """What is done of the whole, and the whole, once all is read and so many rows are stored."""
    usable = facts["rows"] - sum(facts["skipped"].values())
    return pace.stored(rows, usable, facts["rows"], connection.vendor), facts["rows"]


def working_file(of: Import) -> Path:
    """Where the sorted lines of an import under way are kept."""
    return Path(settings.MEDIA_ROOT) / "tmp" / f"import-{of.pk}.sqlite3"


def forget_reading(of: Import) -> None:
    """What was read with an older mapping is not used again."""
    working_file(of).unlink(missing_ok=True)


class Reading:
    """One file being read, which is the smaller part of the work on it."""

    def __init__(self, of: Import, plan: Plan, progress: Progress) -> None:
        self.of, self.plan, self.progress = of, plan, progress
        self.path = Path(settings.MEDIA_ROOT) / of.path

    def into(self, store: Sorted) -> dict[str, Any]:
        """Facts about the whole reading; at once when it was read before."""
        self._know_the_file()
        return store.facts() or self._read(store)

    def _know_the_file(self) -> None:
        if not self.of.digest:
            try:
                with self.path.open("rb") as file:
                    self.of.digest = hashlib.file_digest(file, "sha256").hexdigest()
            except FileNotFoundError as problem:
                raise Refused("The file is not there any more; upload it again.") from problem
            self.of.save(update_fields=["digest"])

    def _read(self, store: Sorted) -> dict[str, Any]:
        """Every row into the sorting, or among the problems; what that amounted to."""
        store.begin(self.plan.fields)
        ImportProblem.objects.filter(of=self.of).delete()
        rows, skipped = 0, Counter[str]()
        with table(self.path, Dialect(**self.of.dialect), CHUNK) as opened:
            for chunk in opened.chunks:
                lines, problems = self.plan.read(chunk)
                self._refuse_a_wrong_column(rows, lines, problems)
                rows += len(chunk.rows) + len(chunk.ragged)
                store.add(lines)
                skipped.update(problem.reason for problem in problems)
                self._keep(problems, kept=skipped.total() - len(problems))
                total = expected(rows, opened, self.path)
                self.progress(pace.read(rows, connection.vendor), total=total)
        if skipped.total() == rows:
            raise Refused(self._nothing_usable(skipped))
        facts = {"rows": rows, "skipped": dict(skipped)}
        store.finish(facts)
        return facts

    def _nothing_usable(self, skipped: Counter[str]) -> str:
        if not skipped:
            return "The file has a header but no rows below it."
        reason, count = skipped.most_common(1)[0]
        return f"No row could be taken: of {skipped.total():,} rows {count:,} {have(reason)}."

    def _refuse_a_wrong_column(
        self, before: int, lines: list[Any], problems: list[Problem]
    ) -> None:
        """When not one row of the first thousands works, the mapping is wrong, not the rows."""
        if before or lines or not problems:
            return
        (column, reason), count = Counter(
            (each.column, each.reason) for each in problems
        ).most_common(1)[0]
        example = next(each for each in problems if each.reason == reason)
        raise Refused(
            f"None of the first {len(problems):,} rows can be taken: in {count:,} of them "
            f"“{column}” {reason} (“{example.value}”). {example.remedy}"
        )

    @transaction.atomic
    def _keep(self, problems: list[Problem], kept: int) -> None:
        keep_problems(self.of, problems[: max(PROBLEMS_KEPT - kept, 0)])


def keep_problems(of: Import, problems: list[Problem]) -> None:
    if problems:
        columns: dict[str, bulk.Column] = {
            name: [getattr(each, name) for each in problems] for name in Problem._fields
        }
        columns["value"] = [storable(each.value) for each in problems]
        columns["of_id"] = of.pk
        bulk.add_rows(connection, ImportProblem, columns, len(problems))
