"""Gaps of many people added up in the database: by label, type held, wish and treatment."""

from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from customers.models import Customer
from relationships.engine.gap import terms
from relationships.models import Gap, Profile

WANTED = ("fling", "friend", "marriage", "distant")
HELD = (*WANTED, "negative")
Sums = dict[str, list[dict[str, Any]]]


def sums(among: QuerySet[Customer] | None = None) -> Sums:
    """Four queries. Each row says which family is held (as shown), so that whoever may not see
    one can leave it out: `gaps` {family, type, label, n, wide}, `wishes` {family, n, stated, and
    the families wanted}, `treated` {family, as, n}, `held` {family, n, and chances by family}."""
    gaps, people = Gap.objects.all(), Profile.objects.all()
    if among is not None:
        whose = among.order_by().values("pk")
        gaps, people = gaps.filter(customer__in=whose), people.filter(customer__in=whose)
    family, kind = "customer__profile__family", "customer__profile__type"
    wide = Count("pk", filter=Q(gap__gte=terms().wide_from))
    wanted = {name: Sum(f"want_{name}") for name in WANTED}
    stated = Count("pk", filter=Q(is_stated=True))
    chances = {name: Sum(f"p_{name}") for name in HELD}
    return {
        "gaps": [
            {"family": f, "type": t, "label": label, "n": n, "wide": w}
            for f, t, label, n, w in gaps.order_by()
            .values_list(family, kind, "label")
            .annotate(n=Count("pk"), wide=wide)
        ],
        "wishes": [
            {"family": row.pop(family), **row}
            for row in gaps.order_by()
            .values(family)
            .annotate(n=Count("pk"), stated=stated, **wanted)
        ],
        "treated": [
            {"family": f, "as": done, "n": n}
            for f, done, n in gaps.order_by().values_list(family, "treated").annotate(n=Count("pk"))
        ],
        "held": [*people.order_by().values("family").annotate(n=Count("pk"), **chances)],
    }
