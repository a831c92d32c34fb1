"""Phones that came without a country are read anew once the company says in which it is."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import now as clock

from customers import identities
from customers.models import Customer, Identity
from relcrm.base import audit
from relcrm.base.models import Job
from relcrm.base.runners import Progress

KIND = "respell"
BLOCK = 5_000
LISTED = 200  # customers whose phone could not be read, by number in the job's result


def run_respell(job: Job, progress: Progress) -> dict[str, Any]:
    """The job "respell": block by block of customers; safe to run twice. Its result says how many
    were read, how many could not be, and whose those are."""
    last = Customer.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    at, read, unread = job.position or 0, 0, list[int]()
    while at < last:
        some, strange = respell_phones(at + 1, at + BLOCK, now=clock())
        read += some
        unread += strange
        at += BLOCK
        progress(min(at, last), total=last, position=at)
    whose = ", ".join(map(str, unread[:LISTED]))
    return {"phones read": read, "customers whose phone is in no country": whose or "none"}


@transaction.atomic
def respell_phones(first: int, through: int, *, now: datetime) -> tuple[int, list[int]]:
    """Of customers from number to number: how many phones were read, and whose could not be."""
    home = identities.home()
    rows = Identity.objects.filter(kind=Identity.Kind.PHONE, customer__erased_at=None)
    rows = rows.filter(customer_id__gte=first, customer_id__lte=through).exclude(
        value__startswith="+"
    )
    read, unread = 0, set[int]()
    for row in rows.select_related("customer").order_by("pk"):
        spelt = identities.normal(row.kind, row.value, row.customer.country or home)
        if not spelt.startswith("+"):
            unread.add(row.customer_id)
            continue
        _write(row, spelt)
        read += 1
    if read:
        audit.record("phones.respelt", by=None, at=now, phones=read, first=first, through=through)
    return read, sorted(unread)


def _write(row: Identity, spelt: str) -> None:
    """The phone they are written to goes along; whoever has the new spelling has it once."""
    customer, before = row.customer, row.value
    if customer.identities.filter(kind=row.kind, source=row.source, value=spelt).exists():
        row.delete()
    else:
        row.value = spelt
        row.save(update_fields=["value"])
    if customer.phone == before:
        Customer.objects.filter(pk=customer.pk, phone=before).update(phone=spelt)
