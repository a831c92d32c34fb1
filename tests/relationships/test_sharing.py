"""Everyone is judged by all workers together: each customer once, and the end of it once."""

from datetime import timedelta

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import now as clock

from customers.actions.erasure import erase_customer
from customers.actions.ingest import ingest
from customers.actions.merge import merge_customers
from customers.events import Event
from customers.models import Customer, Kind
from relationships import tasks as ours
from relationships.actions import scoring, sharing
from relationships.models import Portfolio, Profile
from relationships.queries.judging import standard
from relcrm.base import tasks
from relcrm.base.actions import jobs
from relcrm.base.actions.judging import ask_for_everyone
from relcrm.base.actions.parts import Claims, joinable
from relcrm.base.models import AuditLine, Company, Job, Part
from relcrm.base.runners import RUNNERS
from tests.conftest import NOW, TODAY, happened
from tests.relationships import writes

PEOPLE = 9


@pytest.fixture
def shop(company, settings) -> list[Customer]:
    """Nine people, three to a shard."""
    settings.SHARD_SIZE = 3
    Company.objects.update(as_of=TODAY)
    people = [Customer.objects.create(name=f"Ada {n}") for n in range(PEOPLE)]
    for number, person in enumerate(people):
        happened(person, Kind.PURCHASE, TODAY - timedelta(days=7 + number), 15)
    return people


@pytest.fixture
def run(shop) -> Job:
    """A scoring that was cut, and waits for whoever has time."""
    ask_for_everyone(by=None, as_of=TODAY)
    job = jobs.claim(clock())
    tasks.run(job)
    job.refresh_from_db()
    writes.count_writes()
    return job


def work(job: Job) -> int:
    return sharing.work(Claims(job), job.payload["pin"], between=nothing, clock=clock)


def nothing() -> None:
    """Nothing else is due."""


def see_through(job: Job) -> Job:
    """This one only: what it asks for afterwards judges some anew."""
    return tasks.see_through(job, lambda job: None)


def test_the_shards_hold_every_number_once(shop):
    ranges = sharing.ranges()
    assert len(ranges) >= PEOPLE // 3
    assert ranges[0][0] == 1
    assert ranges[-1][1] == shop[-1].pk
    assert all(last + 1 == first for (_, last), (first, _) in zip(ranges, ranges[1:], strict=False))
    assert sharing.ranges(1_000) == [(1, shop[-1].pk)]


def test_a_company_without_anybody_is_judged_to_nothing(company):
    ask_for_everyone(by=None, as_of=TODAY)
    tasks.work_due_jobs()
    assert Job.objects.get(kind="score").result["customers"] == 0


def test_everyone_is_judged_once_and_the_end_comes_once(shop):
    ask_for_everyone(by=None, as_of=TODAY)
    writes.count_writes()
    shards = len(sharing.ranges())
    job = see_through(Job.objects.get())
    assert (job.state, job.done, job.total, job.attempts) == ("done", PEOPLE, PEOPLE, 1), job.error
    assert job.result == {"customers": PEOPLE, "as_of": "2026-03-02", "shards": shards}
    assert writes.writes() == {one.pk: 1 for one in shop}
    assert Portfolio.objects.get().customers == PEOPLE
    assert AuditLine.objects.filter(verb="relationships.scored").count() == 1
    assert not Part.objects.exists()


def test_progress_is_seen_in_people_while_workers_share(run):
    other = Claims(run)
    part = other.next(clock())
    sharer = sharing.Sharer(Claims(run), run.payload["pin"], clock)
    sharer.judge(*sharer.take())
    run.refresh_from_db()
    assert (run.state, run.done, run.total) == ("running", Profile.objects.count(), PEOPLE)
    assert 0 < run.share_done < 1
    assert part.state == Part.State.RUNNING


def test_a_dead_workers_shard_is_taken_over_when_its_lease_ends(run, shop):
    dead = Claims(run).next(clock())
    assert work(run) == run.parts.count() - 1
    assert Profile.objects.count() < PEOPLE
    tasks.work_due_jobs()
    assert Job.objects.get(pk=run.pk).state == "running", "somebody has a shard yet"
    Part.objects.filter(pk=dead.pk).update(lease_until=clock() - timedelta(seconds=1))
    assert see_through(run).state == "done"
    assert writes.writes() == {one.pk: 1 for one in shop}


def test_a_worker_that_was_thought_dead_leaves_nothing_of_its_shard(run, shop):
    slow = sharing.Sharer(Claims(run), run.payload["pin"], clock)
    taken = slow.take()
    Part.objects.filter(pk=taken[0].pk).update(lease_until=clock() - timedelta(seconds=1))
    Claims(run).next(clock())
    with pytest.raises(jobs.Stop):
        slow.judge(*taken)
    assert writes.writes() == {}
    assert not Profile.objects.exists()


def test_a_cancelled_run_stops_every_worker_and_goes_on_with_the_rest(run, shop, mara):
    sharer = sharing.Sharer(Claims(run), run.payload["pin"], clock)
    sharer.judge(*sharer.take())
    taken, done = sharer.take(), Profile.objects.count()
    jobs.cancel(Job.objects.get(pk=run.pk), by=mara, now=clock())
    assert Job.objects.get(pk=run.pk).state == "cancelled"
    with pytest.raises(jobs.Stop):
        sharer.judge(*taken)
    assert sharer.take() is None
    assert joinable(clock(), ["score"]) is None
    tasks.work_due_jobs()
    assert Profile.objects.count() == done
    job = see_through(jobs.run_again(Job.objects.get(pk=run.pk), by=mara))
    assert (job.state, job.done) == ("done", PEOPLE), job.error
    assert writes.writes() == {one.pk: 1 for one in shop}


def test_a_worker_leaves_a_shared_run_for_a_job_that_waits(run, monkeypatch):
    """Else a file that is brought in the night would wait for the end of the run."""
    done = []
    monkeypatch.setitem(
        RUNNERS, "count", lambda job, progress: done.append(run.parts.open().count())
    )
    helper = Claims(run, leaves_for_others=True)
    assert helper.next(clock()) is not None
    jobs.ask_for("count", "Count", by=None)
    assert helper.next(clock()) is None
    assert Claims(run).next(clock()) is not None, "who sees a run through stays"
    tasks.work_due_jobs()
    assert done == [run.parts.count()]


def rested() -> None:
    """As much later as it takes until failed shards are tried again."""
    Part.objects.filter(state="waiting").update(lease_until=None)


def test_a_shard_that_always_fails_fails_the_run_and_the_rest_stays_judged(run, shop, mara, caplog):
    writes.forget_writes()
    writes.refuse(shop[4].pk)
    for attempt in range(1, Part.MAX_ATTEMPTS + 1):
        tasks.work_due_jobs()
        assert Part.objects.filter(attempts=attempt).exclude(state="done").count() == 1
        rested()
    tasks.work_due_jobs()
    job = Job.objects.get(pk=run.pk)
    assert job.state == "failed"
    shards = run.parts.count()
    assert job.error.startswith(f"1 of {shards} shards could not be judged in 5 attempts")
    failed = run.parts.get(state="failed")
    rest = {one.pk for one in shop if not failed.first <= one.pk <= failed.last}
    assert failed.first <= shop[4].pk <= failed.last
    assert len(rest) > 2
    assert set(Profile.objects.values_list("pk", flat=True)) == rest
    writes.allow()
    jobs.run_again(job, by=mara)
    tasks.work_due_jobs()
    job.refresh_from_db()
    assert (job.state, job.done, job.error) == ("done", PEOPLE, "")
    assert Profile.objects.count() == PEOPLE


def test_a_shard_that_kills_every_worker_is_given_up(run):
    Part.objects.filter(number=1).update(
        state="running", attempts=5, lease_until=clock() - timedelta(seconds=1)
    )
    tasks.work_due_jobs()
    assert "(shard 1)" in Job.objects.get(pk=run.pk).error


def test_whoever_closes_and_dies_is_followed_by_another(run):
    work(run)
    dead = jobs.claim(clock())
    assert dead == run
    assert jobs.claim(clock()) is None
    Job.objects.update(lease_until=clock() - timedelta(seconds=1))
    tasks.work_due_jobs()
    jobs.finish(jobs.Lease(dead), {"customers": 0}, now=clock(), last_act=pytest.fail)
    job = Job.objects.get(pk=run.pk)
    assert (job.state, job.attempts, job.result["customers"]) == ("done", 2, PEOPLE)
    assert AuditLine.objects.filter(verb="relationships.scored").count() == 1


def test_terms_that_change_meanwhile_hold_for_the_next_run_of_everyone(run, shop):
    """Nobody is judged by old terms and somebody else by new ones when it is over."""
    sharer = sharing.Sharer(Claims(run), run.payload["pin"], clock)
    sharer.judge(*sharer.take())
    Company.objects.update(margin_rate="0.6")
    work(run)
    old = values()
    tasks.run(jobs.claim(clock()))
    again = Job.objects.get(kind="score", state="waiting")
    assert again.payload == {"as_of": "2026-03-02"}
    tasks.work_due_jobs()
    grown = {round(new / old[pk], 6) for pk, new in values().items()}
    assert len(grown) == 1, "all bought alike, and all were judged by the same terms"
    assert grown.pop() > 1.5
    assert Job.objects.filter(kind="score", state="done").count() == 2


def values() -> dict[int, float]:
    return dict(Profile.objects.values_list("pk", "value"))


def test_a_run_in_which_nothing_changed_asks_for_no_other(run):
    tasks.work_due_jobs()
    assert Job.objects.filter(kind="score").count() == 1


def visit(customer: Customer, number: int) -> None:
    ingest(
        [Event(customer_id=customer.pk, kind=Kind.PURCHASE, amount=20, occurred_at=NOW,
               source="web", source_id=str(number))], now=clock(),
    )  # fmt: skip


def test_what_happens_while_a_shard_is_judged_ends_in_the_newest_judgement(shop, company):
    """Somebody else judges the customer again before the shard is written: that stays."""
    rule, ada = standard(company, TODAY), shop[0]
    ids = np.array([one.pk for one in shop])
    looked = scoring.look(ids, rule)
    visit(ada, 1)
    ours.score_due()
    scoring.keep(scoring.conclude(looked, rule), rule, clock())
    assert Profile.objects.get(pk=ada.pk).orders == 2
    assert Profile.objects.count() == PEOPLE


def test_who_was_touched_while_being_judged_is_judged_again(shop, company):
    rule, ada = standard(company, TODAY), shop[0]
    visit(ada, 1)
    looked = scoring.look(np.array([ada.pk, shop[1].pk]), rule)
    visit(ada, 2)
    scoring.keep(scoring.conclude(looked, rule), rule, clock())
    assert Profile.objects.get(pk=ada.pk).orders == 2
    assert Customer.objects.get(pk=ada.pk).touched_at is not None
    assert ours.score_due() >= 1
    assert Profile.objects.get(pk=ada.pk).orders == 3
    assert Customer.objects.get(pk=ada.pk).touched_at is None


def test_who_comes_goes_or_merges_during_a_run_is_judged_or_forgotten(run, shop, root, pia):
    sharer = sharing.Sharer(Claims(run), run.payload["pin"], clock)
    taken = sharer.take()
    came = Customer.objects.create(name="New", touched_at=clock())
    happened(came, Kind.PURCHASE, TODAY, 30)
    erase_customer(shop[0], by=pia, now=clock())
    merge_customers(shop[8], shop[1], by=root, now=clock())
    sharer.judge(*taken)
    tasks.work_due_jobs()
    ours.score_due()
    assert Job.objects.get(pk=run.pk).state == "done"
    left = {one.pk for one in shop} - {shop[0].pk, shop[1].pk}
    assert set(Profile.objects.values_list("pk", flat=True)) == left | {came.pk}
    assert Profile.objects.get(pk=shop[8].pk).orders == 2


def test_the_command_sees_a_run_through_that_others_have_begun(run, capsys):
    sharer = sharing.Sharer(Claims(run), run.payload["pin"], clock)
    sharer.judge(*sharer.take())
    call_command("score", all=True, as_of=TODAY)
    assert f"{PEOPLE} customers scored" in capsys.readouterr().out
    assert Job.objects.get(kind="score").state == "done"


def test_the_command_says_why_a_run_failed(run):
    Part.objects.filter(number=2).update(state="failed")
    with pytest.raises(CommandError, match=r"1 of \d shards could not be judged"):
        call_command("score", all=True, as_of=TODAY)
