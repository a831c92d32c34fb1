"""Custom fields and files: columns kept on request become fields, and values of fields come in."""

import re
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from customers import custom
from customers.actions.custom import define_field, write_in_bulk
from customers.actions.keepers import Values, parts
from customers.intake import facts
from customers.intake.dates import looks_like_date
from customers.intake.numbers import NotANumber, looks_like_number, number
from customers.intake.recognise import plain
from customers.intake.source import Dialect
from customers.intake.table import table
from customers.models import CustomField, Import
from customers.queries import custom as reads
from relcrm.base.audit import Actor
from relcrm.lib.refusals import Refused

if TYPE_CHECKING:
    from customers.intake.lines import Plan

PREFIX = "custom."
SAMPLED = 5_000
REPEATED = 10_000  # values of a block that are read once
Kind = CustomField.Kind


def known_facts() -> Iterator[facts.Fact]:
    """Every custom field in use, as something that a file may say."""
    for field in reads.fields():
        names = tuple(dict.fromkeys(plain(name) for name in (field.key, field.label)))
        yield facts.Fact(PREFIX + field.key, field.label, names, _reader(field))


def _reader(field: CustomField) -> facts.Reader:
    def read(cell: str, plan: "Plan") -> Any:
        given: Any = cell
        if field.kind == Kind.DATE:
            return facts.day(cell, plan)
        if field.kind == Kind.NUMBER:
            try:
                given = number(cell, plan.decimal)
            except NotANumber as problem:
                raise facts.Unfit("is no number", f"Write it like 12{plan.decimal}5.") from problem
        try:
            value = custom.read(field, given)
        except ValueError as problem:
            raise facts.Unfit("does not fit this field", str(problem)[:200]) from problem
        return None if value is None else custom.as_json(value)

    return read


class CustomFields:
    """The keeper of custom fields."""

    def keeps(self, name: str) -> bool:
        return name.startswith(PREFIX)

    def values(self, customers: Collection[int], names: Collection[str]) -> Values:
        fields = _fields(names)
        called = {field.pk: name for name, field in fields.items()}
        found: Values = {}
        for some in parts(customers):
            for pk, said in reads.values(some, fields.values()).items():
                found[pk] = {called[f]: custom.as_json(value) for f, value in said.items()}
        return found

    def store(self, values: Values, *, now: datetime) -> None:
        fields = _fields({name for said in values.values() for name in said})
        read = lru_cache(REPEATED)(lambda name, value: custom.read(fields[name], value))
        write_in_bulk(
            (pk, fields[name], read(name, value))
            for pk, said in values.items() for name, value in said.items() if name in fields
        )  # fmt: skip


def _fields(names: Collection[str]) -> dict[str, CustomField]:
    found = CustomField.objects.filter(key__in=[name.removeprefix(PREFIX) for name in names])
    return {PREFIX + field.key: field for field in found}


def define(of: Import, *, by: Actor) -> None:
    """The columns to keep become fields, and the mapping names them. Refuses names without a
    letter that could be a key."""
    kept = [name for name in of.options["keep"] if name not in of.mapping.values()]
    samples = _samples(of, kept)
    for name in kept:
        key = _key(name)
        if PREFIX + key in of.mapping:
            raise Refused(f"The column “{name}” has the same name as another one.")
        if not CustomField.objects.filter(key=key).exists():
            define_field(key=key, label=name[:80], kind=_kind(samples[name]), by=by)
        of.mapping[PREFIX + key] = name
    of.options = of.options | {"keep": []}
    of.save(update_fields=["mapping", "options"])


def _key(name: str) -> str:
    key = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")[:40]
    if not key:
        raise Refused(f"“{name}” cannot be kept: its name has no letter; give it one in the file.")
    return key if key[0].isalpha() else f"f_{key}"[:40]


def _samples(of: Import, names: list[str]) -> dict[str, list[str]]:
    with table(Path(settings.MEDIA_ROOT) / of.path, Dialect(**of.dialect), SAMPLED) as opened:
        rows = [row for chunk in islice(opened.chunks, 1) for row in chunk.rows]
    at = {name: of.columns.index(name) for name in names}
    return {name: [row[at[name]].strip() for row in rows if row[at[name]].strip()]
            for name in names}  # fmt: skip


def _kind(cells: list[str]) -> str:
    """The narrowest type that every cell of the first thousands fits; text fits anything."""
    words = {cell.casefold() for cell in cells}
    if words and len(words) <= 2 and words <= (custom.YES | custom.NO) - {"-"}:
        return Kind.FLAG
    if cells and all(looks_like_number(cell) for cell in cells):
        return Kind.NUMBER
    if cells and all(looks_like_date(cell) for cell in cells):
        return Kind.DATE
    return Kind.TEXT
