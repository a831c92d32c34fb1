"""Somebody with a row in every table, for all tests about customers."""

from tests.customers.test_erasure import known_ada

__all__ = ["known_ada"]
