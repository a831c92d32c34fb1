"""How a customer is told apart from another, in a template."""

from django import template

from customers.models import Customer
from customers.side_by_side import lines as told

register = template.Library()


@register.filter
def lines(customer: Customer) -> list[str]:
    return told(customer)


@register.filter
def one_of(model: type) -> str:
    """The name of one row of a table."""
    return str(model._meta.verbose_name)


@register.filter
def many_of(model: type) -> str:
    return str(model._meta.verbose_name_plural)
