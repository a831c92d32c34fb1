"""People use their rights: each request has a clock, a check of who asks, and one way to end."""

from datetime import date, timedelta

import pytest

from customers.actions import requests as actions
from customers.actions.erasure import erase_customer
from customers.actions.requests import months_after, open_request
from customers.actions.rights import lift_restriction, withdraw_objection
from customers.models import Customer, DataPackage, SubjectRequest
from relationships.models import Profile, ProfileChange, Snapshot
from relationships.tasks import score_due
from relcrm.base.models import AuditLine
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY

Kind = SubjectRequest.Kind


def checked(kind, customer, by):
    request = open_request(kind, customer=customer, by=by, now=NOW)
    actions.check_identity(request, "called back on the number we know", by=by, now=NOW)
    return request


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 15), 3, date(2027, 2, 15)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
    ],
)
def test_a_month_ends_on_the_same_day_or_the_months_last(day, months, later):
    assert months_after(day, months) == later


def test_the_clock_starts_on_the_day_a_request_was_received(company, ada, pia):
    request = open_request(
        Kind.ACCESS, customer=ada, by=pia, now=NOW, received_on=TODAY - timedelta(days=3)
    )
    assert (request.received_on, request.due_on) == (date(2026, 2, 27), date(2026, 3, 27))
    assert request.is_open
    assert AuditLine.objects.get(verb="request.opened").subject_id == request.pk
    with pytest.raises(Refused, match="future"):
        open_request(Kind.ACCESS, by=pia, now=NOW, received_on=TODAY + timedelta(days=1))
    with pytest.raises(Refused, match="no such right"):
        open_request("revenge", by=pia, now=NOW)


def test_asking_twice_is_one_request_until_it_is_answered(company, ada, pia):
    first = open_request(Kind.RESTRICTION, customer=ada, by=None, now=NOW)
    assert open_request(Kind.RESTRICTION, customer=ada, by=None, now=NOW) == first
    actions.refuse_request(first, "They took it back.", by=pia, now=NOW)
    assert open_request(Kind.RESTRICTION, customer=ada, by=None, now=NOW) != first


def test_the_deadline_is_put_off_once_and_with_a_reason(company, ada, pia):
    request = open_request(Kind.ACCESS, customer=ada, by=pia, now=NOW)
    with pytest.raises(Refused, match="Say why"):
        actions.extend_request(request, " ", by=pia, now=NOW)
    actions.extend_request(request, "Paper files have to be searched.", by=pia, now=NOW)
    assert request.due_on == date(2026, 6, 2)
    with pytest.raises(Refused, match="already put off once"):
        actions.extend_request(request, "Still searching.", by=pia, now=NOW)
    late = open_request(Kind.ERASURE, customer=ada, by=pia, now=NOW)
    with pytest.raises(Refused, match="first month is over"):
        actions.extend_request(late, "Busy.", by=pia, now=NOW + timedelta(days=40))


def test_overdue_requests_are_those_open_after_their_last_day(company, ada, pia):
    request = open_request(Kind.ACCESS, customer=ada, by=pia, now=NOW)
    overdue = SubjectRequest.objects.overdue
    assert list(overdue(request.due_on)) == []
    assert list(overdue(request.due_on + timedelta(days=1))) == [request]
    actions.refuse_request(request, "It is not them.", by=pia, now=NOW)
    assert list(overdue(request.due_on + timedelta(days=1))) == []


def test_nothing_is_done_before_we_know_who_asks(company, ada, pia):
    request = open_request(Kind.RESTRICTION, customer=ada, by=pia, now=NOW)
    with pytest.raises(Refused, match="who asks"):
        actions.close_request(request, "", by=pia, now=NOW)
    with pytest.raises(Refused, match="how you know"):
        actions.check_identity(request, "", by=pia, now=NOW)
    actions.check_identity(request, "signed letter", by=pia, now=NOW)
    actions.close_request(request, "", by=pia, now=NOW)
    assert request.state == "done"
    with pytest.raises(Refused, match="already closed on 2 March 2026"):
        actions.close_request(request, "", by=pia, now=NOW)


def test_an_objection_works_at_once_and_takes_the_scores_away(company, ada, pia):
    Profile.objects.create(customer=ada, as_of=TODAY, scored_at=NOW, family="friend")
    ProfileChange.objects.create(customer=ada, on=TODAY, recorded_at=NOW, family="friend")
    Snapshot.objects.create(
        customer=ada, on=TODAY, is_close=True, family="friend", held=5, chances=bytes(29),
        confidence=40,
    )  # fmt: skip
    open_request(Kind.OBJECTION, customer=ada, by=None, now=NOW)
    ada.refresh_from_db()
    assert ada.objects_to_marketing
    assert not ada.is_judgeable
    score_due()
    assert not Profile.objects.filter(customer=ada).exists()
    assert not ProfileChange.objects.filter(customer=ada).exists()
    assert not Snapshot.objects.filter(customer=ada).exists()
    withdraw_objection(ada, by=pia, now=NOW)
    assert ada.is_judgeable
    verbs = set(AuditLine.objects.values_list("verb", flat=True))
    assert {"customer.objected", "customer.objection_withdrawn"} <= verbs


def test_a_restriction_keeps_the_data_and_stops_its_use(company, ada, pia):
    Profile.objects.create(customer=ada, as_of=TODAY, scored_at=NOW, family="friend")
    actions.close_request(checked(Kind.RESTRICTION, ada, pia), "", by=pia, now=NOW)
    ada.refresh_from_db()
    assert ada.restricted_at == NOW
    assert not Customer.objects.judgeable().filter(pk=ada.pk).exists()
    score_due()
    assert not Profile.objects.filter(customer=ada).exists()
    assert ada.interactions.count() == 24
    lift_restriction(ada, by=pia, now=NOW)
    score_due()
    assert Profile.objects.filter(customer=ada).exists()
    with pytest.raises(Refused, match="Nothing restricts"):
        lift_restriction(ada, by=pia, now=NOW)


def test_access_is_answered_by_the_package_and_nothing_less(company, ada, pia):
    request = checked(Kind.ACCESS, ada, pia)
    with pytest.raises(Refused, match="package first"):
        actions.close_request(request, "", by=pia, now=NOW)
    DataPackage.objects.create(
        customer=ada, request=request, asked_at=NOW, made_at=NOW, expires_at=NOW
    )
    actions.close_request(request, "Sent the link.", by=pia, now=NOW)
    assert (request.state, request.answer) == ("done", "Sent the link.")


def test_erasing_closes_the_request_and_leaves_it_without_a_person(company, ada, pia):
    told = {"asked_by": "Ada Novak", "contact": "ada@example.com"}
    request = open_request(Kind.ERASURE, customer=ada, by=pia, now=NOW, **told)
    actions.check_identity(request, "passport", by=pia, now=NOW)
    with pytest.raises(Refused, match="Erase them on the page"):
        actions.close_request(request, "", by=pia, now=NOW)
    erase_customer(ada, by=pia, now=NOW)
    request.refresh_from_db()
    assert (request.state, request.closed_at, request.kind) == ("done", NOW, "erasure")
    assert (request.customer, request.asked_by, request.contact) == (None, "", "")


def test_somebody_we_do_not_know_is_answered_in_words(company, pia):
    request = open_request(Kind.ACCESS, by=pia, now=NOW, asked_by="A stranger")
    with pytest.raises(Refused, match="what the person was told"):
        actions.close_request(request, "", by=pia, now=NOW)
    actions.close_request(request, "We know nothing about them.", by=pia, now=NOW)
    assert request.state == "done"
