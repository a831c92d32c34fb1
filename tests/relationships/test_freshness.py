"""What happened to a customer reaches their profile soon, at a cost that others do not add to."""

from datetime import timedelta
from time import monotonic, sleep

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.actions.ingest import ingest
from customers.events import Event, Events
from customers.models import Customer, Kind
from relationships import tasks
from relationships.actions import scoring
from relationships.models import Profile
from relcrm.base import nudges
from relcrm.base.models import Company
from relcrm.celery import app
from tests.conftest import NOW, TODAY

MUCH = 50_000


def purchase(customer: Customer, number: int, days: int = 0) -> Event:
    return Event(customer_id=customer.pk, kind=Kind.PURCHASE, amount=20, source="web",
                 source_id=str(number), occurred_at=NOW - timedelta(days=days))  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_an_event_nudges_whoever_judges_once_it_is_stored(company, bo):
    with app.connection_for_read() as broker:
        channel = broker.default_channel
        queue = app.conf.task_default_queue
        channel.queue_declare(queue)
        channel.queue_purge(queue)
        ingest([purchase(bo, 1)], now=NOW)
        deadline = monotonic() + 20
        while (message := channel.basic_get(queue, no_ack=True)) is None:
            assert monotonic() < deadline, "no nudge came"
            sleep(0.02)
        assert message.headers["task"] == "relationships.score_due"
        assert message.headers["expires"], "a nudge that nobody hears is forgotten"


def test_many_events_at_once_are_few_nudges(company, bo, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as asked:
        for number in range(5):
            ingest([purchase(bo, number)], now=NOW)
        ingest([purchase(bo, 6)], now=NOW, of=1)
    assert len(asked) == 5, "a batch of a file nudges nobody"
    assert nudges.PAUSE_SECONDS > 0


def test_a_broker_that_is_away_fails_no_request(company, bo, django_capture_on_commit_callbacks):
    kept = app.conf.broker_url
    app.conf.broker_url = "redis://127.0.0.1:1/0"
    try:
        with django_capture_on_commit_callbacks(execute=True):
            ingest([purchase(bo, 1)], now=NOW)
    finally:
        app.conf.broker_url = kept
    assert bo.interactions.count() == 2


@pytest.fixture
def giant(company, ada, bo) -> Customer:
    """Somebody with 50,000 events; Ada and Bo have few."""
    Company.objects.update(as_of=TODAY)
    giant = Customer.objects.create(name="Gia Nt")
    instants = [NOW - timedelta(minutes=20 * n) for n in range(MUCH)]
    ingest(
        Events({
            "customer_id": [giant.pk] * MUCH, "kind": Kind.VISIT, "occurred_at": instants,
            "source": "site", "source_id": [str(n) for n in range(MUCH)],
        }), now=NOW,
    )  # fmt: skip
    scoring.score_everyone(Company.objects.get(), as_of=TODAY, now=NOW, progress=silent)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE customers_interaction")
    return giant


def silent(done, *, total=None):
    """Progress that nobody watches."""


def test_what_others_did_adds_nothing_to_the_cost_of_judging_one(giant, ada, bo):
    """Of 50,000 events elsewhere none is read when something happens to Bo. Who has so many pays
    for them in rows that the database adds up, not in statements."""
    ingest([purchase(bo, 1)], now=NOW)
    before = rows_read()
    with CaptureQueriesContext(connection) as of_bo:
        assert tasks.score_due() == 1
    assert Profile.objects.get(pk=bo.pk).orders == 2
    if connection.vendor == "postgresql":
        assert 0 < rows_read() - before < 1_000
    else:
        reading = [one["sql"] for one in of_bo if is_reading(one["sql"])]
        assert reading
        for sql in reading:
            assert_no_scan(sql)
    ingest([purchase(giant, 2)], now=NOW)
    with CaptureQueriesContext(connection) as of_giant:
        assert tasks.score_due() == 1
    assert abs(len(of_bo) - len(of_giant)) <= 6


def rows_read() -> int:
    """Events that PostgreSQL has read in this transaction."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables "
            "WHERE relname = 'customers_interaction'"
        )
        return cursor.fetchone()[0]


def is_reading(sql: str) -> bool:
    return sql.lstrip().upper().startswith(("SELECT", "WITH")) and "customers_interaction" in sql


def assert_no_scan(sql: str) -> None:
    """SQLite finds a statement's events by an index's key, never from the first to the last."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        steps = [row[3] for row in cursor.fetchall()]
    assert not [s for s in steps if s.startswith(("SCAN customers_inter", "SCAN i "))], sql
