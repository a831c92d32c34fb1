"""Whether what people have is replaced when its usual life is over, on this company's own past."""

from datetime import date

import numpy as np
from django.db.models import F
from django.db.models.functions import Mod

from customers.models import Kind, OrderLine, Product
from relationships.engine.value import replacing
from relationships.engine.value.replacing import Replacing
from relationships.queries.evidence import day_number
from relationships.queries.purchases import purchase_days
from relationships.queries.sources import EVERYTHING, Clause

# So many customers show it; of a larger company one in so many is looked at.
SHOWN_BY = 20_000


def replacement(as_of: date, buyers: int, also: Clause = EVERYTHING) -> Replacing | None:
    """Of a company with so many buyers, by categories of the catalogue; None where no product has
    a life, or too few were due."""
    if not Product.objects.filter(expected_life_weeks__isnull=False).exists():
        return None
    one_in = max(1, buyers // SHOWN_BY)
    lines = (
        OrderLine.objects.filter(
            product__expected_life_weeks__isnull=False, interaction__kind=Kind.PURCHASE,
            interaction__occurred_on__lte=as_of,
        )
        .annotate(part=Mod(F("interaction__customer_id"), one_in))
        .filter(part=0)
        .values_list("interaction__customer_id", "product_id", "interaction__occurred_on",
                     "product__expected_life_weeks", "product__category")
    )  # fmt: skip
    kinds: dict[str, int] = {}
    rows = [
        (who, what, day_number(on), life, kinds.setdefault(category, len(kinds)))
        for who, what, on, life, category in lines.iterator()
    ]
    if not rows:
        return None
    *columns, kind = np.array(rows, dtype=np.int64).T
    days = purchase_days(as_of, one_in=one_in, also=also)
    return replacing.learn(*columns, days, day_number(as_of), kind=kind, names=[*kinds])
