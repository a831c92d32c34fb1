"""Of many customers the moves between any two days are counted by a worker, and kept."""

from datetime import date, timedelta

import numpy as np
import pytest

from customers.models import Customer
from relationships import tasks
from relationships.actions.history import counting
from relationships.actions.history.closing import close_books
from relationships.actions.history.counting import MOST_KEPT, ask_for_moves
from relationships.engine.history.preceded import Ratio
from relationships.engine.history.quantised import quantised
from relationships.engine.typology import typology
from relationships.models import Comparison, Month, Snapshot
from relationships.moves_page import _met
from relationships.queries.history import compared
from relationships.queries.history.compared import between
from relationships.queries.history.flows import flow
from relationships.queries.history.movement import Before, months_told
from relationships.queries.history.standings import standing
from relcrm.base import tasks as base
from relcrm.base.models import AuditLine, Job
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY

PAGE, API = "/relationships/moves/", "/api/v1/transitions"
KEYS = typology().keys
ENDS = [date(2025, 11, 30), date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28)]
THEN, UNTIL = date(2025, 12, 10), date(2026, 2, 10)  # between closes


def stood(customer, on, key, *, is_close=True):
    chances = np.full((1, len(KEYS)), 0.1 / (len(KEYS) - 1))
    chances[0, KEYS.index(key)] = 0.9
    return Snapshot(
        customer=customer, on=on, is_close=is_close, family=typology()[key].family, type=key,
        held=KEYS.index(key), chances=quantised(chances).tobytes(), confidence=60,
    )  # fmt: skip


@pytest.fixture
def many(company, monkeypatch):
    """Forty; four of them become friends between closes, two come new; too many to wait for."""
    monkeypatch.setattr(compared, "MOST_INLINE", 30)
    monkeypatch.setattr("relationships.actions.history.closing.MOST_INLINE", 30)
    monkeypatch.setattr(counting, "BLOCK", 7)
    company.as_of = TODAY
    company.save()
    people = Customer.objects.bulk_create(Customer(name=f"Person {n}") for n in range(40))
    Snapshot.objects.bulk_create(
        stood(person, on, "R2" if at < 4 and on == ENDS[-1] else "F1")
        for at, person in enumerate(people)
        for on in (ENDS[2:] if at >= 38 else ENDS)
    )
    Snapshot.objects.bulk_create(
        stood(person, UNTIL, "R2", is_close=False) for person in people[:4]
    )
    for on in ENDS:
        close_books(Month.objects.create(on=on), now=NOW - timedelta(days=1))
    return people


def asked(then=THEN, now=UNTIL):
    return {"from": then.isoformat(), "to": now.isoformat()}


def worked_off():
    job = Job.objects.get(kind="moves", state="waiting")
    return base.see_through(job, lambda job: None)


def test_counted_block_by_block_it_is_what_counting_all_at_once_gives(many):
    ask_for_moves(THEN, UNTIL, by=None, as_of=TODAY)
    job = worked_off()
    assert (job.state, job.done, job.total, job.result["moved"]) == ("done", 40, 40, 4)
    whole = flow(standing(THEN, ENDS[0]), standing(UNTIL, ENDS[2])).to_json()
    found = between(THEN, UNTIL, months_told(TODAY), at=NOW)
    assert found.moves.to_json() == whole
    assert (found.is_as_asked, found.is_due, found.moves.new.sum()) == (True, False, 2)
    assert AuditLine.objects.filter(verb="relationships.moves_counted").count() == 1


def test_the_page_shows_the_nearest_days_and_says_so_until_these_are_counted(as_, mara, many):
    client = as_(mara)
    text = client.get(PAGE, asked()).content.decode()
    assert "these are the nearest days that were counted: " in text
    assert "Count these days" in text
    assert Job.objects.filter(kind="moves").count() == 0, "looking asks for nothing"
    reply = client.post(f"{PAGE}count/", asked())
    assert reply.status_code == 302
    waiting = client.get(reply.url).content.decode()
    assert "Waiting for the worker" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    worked_off()
    page = client.get(reply.url)
    assert "4 moved, 34 stayed" in page.content.decode()
    assert "Counted on " in page.content.decode()
    assert "nearest days" not in page.content.decode()
    assert (page.context["page"].then, page.context["page"].now) == (THEN, UNTIL)


def test_asking_twice_is_one_job(many):
    first = ask_for_moves(THEN, UNTIL, by=None, as_of=TODAY)
    assert ask_for_moves(THEN, UNTIL, by=None, as_of=TODAY) == first


def test_without_days_a_pair_of_months_is_shown_at_once(as_, mara, many):
    page = as_(mara).get(PAGE)
    assert page.context["due"] is None
    shown = page.context["page"]
    assert shown.now == ENDS[-1]
    assert "Counted when the month was closed" in page.content.decode()


def test_who_could_not_have_them_counted_reads_why_and_may_try_again(as_, mara, many):
    ask_for_moves(THEN, UNTIL, by=None, as_of=TODAY)
    Job.objects.filter(kind="moves").update(state="failed", error="The disk is full.")
    text = as_(mara).get(PAGE, asked()).content.decode()
    assert "came to no end. The disk is full." in text
    assert "Count again" in text
    assert 'hx-trigger="load' not in text, "what failed is not asked for by itself"


def test_a_program_asks_follows_the_job_and_asks_again(key_for, many, root):
    client = key_for(root, "reports:read", "jobs:write")
    path = f"{API}?from={THEN}&to={UNTIL}"
    near = client.get(path).json()
    assert (near["is_as_asked"], near["counted_at"]) == (False, None)
    assert near["to"] == "2026-01-31"
    reply = client.post(API, asked(), format="json")
    assert (reply.status_code, reply.json()["state"]) == (202, "waiting")
    worked_off()
    found = client.get(path).json()
    assert (found["from"], found["to"], found["is_as_asked"]) == (str(THEN), str(UNTIL), True)
    assert found["counted_at"]
    moves = {(one["old"], one["new"]): one["customers"] for one in found["moves"]}
    assert (moves["fling", "friend"], found["new"]) == (4, 2)


def test_of_days_out_of_order_or_before_everything_nothing_is_counted(key_for, many, root):
    client = key_for(root, "jobs:write")
    for days in (asked(UNTIL, THEN), asked(date(2020, 1, 1), date(2020, 5, 5)),
                 asked(THEN, TODAY + timedelta(days=9))):  # fmt: skip
        assert client.post(API, days, format="json").status_code == 409
    with pytest.raises(Refused, match="The later day comes second"):
        ask_for_moves(UNTIL, UNTIL, by=None, as_of=TODAY)


def counted(then=THEN, now=UNTIL, at=NOW):
    counting.count_moves(then, now, as_of=TODAY, at=at, progress=lambda *a, **k: None)
    return lambda later: between(then, now, months_told(TODAY), at=later).is_due


def test_a_count_serves_until_its_months_are_told_anew(many):
    is_due = counted()
    assert not is_due(NOW + timedelta(days=300))
    Month.objects.filter(on=ENDS[1]).update(closed_at=NOW + timedelta(hours=1))
    assert not is_due(NOW + timedelta(days=1)), "neither day lies in that month"
    Month.objects.filter(on=ENDS[2]).update(closed_at=NOW + timedelta(hours=1))
    assert is_due(NOW + timedelta(hours=2))


def test_a_count_of_a_day_that_is_not_over_serves_for_an_hour(many):
    is_due = counted(now=TODAY)
    assert not is_due(NOW + timedelta(minutes=59))
    assert is_due(NOW + timedelta(minutes=61))


def test_before_anything_was_counted_the_page_says_that_it_takes_a_moment(as_, mara, many):
    for month in Month.objects.all():
        month.moves.pop("since", None)
        month.save()
    text = as_(mara).get(PAGE, asked()).content.decode()
    assert "so this takes a moment; then it is kept." in text
    assert "Nothing to compare" not in text


def test_only_the_newest_counts_are_kept(many):
    Comparison.objects.bulk_create(
        Comparison(then=THEN - timedelta(days=n), now=THEN, moves={}, is_final=True,
                   counted_at=NOW - timedelta(days=n))
        for n in range(1, MOST_KEPT + 3)
    )  # fmt: skip
    counted()
    assert Comparison.objects.count() == MOST_KEPT
    assert Comparison.objects.filter(then=THEN, now=UNTIL).exists()


def test_the_job_is_known_to_workers(many):
    job = ask_for_moves(THEN, UNTIL, by=None, as_of=TODAY)
    assert tasks.run_moves(job, lambda *a, **k: None)["moved"] == 4


@pytest.mark.browser
def test_in_a_browser_the_days_are_asked_for_by_themselves_and_come_in(look_at, mara, many):
    page = look_at(f"{PAGE}?from={THEN}&to={UNTIL}", by=mara)
    page.wait_for_selector("#due .progress")
    assert "31 December 2025 to 31 January 2026" in page.inner_text("#days")
    worked_off()
    page.wait_for_selector("#due", state="detached")
    assert "10 December 2025 to 10 February 2026" in page.inner_text("#days")
    assert "4 moved, 34 stayed" in page.inner_text("#moved")


def test_a_kept_promise_is_not_blamed_for_moves_for_the_worse():
    often = Ratio(12, 40, 0.1, 2.1, 1.4, 3.0)
    for direction, kind, odd in (
        ("worse", "promise_kept", True), ("better", "promise_broken", True),
        ("better", "promise_kept", False), ("worse", "return", False),
    ):  # fmt: skip
        assert ("this is no cause" in _met(Before(direction, kind, often))) == odd
