"""Behaviours as conditions on the customer, each one set-based look at the interactions.

“In the set of customers who …” is made once by the database, whoever is asked about: its cost does
not grow with the number of customers asked about. With a span, only customers in it are looked at.
"""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Max, Min, OuterRef, Q, QuerySet, Subquery

from customers.models import Interaction, OrderLine, Product
from customers.segments.doers import Doers, DoersSince, Plain, Since, q_in
from customers.segments.fields import Moment, Span
from customers.segments.rule import Behaviour, Period, Where
from customers.segments.tallied import Tallied, TalliedSince, Tallies, stale

EVERYONE = Q(pk__isnull=False)
HALF_A_CENT = Decimal("0.005")  # SQLite adds up in floating point; cents are exact on either side


def q_of(behaviour: Behaviour, moment: Moment, span: Span | None = None) -> Q:
    """The condition; with a span, written for asking about these customers alone."""
    if behaviour.period.since is not None:
        return _since(behaviour, _doers_since(behaviour, behaviour.period.since, moment, span))
    found = _measured(behaviour, _doers(behaviour, moment, span))
    return found if behaviour.did else ~found


def _doers(behaviour: Behaviour, moment: Moment, span: Span | None) -> Doers:
    rows = happenings(behaviour, moment, span)
    if not (moment.tallied_through and behaviour.where.is_kinds_alone):
        return Plain(rows)
    tallies = Tallies(moment, behaviour.where.kinds, span)
    return Tallied(tallies, *_days(behaviour.period, moment), Plain(stale(rows, moment)))


def _doers_since(
    behaviour: Behaviour, event: Where, moment: Moment, span: Span | None
) -> DoersSince:
    rows, events = counted(behaviour.where, moment, span), counted(event, moment, span)
    which = behaviour.period.which
    if not (moment.tallied_through and behaviour.where.is_kinds_alone and event.is_kinds_alone):
        return Since(rows, events, which)
    return TalliedSince(
        Tallies(moment, behaviour.where.kinds, span),
        Tallies(moment, event.kinds, span),
        which,
        Since(stale(rows, moment), stale(events, moment), which),
    )


def _days(period: Period, moment: Moment) -> tuple[date | None, date]:
    """The last day before a period, and the last one in it."""
    if period.last_days is not None:
        return moment.as_of - timedelta(days=period.last_days), moment.as_of
    begins = period.from_on if period.from_on != date.min else None
    after = begins - timedelta(days=1) if begins else None
    return after, min(moment.as_of, period.to_on or moment.as_of)


def _since(behaviour: Behaviour, doers: DoersSince) -> Q:
    """Who has no such event is neither among those who did since nor among those who did not."""
    is_some = behaviour.measure == "times" and behaviour.number == 1
    if is_some and behaviour.how == "at_least":
        return q_in(doers.some() if behaviour.did else doers.none())
    found = _measured(behaviour, doers)
    if behaviour.did and behaviour.how != "at_most" and behaviour.number > 0:
        return found  # who reached that much since has the event
    return q_in(doers.with_event()) & (found if behaviour.did else ~found)


def happenings(
    behaviour: Behaviour, moment: Moment, span: Span | None = None
) -> QuerySet[Interaction]:
    """The interactions that count for a behaviour. Of many customers, ask `Since` instead."""
    return _within(counted(behaviour.where, moment, span), behaviour.period, moment)


def counted(where: Where, moment: Moment, span: Span | None = None) -> QuerySet[Interaction]:
    """Interactions that the filters mean, none of them after the day we look."""
    found = Interaction.objects.order_by().filter(occurred_on__lte=moment.as_of)
    if span is not None:
        found = found.filter(span.q("customer_id"))
    if where.kinds:
        one = len(where.kinds) == 1
        found = found.filter(**{"kind": where.kinds[0]} if one else {"kind__in": where.kinds})
    if where.categories:
        goods = Product.objects.filter(category__in=where.categories)
        found = found.filter(
            Q(category__in=where.categories)
            | _with_lines(Q(category__in=where.categories), span)
            | _with_lines(Q(product__in=list(goods.values_list("pk", flat=True))), span)
        )
    if where.products:
        goods = Product.objects.filter(sku__in=where.products)
        meant = _with_lines(Q(product__in=list(goods.values_list("pk", flat=True))), span)
        found = found.filter(meant) if meant else found.none()
    limits = {
        "channel__in": where.channels, "amount__gte": where.amount_at_least,
        "amount__lte": where.amount_at_most, "rating__gte": where.rating_at_least,
        "rating__lte": where.rating_at_most,
    }  # fmt: skip
    return found.filter(**{name: v for name, v in limits.items() if v not in ((), None)})


def _with_lines(meant: Q, span: Span | None) -> Q:
    """Nothing where no line is meant: then the interactions' own index suffices."""
    lines = OrderLine.objects.order_by().filter(meant)
    if not lines.exists():
        return Q()
    if span is not None and span.is_small:
        lines = lines.filter(span.q("interaction__customer_id"))
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


def _measured(behaviour: Behaviour, doers: Doers) -> Q:
    number, is_sum = behaviour.number, behaviour.measure == "sum"
    if behaviour.how == "at_least":
        return EVERYONE if number <= 0 else _reach(doers, number, is_sum)
    if behaviour.how == "at_most" or number <= 0:
        return ~_exceed(doers, number, is_sum)
    if is_sum:
        return q_in(doers.together(_just_below(number), number + HALF_A_CENT))
    return q_in(doers.times(int(number), int(number)))


def _reach(doers: Doers, number: Decimal, is_sum: bool) -> Q:
    if is_sum:
        return q_in(doers.together(_just_below(number)))
    return q_in(doers.some() if number <= 1 else doers.times(int(number)))


def _exceed(doers: Doers, number: Decimal, is_sum: bool) -> Q:
    if is_sum:
        return q_in(doers.together(number + HALF_A_CENT))
    return _reach(doers, number + 1, is_sum=False)


def _just_below(number: Decimal) -> Decimal:
    """Of an amount above nothing; nothing at all does not reach it."""
    return max(number - HALF_A_CENT, Decimal(0))
