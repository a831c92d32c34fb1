"""By which channel customers came, what those of each are worth, and what they left us so far."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import OuterRef, Subquery

from customers.models import Customer, Interaction
from relationships.engine.value import PurchaseDays
from relationships.engine.value.parts import cost_of_purchase, kept_share
from relationships.engine.value.payback import brought, left_by_each
from relationships.queries.evidence import day_number
from relationships.queries.judging import Standard


def by_channel(one_in: int, days: PurchaseDays, rule: Standard) -> dict[str, dict[str, Any]]:
    """Channel of the first thing that happened with them; of one customer in so many, scaled up.

    `brought` and `so_far` (of one customer, on the first day and every four weeks after) are by
    the company's usual margin and costs.
    """
    rows = _rows(one_in)
    channels = sorted({channel for _, channel, _, _ in rows})
    place = {customer: channels.index(channel) for customer, channel, _, _ in rows}
    customers = days.customer[days.starts].tolist()
    group = np.array([place.get(each, -1) for each in customers], dtype=np.int64)
    usual = rule.models.rates.usual(rule.terms.margin_rate)
    left = left_by_each(
        days,
        gain=float(kept_share(usual)[0]),
        cost=float(np.asarray(cost_of_purchase(usual, rule.terms))[0]),
    )
    of_each = brought(days, group, len(channels), left, as_of_day=day_number(rule.as_of))
    found = {}
    for channel, past in zip(channels, of_each, strict=True):
        mine = [(value, alive) for _, came, value, alive in rows if came == channel]
        found[channel] = {
            "n": len(mine) * one_in,
            "value": one_in * sum(value for value, _ in mine),
            "alive": one_in * sum(alive for _, alive in mine),
            "brought": one_in * past.together,
            "so_far": [round(float(each), 2) for each in past.so_far],
        }
    return dict(sorted(found.items(), key=lambda one: -one[1]["value"]))


def channels_of(customers: Iterable[int]) -> dict[int, str]:
    """Channel of the first thing that happened with each of them; "" where none is told."""
    first = Interaction.objects.filter(customer=OuterRef("pk")).order_by("occurred_on", "pk")
    rows = Customer.objects.filter(pk__in=list(customers)).annotate(
        came=Subquery(first.values("channel")[:1])
    )
    return {pk: channel or "" for pk, channel in rows.values_list("pk", "came")}


def _rows(one_in: int) -> list[tuple[int, str, float, float]]:
    first = (
        "SELECT i.channel FROM customers_interaction i WHERE i.customer_id = p.customer_id "
        "ORDER BY i.occurred_on, i.id LIMIT 1"
    )
    statement = (
        f"SELECT p.customer_id, ({first}) AS channel, p.value, p.alive "  # noqa: S608
        "FROM relationships_profile p "
        f"WHERE p.value IS NOT NULL AND MOD(p.customer_id, {int(one_in)}) = 0"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [
            (int(customer), channel or "", float(value), float(alive or 0))
            for customer, channel, value, alive in cursor.fetchall()
        ]
