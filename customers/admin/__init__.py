"""Customers and everything known about them in the back office, by noun."""

from customers.admin import facts, files, merging, people, privacy, segments, tallies

__all__ = ["facts", "files", "merging", "people", "privacy", "segments", "tallies"]
