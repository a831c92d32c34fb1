"""Two at once about one person: the second comes after the first, nothing is lost or doubled."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from customers.actions.customers import create_customer
from customers.actions.erasure import erase_customer
from customers.actions.ingest import ingest
from customers.actions.merge import merge_customers
from customers.actions.unmerge import undo_merge
from customers.events import Event
from customers.models import Customer, Interaction, Kind, Merge
from customers.queries.erasure import known
from relcrm.lib.refusals import Refused, Vanished
from tests.conftest import NOW

pytestmark = pytest.mark.django_db(transaction=True)
NO = (Refused, Vanished, Customer.DoesNotExist)
EVENTS = 40


def together(*acts) -> list:
    """What each brought or raised, in threads with connections of their own, released at once."""
    start, told = threading.Barrier(len(acts)), [None] * len(acts)

    def work(at: int, act) -> None:
        try:
            start.wait(10)
            told[at] = act()
        except Exception as problem:  # noqa: BLE001 (looked at by the test)
            told[at] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


@pytest.fixture
def three(company, root) -> list[Customer]:
    return [
        create_customer(name=f"Ada {n}", email=f"ada{n}@example.com", by=root, now=NOW)
        for n in range(3)
    ]


def visits(customer: Customer, first: int = 0, **more) -> list[Event]:
    return [
        Event(customer_id=customer.pk, kind=Kind.VISIT, occurred_at=NOW - timedelta(days=number),
              source="web", source_id=str(first + number), **more)
        for number in range(EVENTS)
    ]  # fmt: skip


def failed(told: list) -> list[Exception]:
    return [each for each in told if isinstance(each, Exception)]


def test_each_merged_into_the_other_at_once_leaves_one_of_them(three, root):
    one, two, _ = three
    ingest([*visits(one), *visits(two, EVENTS)], now=NOW)
    told = together(
        lambda: merge_customers(one, two, by=root, now=NOW),
        lambda: merge_customers(two, one, by=root, now=NOW),
    )
    assert len(failed(told)) == 1
    assert isinstance(failed(told)[0], NO), told
    (left,) = Customer.objects.filter(pk__in=[one.pk, two.pk])
    assert left.interactions.count() == 2 * EVENTS


def test_one_is_merged_into_two_at_once_and_ends_in_one(three, root):
    one, two, three_ = three
    ingest(visits(one), now=NOW)
    told = together(
        lambda: merge_customers(two, one, by=root, now=NOW),
        lambda: merge_customers(three_, one, by=root, now=NOW),
    )
    assert len(failed(told)) == 1
    assert isinstance(failed(told)[0], NO), told
    assert Interaction.objects.count() == EVENTS
    assert Merge.objects.get().survivor.interactions.count() == EVENTS


def test_what_arrives_while_two_are_merged_is_not_lost(three, root):
    """Either it came before and moved along, or whoever sends it is told, and sends it again."""
    one, two, _ = three
    told = together(
        lambda: merge_customers(one, two, by=root, now=NOW),
        *(lambda at=at: ingest(visits(two, at * EVENTS), now=NOW) for at in range(3)),
    )
    assert not isinstance(told[0], Exception), told
    assert all(isinstance(each, NO) for each in failed(told)), told
    came = 3 - len(failed(told))
    assert one.interactions.count() == Interaction.objects.count() == came * EVENTS


def test_what_arrives_while_a_merge_is_undone_stays_with_one_of_the_two(three, root):
    one, two, _ = three
    ingest(visits(two), now=NOW)
    merge = merge_customers(one, two, by=root, now=NOW)
    told = together(
        lambda: undo_merge(merge, by=root, now=NOW),
        lambda: ingest(visits(one, EVENTS), now=NOW),
        lambda: undo_merge(merge, by=root, now=NOW),
    )
    assert not isinstance(told[1], Exception), told
    assert [type(each) for each in failed(told)] == [Refused]
    assert Customer.objects.get(pk=two.pk).interactions.count() == EVENTS
    assert one.interactions.count() == EVENTS


def test_who_is_erased_while_being_merged_is_gone_either_way(three, root, pia):
    one, two, _ = three
    ingest([*visits(one), *visits(two, EVENTS)], now=NOW)
    told = together(
        lambda: merge_customers(one, two, by=root, now=NOW),
        lambda: erase_customer(two, by=pia, now=NOW),
    )
    assert len(failed(told)) <= 1
    assert all(isinstance(each, NO) for each in failed(told)), told
    if isinstance(told[1], Exception):  # merged first: who asks finds them under the other number
        assert one.interactions.count() == 2 * EVENTS
    else:
        assert known(two) == {}
        assert one.interactions.count() == EVENTS


def test_what_arrives_while_somebody_is_erased_does_not_outlive_them(three, pia):
    one, _, _ = three
    ingest(visits(one), now=NOW)
    told = together(
        lambda: erase_customer(one, by=pia, now=NOW),
        *(lambda at=at: ingest(visits(one, at * EVENTS), now=NOW) for at in range(1, 4)),
    )
    assert not isinstance(told[0], Exception), told
    assert all(isinstance(each, NO) for each in failed(told)), told
    assert not Interaction.objects.exists()


@pytest.mark.parametrize(
    ("path", "sent", "table"),
    [
        ("/customers/{}/note/", {"text": "Prefers mornings"}, "interactions"),
        ("/customers/{}/task/", {"what": "Call", "due_on": "2026-12-01"}, "tasks"),
        ("/customers/{}/question/", {"text": "Which size?"}, "questions"),
        ("/complaints/new/", {"customer": "{}", "subject": "Soles", "severity": "2",
                              "channel": "phone", "text": "Off"}, "complaints"),
    ],
)  # fmt: skip
def test_a_form_that_is_sent_twice_at_once_is_kept_once(three, sam, path, sent, table):
    one = three[0]
    sent = {name: value.format(one.pk) for name, value in sent.items()} | {"once": "k" * 22}
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.force_login(sam, "allauth.account.auth_backends.AuthenticationBackend")
    told = together(
        *(lambda browser=browser: browser.post(path.format(one.pk), sent) for browser in browsers)
    )
    assert failed(told) == []
    assert {answer.status_code for answer in told} <= {302, 303, 410}
    assert getattr(one, table).count() == 1
