"""What the suite's marks mean when a test is run by hand."""

import gc

import pytest
from django.db import connection

from relcrm.base import readings
from tests import emptying

ASKS = "--with-database"
ONCE = ("browser", "one_database")
TRANSACTIONAL = {"transactional_db", "live_server", "django_db_serialized_rollback"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        ASKS, action="store_true", help="leave out what another database cannot change"
    )


def pytest_configure() -> None:
    emptying.install()
    gc.disable()  # until everything is loaded


def pytest_collection_finish() -> None:
    """What is loaded stays: looking through all of it for garbage again and again takes long."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The second database needs no second look at arithmetic, templates and files, nor at what
    a browser makes of the same pages."""
    if not config.getoption(ASKS):
        return
    asking = [item for item in items if _asks(item) and not _is_seen_once(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(asking)])
    items[:] = asking


def _is_seen_once(item: pytest.Item) -> bool:
    """Marked so, or looking at pages in a browser."""
    is_marked = any(map(item.get_closest_marker, ONCE))
    return is_marked or "chromium" in getattr(item, "fixturenames", ())


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
def _nothing_stays_in_memory():
    yield
    readings.forget()
