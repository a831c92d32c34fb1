"""May we write to this customer, for this purpose, on this channel, now? And if not: why, when?"""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from customers.actions.erasure import erase_customer
from customers.contact.actions.ledger import Said, add_wording, record_consent, withdraw_consent
from customers.contact.queries.standing import every_standing
from customers.contact.queries.verdict import may_contact, may_contact_many
from customers.models import Consent, ContactPolicy, Customer, Interaction, Kind, Wording
from relcrm.base.models import AuditLine
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY, happened


def ask(customer, *, purpose="marketing", channel="email", now=NOW, **more):
    customer = Customer.objects.get(pk=customer.pk)
    return may_contact(customer, purpose=purpose, channel=channel, now=now, **more)


def why_not(customer, **more):
    verdict = ask(customer, **more)
    return verdict.rule and verdict.rule.key


@pytest.fixture
def new(company):
    """Somebody who left an address and bought nothing yet."""
    return Customer.objects.create(name="Noa", email="noa@example.com", phone="+436601")


def yes(customer, channel="email", *, state="granted", at=NOW, purpose="marketing"):
    said = Said(purpose, channel, "test", state=state, at=at)
    return record_consent(customer, said, by=None, now=NOW)


def test_whoever_bought_may_hear_of_more_by_e_mail_until_they_refuse(company, bo, new):
    assert ask(bo)
    assert why_not(bo, channel="letter") == "no_consent"
    assert why_not(new) == "no_consent"
    assert ask(new, purpose="service")
    yes(new)
    assert ask(new)
    withdraw_consent(new, source="test", by=None, now=NOW + timedelta(hours=1))
    assert why_not(new, now=NOW + timedelta(hours=2)) == "unsubscribed"
    assert ask(new, purpose="service")


@pytest.mark.parametrize(
    ("basis", "buyer", "stranger"),
    [("asked", "no_consent", "no_consent"), ("not_refused", None, None)],
)
def test_the_company_says_what_it_may_rest_on(company, bo, new, basis, buyer, stranger):
    ContactPolicy.objects.create(basis=basis)
    assert (why_not(bo), why_not(new)) == (buyer, stranger)


def test_a_no_to_one_thing_is_not_a_no_to_another(company, new):
    for purpose in ("marketing", "survey"):
        for channel in ("email", "sms"):
            yes(new, channel, purpose=purpose)
    withdraw_consent(new, channel="sms", purpose="marketing", source="test", by=None, now=NOW)
    assert why_not(new, channel="sms") == "unsubscribed"
    assert ask(new, channel="sms", purpose="survey")
    assert ask(new)


def test_of_two_words_at_the_same_instant_the_stricter_holds(company, new):
    withdraw_consent(new, source="test", by=None, now=NOW)
    yes(new)
    assert why_not(new) == "unsubscribed"
    yes(new, at=NOW + timedelta(seconds=1))
    assert ask(new)


def test_who_unsubscribed_elsewhere_has_withdrawn(company, bo, dan):
    happened(bo, Kind.UNSUBSCRIBED, TODAY - timedelta(days=400))
    happened(dan, Kind.UNSUBSCRIBED, TODAY - timedelta(days=400), channel="sms")
    assert why_not(bo) == "unsubscribed"
    assert ask(dan)
    assert why_not(dan, channel="sms") == "unsubscribed"
    yes(bo)
    assert ask(bo)


def test_a_question_to_confirm_is_not_a_yes(company, bo, new):
    yes(new, state="requested")
    yes(bo, state="requested")
    assert (why_not(new), why_not(bo)) == ("unconfirmed", "unconfirmed")
    yes(new)
    assert ask(new)


def test_an_objection_and_a_missing_address_say_no(company, ada, bo):
    ada.objects_to_profiling = True
    ada.save()
    bo.email = ""
    bo.save()
    assert (why_not(ada), why_not(bo)) == ("objected", "no_address")
    assert ask(ada, purpose="service")


@pytest.mark.parametrize(
    ("told", "reason"),
    [({"objects_to_marketing": True}, "no_marketing"), ({"restricted_at": NOW}, "restricted")],
)
def test_objection_and_restriction_hold(company, bo, told, reason):
    yes(bo)
    Customer.objects.filter(pk=bo.pk).update(**told)
    assert why_not(bo) == why_not(bo, purpose="survey") == reason
    assert ask(bo, purpose="service")


def test_the_erased_are_not_written_to_at_all(company, bo, pia):
    yes(bo)
    erase_customer(bo, by=pia, now=NOW)
    assert why_not(bo) == why_not(bo, purpose="service") == "erased"
    assert not Consent.objects.exists()


def test_an_open_complaint_silences_all_but_service(company, dan, sam):
    from feedback.actions import file_complaint, resolve_complaint

    complaint = file_complaint(dan, subject="Hurt", severity=4, by=sam, now=NOW)
    assert why_not(dan) == why_not(dan, purpose="survey") == "complaint"
    assert ask(dan).allowed_at is None
    assert ask(dan, purpose="service")
    resolve_complaint(complaint, resolution="Said sorry.", by=sam, now=NOW)
    settling = ask(dan)
    assert (settling.rule.key, settling.allowed_at) == ("settling", NOW + timedelta(days=7))
    assert ask(dan, now=NOW + timedelta(days=7))


def test_one_limit_counts_messages_of_every_kind_and_says_when_there_is_room(company, bo):
    for days in (1, 2, 4):
        happened(bo, Kind.MESSAGE_SENT, TODAY - timedelta(days=days), category="survey")
    full = ask(bo)
    assert full.rule.key == "week"
    # On the third day from now the oldest of three is seven days old; at eight in Vienna.
    assert full.allowed_at == datetime(2026, 3, 5, 7, tzinfo=UTC)
    assert ask(bo, now=full.allowed_at)
    assert ask(bo, purpose="service")


def test_what_service_had_to_say_is_not_counted(company, bo):
    for days in (1, 2, 4):
        happened(bo, Kind.MESSAGE_SENT, TODAY - timedelta(days=days), category="service")
    assert ask(bo)


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        ({"pace_per_month": 1}, "own_pace"),
        ({"pace_per_month": 0}, "own_pace"),
        ({"pace_per_month": 2}, None),
        ({"pace_per_month": "often"}, None),
        ({"channels": {"email": "never"}}, "refused"),
        ({"channels": {"email": "likes", "sms": "never"}}, None),
        ({"paused_until": "2026-03-09T12:00:00+00:00"}, "paused"),
        ({"paused_until": "2026-03-01T12:00:00+00:00"}, None),
        ({"topics": {"sales": "no"}}, "refused"),
        ([], None),
    ],
)
def test_what_they_wish_holds(company, bo, wish, reason):
    happened(bo, Kind.MESSAGE_SENT, TODAY - timedelta(days=20))
    bo.preferences = wish
    bo.save()
    assert why_not(bo, topic="sales") == reason


def test_a_pause_ends_by_itself_and_a_pace_of_none_does_not(company, bo):
    bo.preferences = {"paused_until": "2026-03-09T12:00:00+00:00"}
    bo.save()
    assert ask(bo).allowed_at == datetime(2026, 3, 9, 12, tzinfo=UTC)
    bo.preferences = {"pace_per_month": 0}
    bo.save()
    assert ask(bo).allowed_at is None


@pytest.mark.parametrize(
    ("zone", "now", "opens"),
    [
        ("", "2026-03-02T19:30Z", "2026-03-03T07:00Z"),  # half past eight in Vienna
        ("America/New_York", "2026-03-02T12:00Z", "2026-03-02T13:00Z"),
        ("Not/AZone", "2026-03-02T12:00Z", None),
        ("", "2026-03-01T12:00Z", "2026-03-02T07:00Z"),  # a Sunday
    ],
)
def test_quiet_hours_are_those_of_the_customer(company, bo, zone, now, opens):
    bo.zone = zone
    bo.save()
    verdict = ask(bo, now=datetime.fromisoformat(now))
    assert verdict.allowed_at == (opens and datetime.fromisoformat(opens))
    assert (verdict.rule and verdict.rule.key) == (opens and "quiet")
    assert ask(bo, purpose="service", now=datetime.fromisoformat(now))


def test_one_statement_answers_for_many(company, ada, bo, cyd, dan, django_assert_num_queries):
    withdraw_consent(cyd, source="test", by=None, now=NOW)
    people = [ada.pk, bo.pk, cyd.pk, dan.pk]
    with django_assert_num_queries(5):
        found = may_contact_many(people, purpose="marketing", channel="email", now=NOW)
    assert {pk for pk, verdict in found.items() if verdict} == {ada.pk, bo.pk, dan.pk}
    for pk, verdict in found.items():
        assert verdict == ask(Customer(pk=pk))


def test_the_ledger_is_only_added_to(company, bo):
    line = yes(bo)
    for forbidden in (
        lambda: Consent.objects.filter(pk=line.pk).update(state="withdrawn"),
        lambda: Consent.objects.filter(pk=line.pk).update(customer=bo),
        lambda: Consent.objects.filter(pk=line.pk).delete(),
        lambda: line.delete(),
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            forbidden()
    assert Consent.objects.get() == line


def test_words_never_change_but_have_versions(company, bo, root):
    said = {"key": "newsletter", "purpose": "marketing", "by": root, "now": NOW}
    first = add_wording(text="Write to me.", **said)
    second = add_wording(text="Write to me monthly.", **said)
    assert (first.version, second.version) == (1, 2)
    with pytest.raises(Refused, match="version 2"):
        add_wording(text="Write to me monthly.", **said)
    with pytest.raises(DatabaseError, match="add a version"), transaction.atomic():
        Wording.objects.filter(pk=first.pk).update(text="Sell my data.")


def test_a_no_is_told_to_the_timeline_and_the_audit_trail(company, bo, sam):
    line = withdraw_consent(bo, source="by phone", by=sam, now=NOW)
    told = Interaction.objects.get(kind=Kind.UNSUBSCRIBED)
    assert (told.source, told.source_id) == ("consent", str(line.pk))
    assert AuditLine.objects.get(verb="consent.withdrawn").subject_id == bo.pk


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"purpose": "marketing"}, "one purpose on one channel"),
        ({"purpose": "profit", "channel": "email"}, "marketing or surveys"),
        ({"purpose": "marketing", "channel": "email", "at": NOW + timedelta(days=9)}, "future"),
        ({"purpose": "marketing", "channel": "email", "source": " "}, "where"),
    ],
)
def test_what_makes_no_sense_is_not_recorded(company, bo, told, words):
    told = {"channel": "", "source": "test"} | told
    with pytest.raises(Refused, match=words):
        record_consent(bo, Said(**told), by=None, now=NOW)


def test_how_things_stand_is_the_same_as_the_verdict_reads(company, new):
    yes(new, at=NOW - timedelta(days=3))
    yes(new, "sms", at=NOW - timedelta(days=2))
    happened(new, Kind.UNSUBSCRIBED, TODAY - timedelta(days=1), channel="sms")
    found = {(each.purpose, each.channel): each.state for each in every_standing(new)}
    assert found["marketing", "email"] == "granted"
    assert found["marketing", "sms"] == "withdrawn"
    assert found["marketing", "letter"] == ""
