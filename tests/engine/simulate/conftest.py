"""One world that all tests of the simulator look at: two thousand customers, three years."""

from datetime import date

import pytest

from relationships.engine.simulate import World, world

FIRST, LAST = date(2022, 3, 7), date(2025, 3, 2)


@pytest.fixture(scope="session")
def shop_world() -> World:
    return world(20250302, 2_000, FIRST, LAST)
