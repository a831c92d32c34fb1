"""Giving everything that points at one row to another, found in the models, and taking it back.

A row that both have (the same tag, the same e-mail) is kept once: what hangs on the one that goes
moves to the one that stays, and the one that goes is written down in full.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from django.apps import apps
from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, router, transaction
from django.db.models import CASCADE, SET_NULL, Field, Model, Q, QuerySet, UniqueConstraint

from relcrm.base.models import AuditLine

Way = tuple[type[Model], Field]
AT_ONCE = 5_000  # keys in one statement
APPEND_ONLY = {AuditLine}  # the trail says what was done to which number, and that stays true


class Exact(DjangoJSONEncoder):
    """Django's own cuts instants to milliseconds."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime | time) else super().default(o)


@dataclass
class Moves:
    """What was moved and what was dropped, in order; JSON, so that it can be kept."""

    moved: list[list[Any]] = field(default_factory=list)  # [model, column, from, to, keys]
    dropped: list[dict[str, Any]] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(len(keys) for *_way, keys in self.moved)


def ways(model: type[Model]) -> Iterator[Way]:
    """Every column of every table that points at this model, many-to-many tables included."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and (relation.one_to_many or relation.one_to_one):
            yield relation.related_model, relation.field


def subjects() -> Iterator[tuple[type[Model], str, str]]:
    """Columns that name a row of any model by its label and number: (model, kind, number)."""
    for model in apps.get_models():
        columns = {each.attname for each in model._meta.concrete_fields}
        for name in sorted(columns):
            kind = f"{name.removesuffix('_id')}_kind"
            if name.endswith("_id") and kind in columns and model not in APPEND_ONLY:
                yield model, kind, name


def move_all(old: Model, new: Model, moves: Moves) -> None:
    """Everything that points at `old` points at `new` afterwards."""
    for model, column in ways(type(old)):
        _move(model, column, old, new, moves)
    for model, kind, name in subjects():
        rows = _rows(model).filter(**{kind: old._meta.label_lower, name: old.pk})
        _write(rows, model, name, old.pk, new.pk, moves)


def put_aside(row: Model, moves: Moves) -> None:
    """Write down a row and all that lives and dies with it, and remove them."""
    for model, column in ways(type(row)):
        rows = _rows(model).filter(**{column.attname: _pointed(column, row)})
        if column.remote_field.on_delete is CASCADE:
            for below in rows:
                put_aside(below, moves)
        elif column.remote_field.on_delete is SET_NULL:
            _write(rows, model, column.attname, _pointed(column, row), None, moves)
    moves.dropped.append(written(row))
    _rows(type(row)).filter(pk=row.pk)._raw_delete(router.db_for_write(type(row)))


def put_back(moves: Moves) -> int:
    """The reverse, last first. Rows that are gone or have been moved on are left alone; returns
    how many of those dropped could not be made again, because something else is in their place."""
    left_out = sum(not _made_again(each) for each in reversed(moves.dropped))
    for label, name, old, new, keys in reversed(moves.moved):
        rows = _rows(apps.get_model(label))
        for start in range(0, len(keys), AT_ONCE):
            some = rows.filter(pk__in=keys[start : start + AT_ONCE], **{name: new})
            _each_or_all(some, name, old)
    return left_out


def written(row: Model) -> dict[str, Any]:
    """The whole row as JSON knows it."""
    plain = serializers.serialize("python", [row])[0]
    found: dict[str, Any] = json.loads(json.dumps(plain, cls=Exact))
    return found


def _rows(model: type[Model]) -> QuerySet[Any]:
    """All rows, and the plain way to write them: a model's own manager may forbid it."""
    return QuerySet(model)


def _pointed(column: Field, row: Model) -> Any:
    return getattr(row, column.target_field.attname)


def _move(model: type[Model], column: Field, old: Model, new: Model, moves: Moves) -> None:
    mine, theirs = (
        _rows(model).filter(**{column.attname: _pointed(column, row)}) for row in (old, new)
    )
    for row, twin in _twins(model, column, mine, theirs):
        move_all(row, twin, moves)
        put_aside(row, moves)
    _write(mine, model, column.attname, _pointed(column, old), _pointed(column, new), moves)


def _write(
    rows: QuerySet[Any], model: type[Model], name: str, old: Any, new: Any, moves: Moves
) -> None:
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    if not keys:
        return
    try:
        with transaction.atomic():
            rows.update(**{name: new})
    except IntegrityError:  # a rule that cannot be read from the models: find out row by row
        keys = [key for key in keys if _written_alone(model, key, name, new, moves)]
    if model._meta.pk.attname == name:
        keys = [new for _key in keys]
    if keys:
        moves.moved.append([model._meta.label, name, old, new, keys])


def _written_alone(model: type[Model], key: Any, name: str, new: Any, moves: Moves) -> bool:
    """Whether the row could take the value; otherwise it is put aside."""
    row = _rows(model).filter(pk=key)
    try:
        with transaction.atomic():
            row.update(**{name: new})
    except IntegrityError:
        put_aside(row.get(), moves)
        return False
    return True


def _each_or_all(rows: QuerySet[Any], name: str, value: Any) -> None:
    try:
        with transaction.atomic():
            rows.update(**{name: value})
    except IntegrityError:  # something came since that stands in the way of some of them
        for key in list(rows.values_list("pk", flat=True)):
            try:
                with transaction.atomic():
                    rows.filter(pk=key).update(**{name: value})
            except IntegrityError:
                continue


def _twins(
    model: type[Model], column: Field, mine: QuerySet[Any], theirs: QuerySet[Any]
) -> Iterator[tuple[Model, Model]]:
    """My rows that could not stand beside one of theirs, each with that one."""
    met: set[Any] = set()
    for names, condition in _uniques(model, column):
        known = {values: row for row, values in _keyed(theirs.filter(condition), names)}
        if not known:
            continue
        for row, values in _keyed(mine.filter(condition), names):
            if None not in values and values in known and row.pk not in met:
                met.add(row.pk)
                yield row, known[values]


def _keyed(rows: QuerySet[Any], names: list[str]) -> Iterator[tuple[Model, tuple[Any, ...]]]:
    for row in rows.order_by("pk"):
        yield row, tuple(getattr(row, name) for name in names)


def _uniques(model: type[Model], column: Field) -> Iterator[tuple[list[str], Q]]:
    """The other columns of every rule by which this one may not repeat, and where it holds."""
    meta = model._meta
    if column.unique:
        yield [], Q()
    rules = [(each, None) for each in meta.unique_together]
    rules += [(c.fields, c.condition) for c in meta.constraints if isinstance(c, UniqueConstraint)]
    for names, condition in rules:
        if column.name in names:
            others = [meta.get_field(name).attname for name in names if name != column.name]
            yield others, condition or Q()


def _made_again(told: dict[str, Any]) -> bool:
    """Make a dropped row again, unless what it points at is gone or its place is taken."""
    row = next(serializers.deserialize("python", [told], ignorenonexistent=True)).object
    for column in row._meta.concrete_fields:
        value = getattr(row, column.attname)
        if column.is_relation and value is not None and not _exists(column, value):
            if not column.null:
                return False
            setattr(row, column.attname, None)
    try:
        with transaction.atomic():
            row.save_base(raw=True, force_insert=True)
    except IntegrityError:
        return False
    return True


def _exists(column: Field, value: Any) -> bool:
    return _rows(column.related_model).filter(**{column.target_field.attname: value}).exists()
