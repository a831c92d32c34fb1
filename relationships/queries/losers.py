"""Customers who are expected to cost more than they bring, the costliest first."""

from django.db.models import Count, QuerySet, Sum

from customers.models import Customer
from customers.queries.modifiers import hidden_from
from relationships.models import Cause, Forecast
from relationships.veil import findable
from relcrm.base.models import User
from relcrm.lib.rest.keyset import Order, number, whole
from relcrm.lib.windows import Part, Window, window

ORDER = Order((("value", number), ("customer_id", whole)))
SHOWN = 50


def losing(user: User, cause: str = "", *, frank: bool, sees_goods: bool) -> QuerySet[Forecast]:
    """Of those this person may see and who may be judged; of one cause if it is one. Not frank,
    without those left to service: what they cost us by would say what they are. Nor, for who may
    not know what discreet customers bought, with those: it would say that."""
    people = Customer.objects.visible_to(user).judgeable()
    if not sees_goods:
        people = people.exclude(hidden_from(user))
    rows = Forecast.objects.losing().filter(customer__in=people)
    rows = findable(rows, "customer__profile__family", frank=frank)
    return rows.filter(cause=cause) if cause in Cause.values else rows


def page_of(rows: QuerySet[Forecast], *, after: str, before: str) -> Window[Forecast]:
    shown = rows.select_related("customer", "customer__profile")
    return window([Part(shown, ORDER)], after=after, before=before, size=SHOWN)


def by_cause(rows: QuerySet[Forecast]) -> list[tuple[str, int, float]]:
    """Cause, how many and what they are expected to cost together; the most first."""
    found = rows.values("cause").annotate(n=Count("pk"), sum=Sum("value")).order_by("-n", "cause")
    return [(row["cause"], row["n"], row["sum"]) for row in found if row["n"]]
