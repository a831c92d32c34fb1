"""Where a person is known: every table that hangs on the customer, found in the models."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import CASCADE, Model, QuerySet

from customers.models import Customer


@dataclass(frozen=True)
class Place:
    """A table with rows about customers, and the way from a row to its customer."""

    model: type[Model]
    path: str  # "customer", "interaction__customer"

    def rows(self, customer: Customer) -> QuerySet:
        return self.model._base_manager.filter(**{self.path: customer.pk})


def places() -> list[Place]:
    """Deepest first, so that they can be emptied in this order."""
    return [place for _, place in sorted(_found(), key=lambda each: -each[0])]


def known(customer: Customer) -> dict[type[Model], int]:
    """How many rows of which table are about this customer; tables without any are left out."""
    counts: dict[type[Model], int] = {}
    for place in reversed(places()):
        if count := place.rows(customer).count():
            counts[place.model] = counts.get(place.model, 0) + count
    return counts


def _found() -> Iterator[tuple[int, Place]]:
    """Rows that point at a customer, and rows that live and die with those."""
    waiting, seen = [(1, Customer, "")], set()
    while waiting:
        depth, model, way = waiting.pop(0)
        for relation in model._meta.get_fields(include_hidden=True):
            if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
                continue
            if way and relation.on_delete is not CASCADE:
                continue
            path = f"{relation.field.name}__{way}".removesuffix("__")
            place = Place(relation.related_model, path)
            if place not in seen:
                seen.add(place)
                waiting.append((depth + 1, place.model, path))
                yield depth, place
