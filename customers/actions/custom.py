"""Custom fields are defined, changed and retired; their values are written, one or many."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from customers import custom
from customers.models import Customer, CustomField, CustomValue
from customers.queries import custom as reads
from relcrm.base import audit
from relcrm.base.audit import Actor
from relcrm.lib import bulk
from relcrm.lib.refusals import Refused

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST = 200  # fields; a form with more is no form
MOST_CHOICES = 200
CHANGEABLE = ("label", "choices", "unit", "help", "is_personal", "position")
Kind = CustomField.Kind


@transaction.atomic
def define_field(*, key: str, label: str, kind: str, by: Actor, **facts: Any) -> CustomField:
    """A new fact to know about customers; its key and kind stay as they are for good."""
    if not KEY.fullmatch(key):
        raise Refused(
            _("A key is written in small letters, digits and _, and begins with a letter.")
        )
    if kind not in Kind.values:
        raise Refused(_("There is no such type of field."))
    if CustomField.objects.filter(key=key).exists():
        raise Refused(_("There is a field with the key “%s” already.") % key)
    if CustomField.objects.count() >= MOST:
        raise Refused(_("There are %d fields already; retire some first.") % MOST)
    field = CustomField(key=key, label=label, kind=kind, **_checked(kind, facts))
    field.save()
    audit.record("field.defined", field, by=by, key=key, kind=kind)
    return field


@transaction.atomic
def change_field(field: CustomField, *, by: Actor, **facts: Any) -> None:
    """Another label, order, help or list of choices; values that are no choice any more stay."""
    changed = {
        name: value
        for name, value in _checked(field.kind, facts).items()
        if getattr(field, name) != value
    }
    if changed:
        for name, value in changed.items():
            setattr(field, name, value)
        field.save(update_fields=list(changed))
        audit.record("field.changed", field, by=by, fields=sorted(changed))


@transaction.atomic
def retire_field(field: CustomField, *, by: Actor, now: datetime) -> None:
    """Not asked for or shown any more; what is known stays until it is brought back."""
    if field.retired_at:
        raise Refused(_("This field was retired before."))
    field.retired_at = now
    field.save(update_fields=["retired_at"])
    audit.record("field.retired", field, by=by, at=now)


@transaction.atomic
def bring_back_field(field: CustomField, *, by: Actor) -> None:
    if not field.retired_at:
        raise Refused(_("This field is in use."))
    field.retired_at = None
    field.save(update_fields=["retired_at"])
    audit.record("field.brought_back", field, by=by)


def _checked(kind: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := set(facts) - set(CHANGEABLE):
        raise Refused(_("“%s” cannot be changed.") % min(unknown))
    found = dict(facts)
    if "choices" in found:
        words = (str(choice).strip()[: custom.LONGEST] for choice in found["choices"])
        found["choices"] = list(dict.fromkeys(word for word in words if word))[:MOST_CHOICES]
    if kind == Kind.CHOICE and len(found.get("choices", ["any"])) < 1:
        raise Refused(_("A choice needs at least one thing to choose."))
    if kind != Kind.CHOICE:
        found.pop("choices", None)
    return found


# Values -------------------------------------------------------------------------------------


def read_values(given: Mapping[str, Any]) -> dict[CustomField, custom.Value | None]:
    """Key → anything written becomes field → value; Refused names the field that is wrong."""
    known = {field.key: field for field in reads.fields()} if given else {}
    found: dict[CustomField, custom.Value | None] = {}
    for key, value in given.items():
        if key not in known:
            raise Refused(_("There is no custom field “%s”.") % key[:60])
        try:
            found[known[key]] = custom.read(known[key], value)
        except ValueError as problem:
            raise Refused(f"{known[key].label}: {problem}") from problem
    return found


def write_values(
    customer: Customer, values: Mapping[CustomField, custom.Value | None]
) -> list[str]:
    """Keep what differs, forget what is None; returns the keys of what has changed. For actions
    with a transaction and an audit line of their own."""
    told = reads.values([customer.pk], values).get(customer.pk, {})
    changed = {field: value for field, value in values.items() if told.get(field.pk) != value}
    write_in_bulk((customer.pk, field, value) for field, value in changed.items())
    return [f"custom.{field.key}" for field in changed]


def write_in_bulk(rows: Iterable[tuple[int, CustomField, custom.Value | None]]) -> int:
    """Upsert values of many customers in one statement; returns how many were given.
    The last of several for one customer and field holds."""
    last = {(customer, field.pk): (field.column, value) for customer, field, value in rows}
    _upsert([(*key, *told) for key, told in last.items() if told[1] is not None])
    _forget([key for key, (_column, value) in last.items() if value is None])
    return len(last)


def _upsert(told: list[tuple[int, int, str, custom.Value | None]]) -> None:
    if not told:
        return
    columns: dict[str, bulk.Column] = {
        "customer_id": [customer for customer, *_ in told],
        "field_id": [field for _customer, field, *_ in told],
    }
    for name in reads.TYPED:
        columns[name] = [value if column == name else None for *_, column, value in told]
    bulk.stage(connection, "staged_value", "customers_customvalue", columns, len(told))
    names = ", ".join(columns)
    sets = ", ".join(f"{name} = excluded.{name}" for name in reads.TYPED)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO customers_customvalue ({names}) SELECT {names} FROM staged_value "  # noqa: S608 (our own names)
            f"WHERE true ORDER BY customer_id, field_id "
            f"ON CONFLICT (customer_id, field_id) DO UPDATE SET {sets}"
        )


def _forget(keys: list[tuple[int, int]]) -> None:
    for pk in {field for _customer, field in keys}:
        ids = [customer for customer, field in keys if field == pk]
        for start in range(0, len(ids), 500):
            CustomValue.objects.filter(field=pk, customer__in=ids[start : start + 500]).delete()
