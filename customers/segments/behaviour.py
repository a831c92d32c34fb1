"""Behaviours as conditions on the customer, each one set-based look at the interactions.

“In the set of customers who …” is hashed once by the database, whoever is asked about: its cost
does not grow with the number of customers asked about.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum

from customers.models import Interaction, OrderLine, Product
from customers.segments.fields import Moment
from customers.segments.rule import Behaviour, Period, Where

EVERYONE = Q(pk__isnull=False)
HALF_A_CENT = Decimal("0.005")  # SQLite adds up in floating point; cents are exact on either side


def q_of(behaviour: Behaviour, moment: Moment, only: int | None = None) -> Q:
    """The condition; with `only`, written for asking about this one customer."""
    found = _measured(behaviour, happenings(behaviour, moment, only))
    found = found if behaviour.did else ~found
    if behaviour.period.since is None:
        return found
    since = counted(behaviour.period.since, moment, only)
    return Q(pk__in=since.values("customer_id")) & found


def happenings(
    behaviour: Behaviour, moment: Moment, only: int | None = None
) -> QuerySet[Interaction]:
    """The interactions that count for a behaviour."""
    return _within(counted(behaviour.where, moment, only), behaviour.period, moment)


def counted(where: Where, moment: Moment, only: int | None = None) -> QuerySet[Interaction]:
    """Interactions that the filters mean, none of them after the day we look."""
    found = Interaction.objects.order_by().filter(occurred_on__lte=moment.as_of)
    if only is not None:
        found = found.filter(customer_id=only)
    if where.kinds:
        one = len(where.kinds) == 1
        found = found.filter(**{"kind": where.kinds[0]} if one else {"kind__in": where.kinds})
    if where.categories:
        goods = Product.objects.filter(category__in=where.categories)
        found = found.filter(
            Q(category__in=where.categories)
            | _with_lines(Q(category__in=where.categories), only)
            | _with_lines(Q(product__in=list(goods.values_list("pk", flat=True))), only)
        )
    if where.products:
        goods = Product.objects.filter(sku__in=where.products)
        meant = _with_lines(Q(product__in=list(goods.values_list("pk", flat=True))), only)
        found = found.filter(meant) if meant else found.none()
    limits = {
        "channel__in": where.channels, "amount__gte": where.amount_at_least,
        "amount__lte": where.amount_at_most, "rating__gte": where.rating_at_least,
        "rating__lte": where.rating_at_most,
    }  # fmt: skip
    return found.filter(**{name: v for name, v in limits.items() if v not in ((), None)})


def _with_lines(meant: Q, only: int | None) -> Q:
    """Nothing where no line is meant: then the interactions' own index suffices."""
    lines = OrderLine.objects.order_by().filter(meant)
    if not lines.exists():
        return Q()
    if only is not None:
        lines = lines.filter(interaction__customer_id=only)
    return Q(pk__in=lines.values("interaction_id"))


def _within(rows: QuerySet[Interaction], period: Period, moment: Moment) -> QuerySet[Interaction]:
    if period.last_days is not None:
        return rows.filter(occurred_on__gt=moment.as_of - timedelta(days=period.last_days))
    if period.from_on is not None:
        rows = rows.filter(occurred_on__gte=period.from_on)
    if period.to_on is not None:
        rows = rows.filter(occurred_on__lte=period.to_on)
    if period.since is not None:
        which = Max if period.which == "last" else Min
        event = counted(period.since, moment).filter(customer_id=OuterRef("customer_id"))
        at = event.values("customer_id").annotate(at=which("occurred_at")).values("at")
        rows = rows.filter(occurred_at__gt=Subquery(at))
    return rows


def _measured(behaviour: Behaviour, rows: QuerySet[Interaction]) -> Q:
    number, is_sum = behaviour.number, behaviour.measure == "sum"
    if behaviour.how == "at_least":
        return EVERYONE if number <= 0 else _reach(rows, number, is_sum)
    if behaviour.how == "at_most":
        return ~_exceed(rows, number, is_sum)
    reached = EVERYONE if number <= 0 else _reach(rows, number, is_sum)
    return reached & ~_exceed(rows, number, is_sum)


def _reach(rows: QuerySet[Interaction], number: Decimal, is_sum: bool) -> Q:
    if is_sum:
        return _having(rows, Sum("amount"), gt=number - HALF_A_CENT)
    return _in(rows) if number <= 1 else _having(rows, Count("*"), gte=int(number))


def _exceed(rows: QuerySet[Interaction], number: Decimal, is_sum: bool) -> Q:
    if is_sum:
        return _having(rows, Sum("amount"), gt=number + HALF_A_CENT)
    return _reach(rows, number + 1, is_sum=False)


def _having(rows: QuerySet[Interaction], measure: Any, **limit: Any) -> Q:
    sets = rows.values("customer_id").annotate(measured=measure)
    return _in(sets.filter(**{f"measured__{name}": value for name, value in limit.items()}))


def _in(rows: QuerySet[Interaction]) -> Q:
    return Q(pk__in=rows.values("customer_id"))
