"""Rows that name an erased person without knowing any customer: emptied, or forgotten.

What each table keeps and why: docs/decisions/erasure.md.
"""

import json
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat, Replace

from customers.models import (
    Customer,
    Export,
    Identity,
    Import,
    ImportProblem,
    Merge,
    RememberedMapping,
)
from relcrm.base.models import FirstAnswer, Job

Told = list[tuple[str, str, str]]  # kind, source, value

SHORTEST = 4  # shorter values would be found in texts that mean somebody else
LAST_DIGITS = 8  # of a phone, however it was written: no area code, few others end like it
BETWEEN = " /-.()"  # what people write between the digits of a phone
KINDS = Identity.Kind


class Spellings:
    """The texts by which somebody may be named in a column, and the condition that finds them."""

    def __init__(self, names: Iterable[str], told: Told, *, words: bool = False) -> None:
        """With `words` each word of a name is enough: where little is lost by one too many."""
        names = [each for name in names for each in (name, *(name.split() if words else ()))]
        wide = [value for kind, _source, value in told if kind in (KINDS.EMAIL, KINDS.COOKIE)]
        self.inside = _long_enough([*wide, *names])
        # A short number is a part of many others: it means them only as the whole value.
        self.whole = _long_enough(value for kind, _source, value in told if kind == KINDS.EXTERNAL)
        phones = ["".join(filter(str.isdigit, value)) for kind, _, value in told
                  if kind == KINDS.PHONE]  # fmt: skip
        self.ends = {digits[-LAST_DIGITS:] for digits in phones if len(digits) >= LAST_DIGITS}

    def rows(self, found: QuerySet, *columns: str) -> QuerySet:
        """Those that name them in one of these columns, as text or inside JSON."""
        told = Concat(*_apart(columns), _text(""), output_field=TextField())
        found = found.annotate(_told=told, _digits=_squeezed(told))
        meant = Q(pk__in=[])
        for value in self.inside:
            meant |= Q(_told__icontains=value) | Q(_told__icontains=json.dumps(value)[1:-1])
        for value in self.whole:
            quoted = Q(_told__icontains=json.dumps(value)) | Q(_told__icontains=f"“{value}”")
            meant |= quoted | Q(_told__iexact=f"{value}\n")
        for end in self.ends:
            meant |= Q(_digits__contains=end)
        return found.filter(meant)


def _long_enough(values: Iterable[str]) -> set[str]:
    return {value for value in values if len(value) >= SHORTEST}


def _apart(columns: Iterable[str]) -> Iterable[Combinable]:
    for name in columns:
        yield Cast(name, TextField())
        yield _text("\n")


def _squeezed(told: Combinable) -> Combinable:
    for mark in BETWEEN:
        told = Replace(told, _text(mark), _text(""))
    return told


def names_of(customer: Customer) -> list[str]:
    """Theirs, and those of whoever was merged into them."""
    merged = Merge.objects.filter(survivor=customer).values_list("row__name", flat=True)
    return [customer.name, *filter(None, merged)]


def forget_mentions(
    customer: Customer, names: list[str], told: Told, *, now: datetime
) -> dict[str, int]:
    """In the erasing transaction: rows changed, by table. `names`, as they are empty by now."""
    named, roughly = Spellings(names, told), Spellings(names, told, words=True)
    idle = Job.objects.exclude(pk__in=Job.objects.active().values("pk"))
    jobs = roughly.rows(idle, "title", "error", "position")
    files = Import.objects.filter(state__in=[Import.State.TAKEN, Import.State.UNDONE])
    lists = Export.objects.filter(removed_at=None, ready_at=None).exclude(
        job__in=Job.objects.active()
    )
    removed = {
        "base.FirstAnswer": _first_answers(customer, named),
        "base.Job": _update(jobs, title="", error="", position=None),
        "customers.Import": _update(
            roughly.rows(files, "file_name", "columns", "mapping", "options"),
            file_name="", columns=[], mapping={}, options={},
        ),
        "customers.ImportProblem": _update(
            named.rows(ImportProblem.objects.all(), "value"), value=""
        ),
        "customers.RememberedMapping": _delete(
            named.rows(RememberedMapping.objects.all(), "mapping", "options")
        ),
        # Without what was searched for, a list begun anew would hold everybody.
        "customers.Export": _update(
            roughly.rows(lists, "title", "query"), query={}, removed_at=now
        ),
    }  # fmt: skip
    return {label: count for label, count in removed.items() if count}


def _first_answers(customer: Customer, named: Spellings) -> int:
    meant = Q(body__customer=customer.pk) | Q(body__id=customer.pk, body__has_key="email")
    by_number = FirstAnswer.objects.filter(meant).delete()[0]
    return by_number + _delete(named.rows(FirstAnswer.objects.all(), "key", "body", "headers"))


def _update(found: QuerySet, **to: object) -> int:
    return found.model._base_manager.filter(pk__in=_ids(found)).update(**to)


def _delete(found: QuerySet) -> int:
    return found.model._base_manager.filter(pk__in=_ids(found)).delete()[0]


def _ids(found: QuerySet) -> list[int]:
    return list(found.values_list("pk", flat=True))


def _text(value: str) -> Value:
    return Value(value, output_field=TextField())
