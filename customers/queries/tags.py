"""Tags with how many carry them, and the tags of some customers."""

from collections.abc import Iterable

from django.db.models import Count, QuerySet

from customers.models import Tag, Tagging


def tags_with_counts() -> QuerySet[Tag]:
    """Every tag and how many customers have it, counted from the index of tags."""
    return Tag.objects.annotate(people=Count("taggings"))


def tags() -> list[Tag]:
    return list(Tag.objects.all())


def tags_of(customers: Iterable[int]) -> dict[int, list[Tag]]:
    """Customer → tags in the order of their names; one query."""
    rows = Tagging.objects.filter(customer__in=list(customers)).select_related("tag")
    found: dict[int, list[Tag]] = {}
    for row in rows.order_by("tag__name"):
        found.setdefault(row.customer_id, []).append(row.tag)
    return found
