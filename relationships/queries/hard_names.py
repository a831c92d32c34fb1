"""Until when somebody may be called by a name that ends by itself."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from customers.models import Customer
from relationships import live
from relationships.engine.typology.typology import Expiry
from relationships.models import Override
from relationships.queries.evidence import shard
from relationships.queries.judging import standard
from relcrm.base import company as companies


@dataclass(frozen=True)
class Term:
    """So many days from the last sign of it on record; without any, from the first such word."""

    days: int
    sign_on: date | None
    until: date


def term(customer: Customer, key: str, *, as_of: date, today: date) -> Term | None:
    """None for names that do not end by themselves."""
    expiry = live.typology()[key].expiry if key else None
    if expiry is None:
        return None
    days, sign = int(expiry.days), _last_sign(customer, expiry, as_of)
    start = sign or _first_word(customer, key) or today
    return Term(days, sign, start + timedelta(days=days))


def _last_sign(customer: Customer, expiry: Expiry, as_of: date) -> date | None:
    """As judging sees it: by the same column of the evidence."""
    rule = standard(companies.current(), as_of)
    seen = shard(
        np.array([customer.pk]), rule.found, cycle_weeks=rule.calibration.cycle_weeks,
        weights=rule.specification.weights,
    ).evidence  # fmt: skip
    age = float(seen[expiry.column][0])
    return None if np.isnan(age) else as_of - timedelta(days=int(age))


def _first_word(customer: Customer, key: str) -> date | None:
    """A word that is said again does not begin anew."""
    said = Override.objects.filter(customer=customer, type=key).order_by("set_at")
    first = said.values_list("set_at", flat=True).first()
    return first.astimezone(companies.current().tzinfo).date() if first else None
