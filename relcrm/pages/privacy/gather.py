"""Everything we know about one person, table by table, found in the models."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import BinaryField, Field, ForeignKey, Model, Q
from django.utils.translation import gettext as _

from customers.disclosure import Telling, named, telling
from customers.models import Customer
from customers.queries.erasure import places
from relcrm.base.models import AuditLine, Reading, User
from relcrm.base.namesakes import earlier

SIMPLE = (str, int, float, bool, type(None), list, dict)


@dataclass(frozen=True)
class Table:
    """One table of the package: what it is called, why we have it, and its rows."""

    key: str  # the file's name
    title: str
    purpose: str
    is_own: bool
    columns: list[str]
    rows: list[dict[str, Any]]


def tables(customer: Customer, *, own_only: bool = False) -> list[Table]:
    """The customer's row first, then every table with rows about them; `own_only` is what they
    gave or caused themselves (article 20)."""
    found = [_table(Customer, [customer])]
    paths: dict[type[Model], list[str]] = {}
    for place in reversed(places()):
        paths.setdefault(place.model, []).append(place.path)
    for model, ways in paths.items():
        meant = Q()
        for way in ways:
            meant |= Q(**{way: customer.pk})
        rows = model._base_manager.filter(meant).distinct().order_by("pk")
        found.append(_table(model, rows.iterator(chunk_size=2_000)))
    if customer.organisation_id:
        found.append(_table(type(customer.organisation), [customer.organisation]))
    found += [_looks(customer), _taken_out(customer)]
    return [table for table in found if table.rows and (table.is_own or not own_only)]


def _table(model: type[Model], rows: Any) -> Table:
    how = telling(model)
    fields = [
        field
        for field in model._meta.concrete_fields
        if field.name not in how.leave_out and not isinstance(field, BinaryField)
    ]
    rows = list(rows)
    names = _names(fields, rows)
    told = [_row(row, fields, how, names) for row in rows]
    columns = list(told[0]) if told else []
    return Table(
        model._meta.label_lower.replace(".", "-"), str(how.title), str(how.purpose), how.is_own,
        columns, told,
    )  # fmt: skip


def _names(fields: list[Field], rows: list[Model]) -> dict[str, dict[int, str]]:
    """What rows of other tables are called, for the columns where the number says nothing."""
    found = {}
    for field in fields:
        if isinstance(field, ForeignKey) and named(field.related_model):
            meant = field.related_model._base_manager.in_bulk(
                {field.value_from_object(row) for row in rows} - {None}
            )
            found[field.name] = {pk: str(one) for pk, one in meant.items()}
    return found


def _row(
    row: Model, fields: list[Field], how: Telling, names: dict[str, dict[int, str]]
) -> dict[str, Any]:
    plain = {field.name: _plain(field.value_from_object(row), field) for field in fields}
    plain |= {name: called.get(plain[name], "") for name, called in names.items()}
    return how.words(plain) if how.words else plain


def _plain(value: Any, field: Field) -> Any:
    """A value that JSON holds; colleagues are numbers, their names are not the person's data."""
    if isinstance(field, ForeignKey) and field.related_model is User:
        return None if value is None else _("colleague no. %d") % value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value if isinstance(value, SIMPLE) else str(value)


def _looks(customer: Customer) -> Table:
    """Who looked at their data and what was done with it, from the audit trail."""
    kind = Customer._meta.label_lower
    numbers = [customer.pk, *earlier(kind, customer.pk)]
    lines = AuditLine.objects.filter(subject_kind=kind, subject_id__in=numbers)
    rows = [
        {"at": line.at.isoformat(), "by": _who(line.actor), "what": line.verb}
        for line in lines.order_by("at", "pk").iterator(chunk_size=2_000)
    ]
    return Table(
        "audit", _("Who looked at your data and what was done with it"),
        _("to prove who had access"), False, ["at", "by", "what"], rows,
    )  # fmt: skip


def _taken_out(customer: Customer) -> Table:
    """Programs and files that received their data."""
    rows = [
        {
            "hour": reading.hour.isoformat(), "by": _who(reading.actor),
            "door": reading.get_door_display(), "what": reading.resource,
            "fields": ", ".join(reading.fields),
        }
        for reading in _readings()
        if customer.pk in reading.ids
    ]  # fmt: skip
    columns = ["hour", "by", "door", "what", "fields"]
    return Table(
        "recipients", _("Programs and files that received your data"),
        _("to prove who had access"), False, columns, rows,
    )  # fmt: skip


def _readings() -> Iterator[Reading]:
    doors = [Reading.Door.API, Reading.Door.FILE]
    return Reading.objects.filter(door__in=doors).order_by("hour", "pk").iterator(chunk_size=500)


def _who(actor: str) -> str:
    kind, _sep, number = actor.partition(":")
    names = {"user": _("colleague no. %s"), "key": _("program no. %s")}
    return names[kind] % number if kind in names else _("the system")
