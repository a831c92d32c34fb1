"""However many workers finish at the same moment, a run of everyone ends once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils.timezone import now as clock

from customers.actions.ingest import ingest
from customers.events import Event
from customers.models import Customer, Kind
from relationships import tasks as ours
from relationships.actions import scoring, sharing
from relationships.models import Profile
from relcrm.base import tasks
from relcrm.base.actions import jobs
from relcrm.base.actions.judging import ask_for_everyone
from relcrm.base.actions.parts import Claims
from relcrm.base.models import AuditLine, Company, Job
from tests.conftest import NOW, TODAY, event
from tests.customers.test_races import failed, together
from tests.relationships import writes

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, SHARD, WORKERS = 24, 4, 3


@pytest.fixture
def shop(company, settings):
    settings.SHARD_SIZE = SHARD
    Company.objects.update(as_of=TODAY)
    people = Customer.objects.bulk_create(Customer(name=f"Ada {n}") for n in range(PEOPLE))
    for person in people:
        event(person, Kind.PURCHASE, TODAY - timedelta(days=9), 15, person.pk).save()
    ask_for_everyone(by=None, as_of=TODAY)
    writes.count_writes()
    yield people
    writes.forget_writes()


def see_through() -> str:
    return tasks.see_through(Job.objects.get(kind="score"), lambda job: None).state


def test_workers_at_once_share_one_run_and_close_it_once(shop):
    told = together(*[see_through] * WORKERS)
    assert failed(told) == []
    assert set(told) == {"done"}
    job = Job.objects.get(kind="score")
    assert (job.done, job.result["customers"]) == (PEOPLE, PEOPLE)
    assert writes.writes() == {one.pk: 1 for one in shop}
    assert AuditLine.objects.filter(verb="relationships.scored").count() == 1
    assert Job.objects.filter(kind="personae").count() == 1


def test_a_reader_takes_its_connection_with_it(shop):
    """Else each run would leave one behind, until the database has no more of them."""
    theirs = []

    def which() -> None:
        connection.ensure_connection()
        theirs.append(connection.connection)

    with scoring.ahead() as reader:
        reader.submit(which).result()
    connection.ensure_connection()
    assert theirs[0] is not connection.connection
    with pytest.raises(Exception, match="closed"):
        theirs[0].execute("SELECT 1")


def test_of_workers_that_want_to_close_at_once_one_does(shop):
    tasks.run(jobs.claim(clock()))
    job = Job.objects.get(kind="score")
    sharing.work(Claims(job), job.payload["pin"], between=lambda: None, clock=clock)
    told = together(*[lambda: jobs.claim(clock())] * 4)
    assert failed(told) == []
    assert [one for one in told if one is not None] == [job]


def test_events_during_a_run_end_in_the_newest_judgement(shop):
    """Purchases come in while workers judge everyone and the touched: nobody stays behind."""

    def buy(number: int) -> None:
        for person in shop:
            ingest(
                [Event(customer_id=person.pk, kind=Kind.PURCHASE, amount=20, occurred_at=NOW,
                       source="web", source_id=f"{number}-{person.pk}")], now=clock(),
            )  # fmt: skip
            if not person.pk % 5:
                ours.score_due()

    told = together(see_through, see_through, lambda: buy(1), lambda: buy(2))
    assert failed(told) == []
    ours.score_due()
    assert set(Profile.objects.values_list("orders", flat=True)) == {3}
    assert not Customer.objects.filter(touched_at__isnull=False).exists()
