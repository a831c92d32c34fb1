"""Tags with how many carry them, and the tags of some customers."""

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from customers.models import Customer, Tag, Tagging
from relcrm.base import roles
from relcrm.base.models import User


def tags_with_counts(user: User) -> QuerySet[Tag]:
    """Every tag and how many customers whom this person may see have it; of everybody, counted
    from the index of tags."""
    if roles.may(user, "see_everyone"):
        return Tag.objects.annotate(people=Count("taggings"))
    seen = Q(taggings__customer__in=Customer.objects.visible_to(user))
    return Tag.objects.annotate(people=Count("taggings", filter=seen))


def tags() -> list[Tag]:
    return list(Tag.objects.all())


def tags_of(customers: Iterable[int]) -> dict[int, list[Tag]]:
    """Customer → tags in the order of their names; one query."""
    rows = Tagging.objects.filter(customer__in=list(customers)).select_related("tag")
    found: dict[int, list[Tag]] = {}
    for row in rows.order_by("tag__name"):
        found.setdefault(row.customer_id, []).append(row.tag)
    return found
