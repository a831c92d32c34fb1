"""Taking a file in: read and sort it once, then store it batch by batch, each batch whole.

The position of the last stored group is saved in the transaction that stores it. A killed worker
therefore loses at most the batch it was writing, and its successor stores nothing twice.
"""

import errno
import gc
import hashlib
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils.timezone import now as clock

from customers.actions.catalogue import resolve_products
from customers.actions.customers import resolve_customers
from customers.actions.erased_rows import erased_rows, without_the_erased
from customers.actions.ingest import PAUSE_SECONDS, Ingested, ingest
from customers.events import Events
from customers.events import Line as OrderLine
from customers.intake.lines import Plan, Problem
from customers.intake.orders import Batch, Orders, Taken, Tally
from customers.intake.outcome import expected, have, result, storable
from customers.intake.plan import plan_of
from customers.intake.sorting import FULL, Sorted
from customers.intake.source import Dialect
from customers.intake.table import table
from customers.models import Import, ImportProblem
from relcrm.base import audit, company
from relcrm.base.actions.judging import ask_for_fit
from relcrm.base.audit import Actor
from relcrm.base.models import Brand, Job
from relcrm.base.runners import Progress
from relcrm.lib import bulk
from relcrm.lib.refusals import Refused

BATCH_ROWS = {"sqlite": 5_000, "postgresql": 20_000}
PROBLEMS_KEPT = 500_000  # beyond that only their number is known
ONE = Decimal(1)
PRICE = Decimal("0.0001")


def run_import(job: Job, progress: Progress) -> dict[str, Any]:
    """The runner of jobs of kind "import"."""
    of = Import.objects.get(pk=job.payload["import"])
    counts = take_in(of, progress=progress, position=job.position, by=job.created_by)
    as_of = company.viewpoint(company.current(), clock()).as_of
    ask_for_fit(by=job.created_by, as_of=as_of)
    return counts


def take_in(
    of: Import, *, progress: Progress, position: dict[str, Any] | None, by: Actor
) -> dict[str, Any]:
    """Read, sort and store the whole file, from `position` on; returns what came of it."""
    Import.objects.filter(pk=of.pk).update(state=Import.State.TAKING)
    try:
        with _calm(), Sorted(_reading_of(of)) as store:
            counts = _Taking(of, progress, store).run(position)
            store.remove()
    except Refused:
        Import.objects.filter(pk=of.pk).update(state=Import.State.FAILED)
        raise
    except (OperationalError, OSError) as problem:
        if not _is_full(problem):
            raise
        raise Refused(FULL) from problem
    _close(of, counts, by)
    return counts


@contextmanager
def _calm() -> Iterator[None]:
    """No search for circles among millions of rows that hold none: it takes half of the time.
    What little else there is, is collected after each batch."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _reading_of(of: Import) -> Path:
    """Where the sorted lines of an import under way are kept."""
    return Path(settings.MEDIA_ROOT) / "tmp" / f"import-{of.pk}.sqlite3"


def forget_reading(of: Import) -> None:
    """What was read with an older mapping is not used again."""
    _reading_of(of).unlink(missing_ok=True)


def _is_full(problem: Exception) -> bool:
    if isinstance(problem, OSError):
        return problem.errno in (errno.ENOSPC, errno.EDQUOT)
    return "full" in str(problem) or "No space left" in str(problem)


@transaction.atomic
def _close(of: Import, counts: dict[str, Any], by: Actor) -> None:
    of.counts, of.rows, of.state = counts, counts["rows"], Import.State.TAKEN
    of.newest_on = date.fromisoformat(counts["newest_on"]) if counts["newest_on"] else None
    of.finished_at = clock()
    of.save(update_fields=["counts", "rows", "state", "newest_on", "finished_at"])
    audit.record("import.taken", of, by=by, rows=of.rows, **counts["stored"])
    if of.path and not Path(of.path).is_absolute():
        # People's data in an upload is not kept longer than it is needed.
        transaction.on_commit(lambda: (settings.MEDIA_ROOT / of.path).unlink(missing_ok=True))


class _Taking:
    """One import under way."""

    def __init__(self, of: Import, progress: Progress, store: Sorted) -> None:
        self.of, self.progress, self.store = of, progress, store
        self.path = Path(settings.MEDIA_ROOT) / of.path
        self.company = company.current()
        self.plan: Plan = plan_of(of, self.company, clock())
        self.source = of.options["source"]
        self.brands = {brand.name.casefold(): brand.pk for brand in Brand.objects.all()}
        self.stored = Ingested()

    def run(self, position: dict[str, Any] | None) -> dict[str, Any]:
        self._know_the_file()
        facts = self.store.facts() or self._read()
        tally = self._take(facts, position)
        skipped = facts["skipped"] | erased_rows(tally)
        return result(facts | {"skipped": skipped}, tally, asdict(self.stored))

    def _know_the_file(self) -> None:
        if not self.of.digest:
            try:
                with self.path.open("rb") as file:
                    self.of.digest = hashlib.file_digest(file, "sha256").hexdigest()
            except FileNotFoundError as problem:
                raise Refused("The file is not there any more; upload it again.") from problem
            self.of.save(update_fields=["digest"])

    def _read(self) -> dict[str, Any]:
        """Every row into the sorting, or among the problems; what that amounted to."""
        self.store.begin(self.plan.fields)
        ImportProblem.objects.filter(of=self.of).delete()
        rows, skipped = 0, Counter[str]()
        with table(self.path, Dialect(**self.of.dialect)) as opened:
            for chunk in opened.chunks:
                lines, problems = self.plan.read(chunk)
                self._refuse_a_wrong_column(rows, lines, problems)
                rows += len(chunk.rows) + len(chunk.ragged)
                self.store.add(lines)
                skipped.update(problem.reason for problem in problems)
                self._keep(problems, kept=skipped.total() - len(problems))
                self.progress(rows, total=2 * expected(rows, opened, self.path))
        if skipped.total() == rows:
            raise Refused(self._nothing_usable(skipped))
        facts = {"rows": rows, "skipped": dict(skipped)}
        self.store.finish(facts)
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
        problems = problems[: max(PROBLEMS_KEPT - kept, 0)]
        if problems:
            columns: dict[str, bulk.Column] = {
                name: [getattr(each, name) for each in problems] for name in Problem._fields
            }
            columns["value"] = [storable(each.value) for each in problems]
            columns["of_id"] = self.of.pk
            bulk.add_rows(connection, ImportProblem, columns, len(problems))

    def _take(self, facts: dict[str, Any], position: dict[str, Any] | None) -> Tally:
        tally = Tally.of(position["tally"]) if position else Tally()
        if position:
            self.stored = Ingested(**position["stored"])
        split = self.store.split_orders() if "order" in self.plan.at else set()
        facts["split_orders"] = len(split)
        orders = Orders(
            self.of.digest, self.company.tzinfo, split, dict(self.plan.rates),
            self.plan.mapping.get("order", ""),
        )  # fmt: skip
        after = position["after"] if position else None
        for batch in orders.batches(self.store.lines(after), BATCH_ROWS[connection.vendor]):
            self._store(batch, tally, facts)
            gc.collect(1)
            time.sleep(PAUSE_SECONDS[connection.vendor])
        return tally

    @transaction.atomic
    def _store(self, batch: Batch, tally: Tally, facts: dict[str, Any]) -> None:
        """One batch and the position behind it, both or neither."""
        now = clock()
        people = resolve_customers(
            self.of.options["identity"], self.source, {each.customer for each in batch.events},
            now=now,
        )  # fmt: skip
        without_the_erased(batch, people, self.of, tally)
        self.stored += ingest(self._events(batch.events, people), now=now)
        tally.add(batch)
        usable = facts["rows"] - sum(facts["skipped"].values())
        position = {"after": batch.after, "tally": tally.as_json(), "stored": asdict(self.stored)}
        self.progress(usable + tally.counts["rows"], total=2 * usable, position=position)

    def _events(self, events: list[Taken], people: dict[str, int]) -> Events:
        columns: dict[str, bulk.Column] = {
            "customer_id": [people[each.customer] for each in events],
            "kind": [each.kind for each in events],
            "occurred_at": [each.at for each in events],
            "occurred_on": [each.day for each in events],
            "amount": [each.amount for each in events],
            "source": self.source,
            "source_id": [each.source_id for each in events],
        }
        columns |= self._further(events)
        return Events(columns, self._lines(events) if self.plan.has_lines else [])

    def _further(self, events: list[Taken]) -> dict[str, bulk.Column]:
        """Columns that only some files have."""
        further: dict[str, bulk.Column] = {}
        if "discount" in self.plan.at:
            further["discount"] = [each.discount for each in events]
        if "category" in self.plan.at:
            further["category"] = [each.category for each in events]
        if "brand" in self.plan.at:
            further["brand_id"] = [self.brands.get(each.brand or "") for each in events]
        if "currency" in self.plan.at:
            further["currency"] = [each.currency or "" for each in events]
            further["original_amount"] = [each.original for each in events]
            further["rate"] = [each.rate for each in events]
        return further

    def _lines(self, events: list[Taken]) -> list[tuple[int, OrderLine]]:
        names = {line.product for each in events for line in each.lines if line.product}
        products = resolve_products(names)
        return [
            (at, _order_line(line, products))
            for at, each in enumerate(events)
            for line in each.lines
        ]


def _order_line(line: Any, products: dict[str, int]) -> OrderLine:
    quantity = Decimal(line.quantity) if line.quantity else ONE
    price = Decimal(line.price) if line.price else Decimal(line.amount) / (quantity or ONE)
    return OrderLine(
        quantity, price.quantize(PRICE), products.get(line.product or ""), line.category or "",
        Decimal(line.discount or 0),
    )  # fmt: skip
