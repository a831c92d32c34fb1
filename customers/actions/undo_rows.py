"""Interactions of an import that is undone: the new ones go, the changed ones are as before."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, ForeignObjectRel, Min, OuterRef, ProtectedError, QuerySet
from django.utils.timezone import now as clock

from customers.actions import undo_people
from customers.actions.corrected import note_corrections
from customers.actions.upsert import look_again
from customers.events import FIELDS
from customers.models import (
    Customer,
    Import,
    ImportBatch,
    ImportBefore,
    Interaction,
    Merge,
    OrderLine,
    Product,
)

# Every name in these statements is our own; values go as parameters.
# ruff: noqa: S608 (names in statements are our own; values go as parameters)
AT_ONCE = 2_000
COLUMNS = [name for name in FIELDS if name not in ("source", "source_id")]


def restore_all(of: Import, counts: Counter[str], beat: Callable[[], None]) -> None:
    """Rows that were changed become what they were, thousands in a transaction."""
    while _restore_some(of, counts):
        beat()


@transaction.atomic
def _restore_some(of: Import, counts: Counter[str]) -> int:
    """The newest first, so that of two changes the older value holds in the end."""
    rows = list(ImportBefore.objects.filter(of=of).order_by("-id")[:AT_ONCE])
    if not rows:
        return 0
    now = clock()
    happened = [row for row in rows if row.interaction_id]
    lines = [row for row in happened if "lines" in row.before]
    changed = [row.pk for row in happened if "lines" not in row.before]
    since = _since(row.pk for row in happened)
    restored = _restore(changed)
    _move_back(happened)
    counts["restored"] += restored
    counts["kept"] += len(changed) - restored
    _restore_lines(lines)
    for customer, day in _since(row.pk for row in happened).items():
        since[customer] = min(day, since.get(customer, day))
    look_again(sorted(since), now)
    note_corrections(since, now)
    undo_people.restore([row for row in rows if not row.interaction_id], counts, now=now)
    ImportBefore.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _since(changes: Iterable[int]) -> dict[int, date]:
    """Whose the changed rows are at this moment, and the earliest day that they are about."""
    rows = Interaction.objects.filter(pk__in=ImportBefore.objects.filter(
        pk__in=list(changes)).values("interaction_id"))  # fmt: skip
    return dict(rows.order_by().values_list("customer_id").annotate(Min("occurred_on")))


def _restore(changes: Sequence[int]) -> int:
    """One statement for those that still are as the import left them; returns how many."""
    if not changes:
        return 0
    marks = ", ".join(["%s"] * len(changes))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sets = ", ".join(f"{name} = old.{name}" for name in COLUMNS)
            cursor.execute(
                f"UPDATE customers_interaction AS i SET {sets} FROM "
                "(SELECT r.* FROM customers_importbefore b "
                "JOIN customers_interaction n ON n.id = b.interaction_id, "
                "LATERAL jsonb_populate_record(n, b.before - 'customer_id') AS r "
                f"WHERE b.id IN ({marks}) AND to_jsonb(n) - 'customer_id' "
                "@> (b.after - 'customer_id')) AS old WHERE i.id = old.id",
                list(changes),
            )
        else:
            sets = ", ".join(
                f"{name} = CASE WHEN json_type(b.before, '$.{name}') IS NULL THEN i.{name} "
                f"ELSE json_extract(b.before, '$.{name}') END"
                for name in COLUMNS if name != "customer_id"
            )  # fmt: skip
            same = " AND ".join(
                f"(json_type(b.after, '$.{name}') IS NULL OR "
                f"i.{name} IS json_extract(b.after, '$.{name}'))"
                for name in COLUMNS if name != "customer_id"
            )  # fmt: skip
            cursor.execute(
                f"UPDATE customers_interaction AS i SET {sets} FROM customers_importbefore AS b "
                f"WHERE b.interaction_id = i.id AND b.id IN ({marks}) AND {same}",
                list(changes),
            )
        return int(cursor.rowcount)


def _move_back(rows: list[ImportBefore]) -> None:
    """Who owned a row that the import gave to another has it back, if they are still there."""
    for row in rows:
        owner = row.before.get("customer_id")
        if owner is not None and owner != row.after.get("customer_id"):
            owner = _survivor(owner)
            there = Customer.objects.present().filter(pk=owner)
            Interaction.objects.filter(
                pk=row.interaction_id, customer=_survivor(row.after["customer_id"])
            ).filter(Exists(there)).update(customer=owner)


def _survivor(customer: int) -> int:
    """Who this customer is now, when they were merged since."""
    merge = Merge.objects.standing().filter(merged=customer).order_by("-pk").first()
    return merge.survivor_id if merge else customer


def _restore_lines(rows: list[ImportBefore]) -> None:
    """Orders get back the lines they had."""
    if not rows:
        return
    OrderLine.objects.filter(interaction__in=[row.interaction_id for row in rows]).delete()
    known = set(Product.objects.filter(pk__in={
        line["product_id"] for row in rows for line in row.before["lines"] if line["product_id"]
    }).values_list("pk", flat=True))  # fmt: skip
    OrderLine.objects.bulk_create(
        [
            OrderLine(interaction_id=row.interaction_id, **_line(line, known))
            for row in rows for line in row.before["lines"]
        ],
        batch_size=1_000,
    )  # fmt: skip


def _line(line: dict[str, Any], known: set[int]) -> dict[str, Any]:
    product = line["product_id"] if line["product_id"] in known else None
    figures = {name: str(line[name]) for name in ("quantity", "unit_price", "discount")}
    return {"product_id": product, "category": line["category"]} | figures


def remove(of: Import, mark: ImportBatch, counts: Counter[str], *, now: datetime) -> None:
    """The interactions that this batch added, whoever's they are by now; not those that a later
    import changed, for then two files have brought them."""
    added = Interaction.objects.filter(
        pk__gt=mark.interactions_above, pk__lte=mark.interactions_through,
        recorded_at=mark.at, source=of.options.get("source", ""),
    ).order_by("pk")  # fmt: skip
    later = ImportBefore.objects.filter(interaction=OuterRef("pk"), of__gt=of.pk)
    kept = added.filter(Exists(later))
    counts["kept"] += kept.count()
    touched: set[int] = set()
    rows = list(added.filter(~Exists(later)).values_list("pk", "customer_id"))
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        counts["removed"] += _delete(Interaction.objects.filter(pk__in=[pk for pk, _c in some]))
        touched |= {customer for _pk, customer in some}
    look_again(sorted(touched), now)


def _delete(rows: QuerySet[Interaction]) -> int:
    return int(rows.delete()[1].get("customers.Interaction", 0))


def remove_products(made: list[int]) -> None:
    """Products that the import entered, unless something else names them."""
    left = Product.objects.filter(pk__in=made)
    for relation in Product._meta.related_objects:
        left = left.filter(~Exists(_naming(relation)))
    try:
        with transaction.atomic():
            left.delete()
    except ProtectedError:  # named in this very moment
        return


def _naming(relation: ForeignObjectRel) -> QuerySet[Any]:
    return relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
