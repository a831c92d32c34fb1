"""Customers of an import that is undone: who is new and alone goes, whose facts changed has them
back; who has anything else by now stays, and is named."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from customers import derived
from customers.actions import keepers
from customers.models import Customer, Identity, Import, ImportBatch, ImportBefore
from customers.queries.erasure import Place, places

NAMED = 200  # who stays is named up to here; beyond, only counted


def restore(rows: list[ImportBefore], counts: Counter[str], *, now: datetime) -> None:
    """Facts become what they were, each one that is still as the import left it. `rows` come
    the newest first."""
    rows = [row for row in rows if row.after]
    told = [row for row in rows if "identity" not in row.after]
    _restore_facts(told, counts, now)
    for row in rows:
        if "identity" in row.after:
            _forget_identity(row)


def _restore_facts(rows: list[ImportBefore], counts: Counter[str], now: datetime) -> None:
    names = sorted({name for row in rows for name in row.after})
    known = keepers.values_of({row.customer_id for row in rows}, names)
    back: keepers.Values = {}
    for row in rows:
        said = {
            n: row.before.get(n) for n, v in row.after.items() if known[row.customer_id][n] == v
        }
        known[row.customer_id] |= said  # an older change of the same row follows
        back.setdefault(row.customer_id, {}).update(said)
        counts["kept"] += len(row.after) > len(said)
    back = {pk: facts for pk, facts in back.items() if facts}
    keepers.store(back, now=now)
    counts["facts_restored"] += len(back)


def _forget_identity(row: ImportBefore) -> None:
    """A way to recognise somebody that the import brought, unless it is how we reach them."""
    kind, value = row.after["identity"]
    theirs = Identity.objects.filter(customer=row.customer_id, kind=kind, source="", value=value)
    theirs.exclude(Q(customer__email=value) | Q(customer__phone=value)).delete()


def remove(of: Import, mark: ImportBatch, counts: Counter[str], named: list[int]) -> None:
    """Customers whom this batch made: those of whom nothing else is known."""
    made = Customer.objects.filter(
        pk__gt=mark.customers_above, pk__lte=mark.customers_through,
        created_at=mark.at, erased_at=None,
    )  # fmt: skip
    alone = list(_alone(made, of).values_list("pk", flat=True))
    stay = list(made.exclude(pk__in=alone).order_by("pk").values_list("pk", flat=True)[:NAMED])
    counts["customers_kept"] += made.count() - len(alone)
    named += stay[: max(NAMED - len(named), 0)]
    for some in keepers.parts(alone):
        Customer.objects.filter(pk__in=some).delete()
    counts["customers_removed"] += len(alone)


def _alone(made: QuerySet[Customer], of: Import) -> QuerySet[Customer]:
    """Nobody changed them by hand, and no table knows them but by what we worked out ourselves."""
    found = made.filter(changed_at=F("created_at"))
    for place in places():
        if "__" not in place.path and place.model not in (*keepers.MODELS, *derived.MODELS):
            found = found.exclude(pk__in=_known(place, made, of))
    others = Identity.objects.filter(customer__in=made).exclude(_own_identity(of))
    return found.exclude(pk__in=others.values("customer_id"))


def _own_identity(of: Import) -> Q:
    """By which the import knows people, or which is their e-mail or phone."""
    ours = Q(value=F("customer__email")) | Q(value=F("customer__phone"))
    return ours | Q(kind="external", source=of.options.get("source", ""))


def _known(place: Place, made: QuerySet[Customer], of: Import) -> QuerySet[Any]:
    rows = place.model._base_manager.filter(**{f"{place.path}__in": made.values("pk")})
    if place.model is ImportBefore:
        rows = rows.exclude(of=of)
    return rows.values(place.path)
