"""Batches of an import: the mark that finds everything again that one transaction added."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils.timezone import now as clock

from customers.models import Customer, Import, ImportBatch, Interaction


@contextmanager
def batch(of: Import) -> Iterator[ImportBatch]:
    """Inside the caller's transaction. Everything recorded within has the instant `at` of the
    batch, which no other batch has, and a number in the range that is noted at the end."""
    _in_turn(of.options["source"])
    mark = _begun(of)
    mark.interactions_above, mark.customers_above = _newest(Interaction), _newest(Customer)
    yield mark
    mark.interactions_through, mark.customers_through = _newest(Interaction), _newest(Customer)
    mark.save()


def _in_turn(source: str) -> None:
    """Files of one source are stored a batch of one, a batch of the other: where they give one
    number to two customers' orders, each would else wait for what the other holds."""
    if connection.vendor == "postgresql":  # SQLite has one writer anyway
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"import:{source}"])


def _begun(of: Import) -> ImportBatch:
    at = clock()
    while True:
        try:
            with transaction.atomic():
                return ImportBatch.objects.create(of=of, at=at)
        except IntegrityError:  # another import has this very microsecond
            at += timedelta(microseconds=1)


def _newest(model: type[Interaction] | type[Customer]) -> int:
    return model.objects.order_by().aggregate(newest=Max("pk"))["newest"] or 0
