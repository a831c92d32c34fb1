"""Gaps of many people added up in the database: by label, type held, wish and treatment."""

from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from customers.models import Customer
from relationships.engine.gap import terms
from relationships.engine.typology import typology
from relationships.models import Family, Gap, Profile

WANTED = ("fling", "friend", "marriage", "distant")
HELD = (*WANTED, "negative")
FAMILY = "customer__profile__family"
Sums = dict[str, list[dict[str, Any]]]


def sums(among: QuerySet[Customer] | None = None) -> Sums:
    """Four queries. Each row says which family is held (as shown), so that whoever may not see
    one can leave it out: `gaps` {family, type, label, n, wide}, `wishes` {family, n, stated, and
    the families wanted}, `wished` {family, wish, n, stated}, `treated` {family, as, n}, `suited`
    {family, wish, n}, `held` {family, n, and chances by family}, `holding` {family, type, n}, by
    the type held whether it is shown or not."""
    gaps, people = Gap.objects.all(), Profile.objects.all()
    if among is not None:
        whose = among.order_by().values("pk")
        gaps, people = gaps.filter(customer__in=whose), people.filter(customer__in=whose)
    wide = Count("pk", filter=Q(gap__gte=terms().wide_from))
    by_label = gaps.order_by().values_list(FAMILY, "customer__profile__type", "label")
    return {
        "gaps": [
            {"family": f, "type": t, "label": label, "n": n, "wide": w}
            for f, t, label, n, w in by_label.annotate(n=Count("pk"), wide=wide)
        ],
        **_wishes(gaps.order_by()),
        **_treated(gaps.order_by()),
        **_held(people.order_by()),
    }


def _wishes(gaps: QuerySet[Gap]) -> Sums:
    stated = Count("pk", filter=Q(is_stated=True))
    wanted = {name: Sum(f"want_{name}") for name in WANTED}
    found = gaps.values(FAMILY, "wish").annotate(n=Count("pk"), stated=stated, **wanted)
    rows = [{"family": row.pop(FAMILY), **row} for row in found]
    return {
        "wishes": _folded(rows, ("family",), ("n", "stated", *WANTED)),
        "wished": _folded(rows, ("family", "wish"), ("n", "stated")),
    }


def _treated(gaps: QuerySet[Gap]) -> Sums:
    found = gaps.values_list(FAMILY, "treated", "treated_wish").annotate(n=Count("pk"))
    rows = [{"family": f, "as": done, "wish": wish, "n": n} for f, done, wish, n in found]
    return {
        "treated": _folded(rows, ("family", "as"), ("n",)),
        "suited": _folded(rows, ("family", "wish"), ("n",)),
    }


def _held(people: QuerySet[Profile]) -> Sums:
    """Of whoever never did a thing, what they have is not known."""
    known = people.exclude(alive=None, family=Family.UNDETERMINED)
    chances = {name: Sum(f"p_{name}") for name in HELD}
    keys = typology().keys
    rows = [
        {"type": "" if row["held"] is None else keys[row["held"]]} | row
        for row in known.values("family", "held").annotate(n=Count("pk"), **chances)
    ]
    return {
        "held": _folded(rows, ("family",), ("n", *HELD)),
        "holding": _folded(rows, ("family", "type"), ("n",)),
    }


def _folded(
    rows: list[dict[str, Any]], by: tuple[str, ...], added: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Added up over everything but `by`."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        group = tuple(row[name] for name in by)
        kept = found.setdefault(group, dict(zip(by, group, strict=True)) | dict.fromkeys(added, 0))
        for name in added:
            kept[name] += row[name] or 0
    return [*found.values()]
