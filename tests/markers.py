"""What the suite's marks mean when a test is run by hand."""

import pytest
from django.db import connection


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test of PostgreSQL's own ways never passes by not running."""
    if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
        pytest.fail(
            "This test needs PostgreSQL: `make test` starts one, or set RELCRM_DATABASE_URL.",
            pytrace=False,
        )
