"""The second half of taking in a file of customers: who is new is made, what is new is written."""

import gc
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby, islice
from typing import Any

from django.db import connection, transaction

from customers import tombstones
from customers.actions import keepers, members
from customers.actions.batches import batch as marked
from customers.actions.customers import resolve_customers
from customers.actions.ingest import Gap
from customers.actions.reading import keep_problems, so_far
from customers.intake.facts import put_together
from customers.intake.lines import Line, Plan, Problem
from customers.intake.orders import LARGEST_DAY
from customers.intake.outcome import doubled, people_result
from customers.intake.people import People
from customers.intake.sorting import Sorted
from customers.models import Customer, Identity, Import, ImportBatch, ImportBefore
from relcrm.base.runners import Progress
from relcrm.lib.refusals import Refused

PEOPLE = {"sqlite": 2_500, "postgresql": 5_000}  # a batch; each may have dozens of facts


@dataclass
class Person:
    """What the rows of one customer say together; of two rows the later one holds."""

    key: str
    rows: list[Line]
    facts: dict[str, Any] = field(default_factory=dict)
    pk: int = 0


class StoringPeople:
    """Lines become customers; the position behind each batch is kept with it."""

    def __init__(self, of: Import, plan: Plan, progress: Progress, store: Sorted) -> None:
        assert isinstance(plan, People)
        self.of, self.plan, self.progress, self.store = of, plan, progress, store
        kind = Identity.Kind(plan.identity)
        self.kind, self.source = kind, of.options["source"] if kind == "external" else ""
        self.names = list(put_together({fact.name: "" for fact, _at in plan.facts}))
        self.counts = {"rows": 0, "made": 0, "changed": 0, "unchanged": 0}
        self.skipped: dict[str, int] = {}

    def run(self, facts: dict[str, Any], position: dict[str, Any] | None) -> dict[str, Any]:
        if position:
            self.counts, self.skipped = position["counts"], position["skipped"]
        after, gap = position["after"] if position else None, Gap()
        for people in self.batches(after):
            with gap.before():
                self._store(people, facts)
            gc.collect(1)
        return people_result(facts, self.counts, self.skipped)

    def batches(self, after: Any) -> Iterator[list[Person]]:
        people: list[Person] = []
        for key, lines in groupby(self.store.lines(after), key=lambda line: line.customer):
            person = Person(key, list(islice(lines, LARGEST_DAY + 1)))
            if len(person.rows) > LARGEST_DAY:
                raise Refused(
                    f"“{key}” stands in more than {LARGEST_DAY:,} rows; "
                    f"choose the column that tells customers apart."
                )
            for line in person.rows:
                person.facts |= keepers.spelt(json.loads(line.more or "{}"))
            people.append(person)
            if len(people) >= PEOPLE[connection.vendor]:
                yield people
                people = []
        if people:
            yield people

    @transaction.atomic
    def _store(self, people: list[Person], facts: dict[str, Any]) -> None:
        """One batch and the position behind it, both or neither."""
        rows, last = sum(len(person.rows) for person in people), people[-1].key
        with marked(self.of) as mark:
            people = self._resolved(self._without_the_erased(people), mark)
            self._name_doubled(people)
            self._write(people, mark)
        self.counts["rows"] += rows
        position = {"after": (last, "", ""), "counts": self.counts, "skipped": self.skipped}
        done, total = so_far(self.counts["rows"], facts)
        self.progress(done, total=total, position=position)

    def _without_the_erased(self, people: list[Person]) -> list[Person]:
        """Nobody comes back by their number, e-mail or phone who asked to be erased."""
        gone = tombstones.erased(self.kind, self.source, [person.key for person in people])
        kept = [person for person in people if person.key not in gone]
        for name, kind in keepers.CONTACT.items():
            values = [person.facts[name] for person in kept if person.facts.get(name)]
            told = tombstones.erased(kind, "", values)
            kept = [person for person in kept if person.facts.get(name) not in told]
        there = {person.key for person in kept}
        column = self.plan.mapping.get(self.plan.key, "")[:100]
        problems = [
            Problem(line.row, column, "", tombstones.REASON, tombstones.REMEDY)
            for person in people if person.key not in there for line in person.rows
        ]  # fmt: skip
        self._leave_out(problems)
        return kept

    def _leave_out(self, problems: list[Problem]) -> None:
        keep_problems(self.of, problems)
        for problem in problems:
            self.skipped[problem.reason] = self.skipped.get(problem.reason, 0) + 1

    def _name_doubled(self, people: list[Person]) -> None:
        column = self.plan.mapping.get(self.plan.key, "")
        self._leave_out([
            doubled(line, person.rows[-1], column)
            for person in people for line in person.rows[:-1]
        ])  # fmt: skip

    def _resolved(self, people: list[Person], mark: ImportBatch) -> list[Person]:
        found = resolve_customers(
            self.kind, self.source, {person.key for person in people}, now=mark.at
        )
        for person in people:
            person.pk = found.get(person.key, 0)
        return [person for person in people if person.pk]

    def _write(self, people: list[Person], mark: ImportBatch) -> None:
        wanted: dict[int, dict[str, Any]] = {}
        for person in people:  # two spellings of one number are one customer
            wanted[person.pk] = wanted.get(person.pk, {}) | person.facts
        members.spell(wanted.values())
        made = self._made(wanted, mark.at)
        self._write_facts(wanted, made, mark.at)

    def _made(self, wanted: dict[int, Any], at: datetime) -> set[int]:
        """Those whom this batch made; all are locked, in the order of their numbers."""
        made: set[int] = set()
        for some in keepers.parts(wanted):
            rows = Customer.objects.filter(pk__in=some).order_by("pk")
            rows = rows.select_for_update(of=("self",)) if connection.vendor != "sqlite" else rows
            made |= {pk for pk, created in rows.values_list("pk", "created_at") if created == at}
        return made

    def _write_facts(self, wanted: dict[int, Any], made: set[int], at: datetime) -> None:
        known = keepers.values_of(list(wanted), self.names)
        changed, before = {}, []
        for pk, facts in wanted.items():
            new = {n: v for n, v in _merged(facts, known[pk]).items() if known[pk][n] != v}
            if new:
                changed[pk] = new
            if pk not in made and new:
                old = {name: known[pk][name] for name in new}
                before.append(ImportBefore(of=self.of, customer_id=pk, before=old, after=new))
        keepers.store(changed, now=at)
        self._add_identities(wanted, made, before)
        ImportBefore.objects.bulk_create(before, batch_size=1_000)
        self.counts["made"] += len(made)
        self.counts["changed"] += len(changed.keys() - made)
        self.counts["unchanged"] += len(wanted) - len(changed.keys() | made)

    def _add_identities(
        self, wanted: dict[int, Any], made: set[int], before: list[ImportBefore]
    ) -> None:
        """E-mail and phone are ways to recognise people, kept beside those known already."""
        for name, kind in keepers.CONTACT.items():
            told = {(pk, facts[name]) for pk, facts in wanted.items() if facts.get(name)}
            new = sorted(told - _identities(kind, [pk for pk, _value in told]))
            Identity.objects.bulk_create(
                [Identity(customer_id=pk, kind=kind, value=value) for pk, value in new],
                ignore_conflicts=True, batch_size=1_000,
            )  # fmt: skip
            before += [
                ImportBefore(of=self.of, customer_id=pk, after={"identity": [kind, value]})
                for pk, value in new if pk not in made
            ]  # fmt: skip


def _merged(facts: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """Who was seen before the day in the file has been a customer since then; and what somebody
    said themselves against being judged is not taken back by a file."""
    seen, since = known.get("first_seen_on"), facts.get("first_seen_on")
    known_better = {"objects_to_profiling"} if known.get("objects_to_profiling") else set()
    if seen and since and seen < since:
        known_better.add("first_seen_on")
    return {name: value for name, value in facts.items() if name not in known_better}


def _identities(kind: str, customers: list[int]) -> set[tuple[int, str]]:
    found: set[tuple[int, str]] = set()
    for some in keepers.parts(customers):
        rows = Identity.objects.filter(kind=kind, customer__in=some)
        found |= set(rows.values_list("customer_id", "value"))
    return found
