"""The second half of taking in a file of what happened: batch by batch, each batch whole."""

import gc
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from customers.actions.arrivals import note_arrivals
from customers.actions.batches import batch as marked
from customers.actions.catalogue import newest_product, resolve_products
from customers.actions.customers import resolve_customers
from customers.actions.erased_rows import left_out_later, without_the_erased
from customers.actions.ingest import Gap, Ingested, ingest
from customers.actions.reading import keep_problems, so_far
from customers.events import Events
from customers.events import Line as OrderLine
from customers.intake.lines import Plan
from customers.intake.orders import Batch, Orders, Taken, Tally
from customers.intake.outcome import doubled, result
from customers.intake.sorting import Sorted
from customers.models import Import
from relcrm.base import company
from relcrm.base.models import Brand
from relcrm.base.runners import Progress
from relcrm.lib import bulk

BATCH_ROWS = {"sqlite": 10_000, "postgresql": 20_000}
ONE = Decimal(1)
PRICE = Decimal("0.0001")
# Columns that only some rows fill, with what stands there otherwise.
MORE = {
    "channel": "", "is_online": None, "rating": None, "sentiment": None, "reason": "",
    "properties": None,
}  # fmt: skip


class Storing:
    """Lines become interactions; the position behind each batch is kept with it."""

    def __init__(self, of: Import, plan: Plan, progress: Progress, store: Sorted) -> None:
        self.of, self.plan, self.progress, self.store = of, plan, progress, store
        self.source = of.options["source"]
        self.brands = {brand.name.casefold(): brand.pk for brand in Brand.objects.all()}
        self.stored = Ingested()

    def run(self, facts: dict[str, Any], position: dict[str, Any] | None) -> dict[str, Any]:
        tally = Tally.of(position["tally"]) if position else Tally()
        if position:
            self.stored = Ingested(**position["stored"])
        after, gap = position["after"] if position else None, Gap()
        for batch in self.batches(facts, after):
            with gap.before():
                self._store(batch, tally, facts)
            gc.collect(1)
        skipped = facts["skipped"] | left_out_later(tally)
        return result(facts | {"skipped": skipped}, tally, asdict(self.stored))

    def batches(self, facts: dict[str, Any], after: Any) -> Any:
        split = self.store.split_orders() if "order" in self.plan.at else ()
        facts["split_orders"] = len(split)
        orders = Orders(
            self.of.digest, company.current().tzinfo, split, dict(self.plan.rates),
            self.plan.mapping.get("order", ""),
            has_lines=self.plan.has_lines or "quantity" in self.plan.at,
        )  # fmt: skip
        return orders.batches(self.store.lines(after), BATCH_ROWS[connection.vendor])

    @transaction.atomic
    def _store(self, batch: Batch, tally: Tally, facts: dict[str, Any]) -> None:
        """One batch and the position behind it, both or neither."""
        with marked(self.of) as mark:
            people = resolve_customers(
                self.of.options["identity"], self.source,
                {each.customer for each in batch.events}, now=mark.at,
            )  # fmt: skip
            without_the_erased(batch, people, self.of, tally)
            self._name_doubled(batch, tally)
            events, made = self._events(batch.events, people)
            self.stored += ingest(events, now=mark.at, of=self.of.pk)
            mark.products = made
            kind = self.of.options["identity"]
            named = (
                ((kind, self.source, each.customer), (self.source, each.source_id))
                for each in batch.events
            )
            note_arrivals(named, now=mark.at)
        tally.add(batch)
        position = {"after": batch.after, "tally": tally.as_json(), "stored": asdict(self.stored)}
        done, total = so_far(tally.counts["rows"], facts)
        self.progress(done, total=total, position=position)

    def _name_doubled(self, batch: Batch, tally: Tally) -> None:
        column = self.plan.mapping.get("order", "")
        keep_problems(self.of, [doubled(line, by, column) for line, by in batch.doubled])
        tally.counts["doubled"] += len(batch.doubled)

    def _events(self, events: list[Taken], people: dict[str, int]) -> tuple[Events, list[int]]:
        """The events as columns, and the products that had to be made for them."""
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
        if not self.plan.has_lines:
            return Events(columns), []
        products, made = self._products(events)
        lines = [
            (at, _order_line(line, products))
            for at, each in enumerate(events)
            for line in each.lines
        ]
        return Events(columns, lines), made

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
        if self.plan.says_more:
            said = {name for each in events for name in each.more}
            for name in sorted(said & MORE.keys()):
                further[name] = [each.more.get(name, MORE[name]) for each in events]
        return further

    def _products(self, events: list[Taken]) -> tuple[dict[str, int], list[int]]:
        names = {line.product for each in events for line in each.lines if line.product}
        newest = newest_product()
        found = resolve_products(names)
        return found, sorted({pk for pk in found.values() if pk > newest})


def _order_line(line: Any, products: dict[str, int]) -> OrderLine:
    quantity = Decimal(line.quantity) if line.quantity else ONE
    price = Decimal(line.price) if line.price else Decimal(line.amount) / (quantity or ONE)
    return OrderLine(
        quantity, price.quantize(PRICE), products.get(line.product or ""), line.category or "",
        Decimal(line.discount or 0),
    )  # fmt: skip
