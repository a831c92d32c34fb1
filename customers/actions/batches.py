"""Batches of an import: the mark that finds everything again that one transaction added."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.timezone import now as clock

from customers.models import Customer, Import, ImportBatch, Interaction


@contextmanager
def batch(of: Import) -> Iterator[ImportBatch]:
    """Inside the caller's transaction. Everything recorded within has the instant `at` of the
    batch, which no other batch has, and a number in the range that is noted at the end."""
    mark = _begun(of)
    mark.interactions_above, mark.customers_above = _newest(Interaction), _newest(Customer)
    yield mark
    mark.interactions_through, mark.customers_through = _newest(Interaction), _newest(Customer)
    mark.save()


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
