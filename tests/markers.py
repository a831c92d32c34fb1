"""What the suite's marks mean when a test is run by hand."""

import pytest
from django.db import connection

from relcrm.base import append_only, readings

ASKS = "--with-database"
ONCE = ("browser", "one_database")
TRANSACTIONAL = {"transactional_db", "live_server", "django_db_serialized_rollback"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        ASKS, action="store_true", help="leave out what another database cannot change"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The second database needs no second look at arithmetic, templates and files, nor at what
    a browser makes of the same pages."""
    if not config.getoption(ASKS):
        return
    asking = [item for item in items if _asks(item) and not any(map(item.get_closest_marker, ONCE))]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(asking)])
    items[:] = asking


def _asks(item: pytest.Item) -> bool:
    fixtures = TRANSACTIONAL | {"db"}
    return bool(
        item.get_closest_marker("django_db") or fixtures & set(getattr(item, "fixturenames", ()))
    )


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test of PostgreSQL's own ways never passes by not running."""
    if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
        pytest.fail(
            "This test needs PostgreSQL: `make test` starts one, or set RELCRM_DATABASE_URL.",
            pytrace=False,
        )


@pytest.fixture(autouse=True)
def _audit_trail_can_be_emptied(request: pytest.FixtureRequest):
    """Tests that see committed rows empty every table behind themselves, which the triggers of
    the audit trail would refuse; emptying puts them back (it signals post_migrate)."""
    mark = request.node.get_closest_marker("django_db")
    is_transactional = bool(mark and mark.kwargs.get("transaction"))
    if is_transactional or TRANSACTIONAL & set(request.fixturenames):
        request.getfixturevalue("transactional_db")
        yield
        append_only.lift()
    else:
        yield
    readings.forget()
