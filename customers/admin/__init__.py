"""Customers and everything known about them in the back office, by noun."""

from customers.admin import facts, files, people, privacy, segments

__all__ = ["facts", "files", "people", "privacy", "segments"]
