"""Customers and everything known about them in the back office, by noun."""

from customers.admin import facts, files, people

__all__ = ["facts", "files", "people"]
from customers.admin import privacy

__all__ = ["facts", "people", "privacy"]
