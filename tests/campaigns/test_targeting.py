"""Targeting: who may be addressed, who is left out, and for which one reason."""

from datetime import timedelta

import pytest

from campaigns import actions, queries
from campaigns.criteria import Criteria
from campaigns.models import Audience
from customers.contact.actions.ledger import withdraw_consent
from customers.contact.actions.suppression import suppress
from customers.contact.queries.verdict import may_contact
from customers.models import Customer, Kind
from feedback import actions as complaints
from relationships.models import Persona, Profile
from relcrm.base.models import AuditLine
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY, happened

FAMILIES = {"F": "fling", "R": "friend", "M": "marriage", "D": "distant", "N": "negative"}


def judged(customer, kind, *, value=100.0, alive=0.9, **more):
    """What scoring would have found about this customer."""
    family = FAMILIES[kind[0]] if len(kind) == 2 else kind
    return Profile.objects.create(
        customer=customer, as_of=TODAY, scored_at=NOW, family=family,
        type=kind if len(kind) == 2 else "", value=value, alive=alive, **more,
    )  # fmt: skip


def reasons(company, criteria=Criteria()):  # noqa: B008 (frozen)
    counts = queries.counts(criteria, company=company, now=NOW)
    return {reason.key: number for reason, number in counts.left_out}


def names(company, criteria=Criteria(), **more):  # noqa: B008 (frozen)
    members = queries.audience(criteria, company=company, now=NOW, **more)
    return [customer.name.split()[0] for customer in members.customers]


@pytest.fixture
def everybody(ada, bo, cyd, dan, company):
    """Ada is a good friend, Bo new, Cyd drifting apart, Dan a casual buddy."""
    judged(ada, "R4", value=400, alive=0.95)
    judged(bo, "F1", value=60, alive=0.7)
    judged(cyd, "D3", value=90, alive=0.3)
    judged(dan, "R2", value=150, alive=0.9)


def test_without_criteria_everybody_may_be_addressed_the_most_valuable_first(everybody, company):
    counts = queries.counts(Criteria(), company=company, now=NOW)
    assert (counts.chosen, counts.addressed, counts.value) == (4, 4, 700)
    assert names(company) == ["Ada", "Dan", "Cyd", "Bo"]


def test_somebody_who_was_never_scored_counts_as_too_early_to_tell(ada, company):
    assert names(company) == ["Ada"]
    assert names(company, Criteria(families=("undetermined",))) == ["Ada"]
    assert names(company, Criteria(families=("friend",))) == []


@pytest.mark.parametrize(
    ("criteria", "meant"),
    [
        ({"types": ("R4",)}, ["Ada"]),
        ({"families": ("friend",)}, ["Ada", "Dan"]),
        ({"families": ("friend",), "types": ("F1",)}, ["Ada", "Dan", "Bo"]),
        ({"value_least": 90, "value_most": 150}, ["Dan", "Cyd"]),
        ({"alive_most": 0.5}, ["Cyd"]),
        ({"alive_least": 0.9, "families": ("friend",), "value_most": 200}, ["Dan"]),
        ({"types": ("M2",)}, []),
    ],
)
def test_criteria_narrow_down(everybody, company, criteria, meant):
    assert names(company, Criteria(**criteria)) == meant


def test_next_step_persona_country_and_last_order_narrow_down_too(ada, bo, company):
    walker = Persona.objects.create(name="Walkers", found_on=TODAY)
    ada.country = "AT"
    ada.save()
    judged(ada, "R4", next_step="deepen", persona=walker, last_order_on=TODAY)
    judged(bo, "F1", next_step="welcome", last_order_on=TODAY - timedelta(days=90))
    for criteria in (
        Criteria(steps=("deepen",)),
        Criteria(personae=(walker.pk,)),
        Criteria(countries=("AT",)),
        Criteria(last_order_from=TODAY - timedelta(days=30)),
    ):
        assert names(company, criteria) == ["Ada"]
    assert names(company, Criteria(last_order_to=TODAY - timedelta(days=30))) == ["Bo"]


def test_the_erased_are_never_meant(everybody, company, ada):
    ada.erased_at = NOW
    ada.save()
    assert "Ada" not in names(company)
    assert queries.counts(Criteria(), company=company, now=NOW).chosen == 3


def test_any_open_complaint_leaves_out(everybody, company, dan, sam):
    complaints.file_complaint(dan, subject="Late", severity=1, by=sam, now=NOW)
    assert reasons(company) == {"complaint": 1}
    assert names(company, reason="complaint") == ["Dan"]


def test_a_severe_one_for_seven_days_more(everybody, company, dan, sam):
    done = NOW - timedelta(days=6)
    complaint = complaints.file_complaint(dan, subject="Hurt", severity=4, by=sam, now=done)
    complaints.resolve_complaint(complaint, resolution="Said sorry.", by=sam, now=done)
    assert reasons(company) == {"settling": 1}
    later = queries.counts(Criteria(), company=company, now=NOW + timedelta(days=1))
    assert later.left_out == []


def test_objection_and_unsubscription_come_before_everything(everybody, company, ada, dan, sam):
    happened(dan, Kind.UNSUBSCRIBED, TODAY - timedelta(days=400))
    complaints.file_complaint(dan, subject="Late", by=sam, now=NOW)
    ada.objects_to_profiling = True
    ada.save()
    assert reasons(company) == {"objected": 1, "unsubscribed": 1}


@pytest.mark.parametrize("kind", ["N1", "N2", "N3", "N4", "N5", "N6", "negative"])
@pytest.mark.parametrize("purpose", ["news", "win_back", "reminder"])
def test_whom_something_stands_between_is_left_to_service(ada, company, kind, purpose):
    judged(ada, kind, alive=0.1)
    assert reasons(company, Criteria(purpose=purpose)) == {"service": 1}


def test_a_next_step_never_means_those_left_to_service(ada, dan, company):
    judged(ada, "R4", next_step="repair")
    judged(dan, "N1", next_step="repair")
    criteria = Criteria(steps=("repair",))
    assert names(company, criteria) == ["Ada"]
    assert reasons(company, criteria) == {}


def test_quiet_habit_and_convenience_are_left_alone(ada, bo, company):
    judged(ada, "D2")
    judged(bo, "M4")
    for purpose in ("news", "win_back", "reminder"):
        assert reasons(company, Criteria(purpose=purpose)) == {"leave_alone": 2}


def test_a_passer_by_hears_nothing_but_one_reminder_in_180_days(bo, company):
    judged(bo, "D1", alive=0.2)
    assert reasons(company) == reasons(company, Criteria(purpose="win_back")) == {"passer_by": 1}
    assert names(company, Criteria(purpose="reminder")) == ["Bo"]
    happened(bo, Kind.MESSAGE_SENT, TODAY - timedelta(days=179))
    assert reasons(company, Criteria(purpose="reminder")) == {"passer_by": 1}


def test_nobody_who_is_still_with_us_is_won_back(everybody, company):
    assert reasons(company, Criteria(purpose="win_back")) == {"not_lost": 3}
    assert names(company, Criteria(purpose="win_back")) == ["Cyd"]


def test_no_address_is_a_reason(everybody, company, bo):
    bo.email = ""
    bo.save()
    assert reasons(company) == {"no_address": 1}


def test_the_pace_of_the_type_is_kept(everybody, company, ada, bo):
    for days in (1, 10, 29):  # Bo's first spark bears three in thirty days, Ada's friendship four
        happened(bo, Kind.MESSAGE_SENT, TODAY - timedelta(days=days))
        happened(ada, Kind.MESSAGE_SENT, TODAY - timedelta(days=days))
    assert reasons(company) == {"pace": 1}
    assert names(company, reason="pace") == ["Bo"]


def test_messages_of_more_than_thirty_days_ago_do_not_count(everybody, company, bo):
    for days in (30, 31, 40, 50):
        happened(bo, Kind.MESSAGE_SENT, TODAY - timedelta(days=days))
    assert reasons(company) == {}


def test_while_the_type_is_unknown_one_message_in_thirty_days_is_enough(ada, company):
    judged(ada, "friend")
    happened(ada, Kind.MESSAGE_SENT, TODAY - timedelta(days=3))
    assert reasons(company) == {"pace": 1}


def test_everybody_is_counted_exactly_once(everybody, company, ada, bo, dan, sam):
    happened(ada, Kind.UNSUBSCRIBED, TODAY)
    happened(ada, Kind.UNSUBSCRIBED, TODAY)
    complaints.file_complaint(dan, subject="Late", by=sam, now=NOW)
    complaints.file_complaint(dan, subject="Late again", by=sam, now=NOW)
    bo.email = ""
    bo.save()
    counts = queries.counts(Criteria(), company=company, now=NOW)
    assert (counts.chosen, counts.addressed, counts.out) == (4, 1, 3)


def test_the_rules_are_those_of_every_single_message(everybody, company, ada, bo, cyd, dan):
    """What a campaign is told of a person is what the outbox would say."""
    withdraw_consent(ada, source="test", by=None, now=NOW)
    bo.preferences = {"pace_per_month": 0}
    bo.save()
    suppress(cyd.email, channel="email", cause="bounced", source="test", by=None, now=NOW)
    dan.preferences = {"paused_until": "2027-01-01T00:00:00+00:00"}
    dan.save()
    found = {"Ada": "unsubscribed", "Bo": "own_pace", "Cyd": "suppressed", "Dan": "paused"}
    assert reasons(company) == dict.fromkeys(found.values(), 1)
    for name, reason in found.items():
        assert names(company, reason=reason) == [name]
    for customer in (ada, bo, cyd, dan):
        verdict = may_contact(customer, purpose="marketing", channel="email", now=NOW)
        assert verdict.rule.key == found[customer.name.split()[0]]


def test_whoever_neither_agreed_nor_bought_is_left_out(company):
    Customer.objects.create(name="Noa", email="noa@example.com")
    assert reasons(company) == {"no_consent": 1}


def test_counting_takes_one_statement_and_a_page_two(everybody, company, django_assert_num_queries):
    rules = 2  # the company's manners, and which of them are set aside
    with django_assert_num_queries(rules + 1):
        queries.counts(Criteria(), company=company, now=NOW)
    with django_assert_num_queries(rules + 2):
        queries.audience(Criteria(), company=company, now=NOW)


def test_pages_follow_each_other_without_gap_or_double(everybody, company):
    seen, after = [], ""
    for _ in range(2):
        members = queries.audience(Criteria(), company=company, now=NOW, after=after, size=2)
        seen, after = seen + [customer.pk for customer in members.customers], members.after
    assert len(set(seen)) == 4
    assert after == ""


def test_a_mangled_place_starts_from_the_top(everybody, company):
    for after in ("x", "~", "1~y", "nonsense~1", "nan~1", "1~" + "9" * 20):
        assert len(names(company, after=after)) == 4


def test_addresses_hold_no_more_than_writing_needs(everybody, company, dan, sam):
    complaints.file_complaint(dan, subject="Late", by=sam, now=NOW)
    rows = list(queries.addresses(Criteria(families=("friend",)), company=company, now=NOW))
    assert [row[1:] for row in rows] == [("Ada Novak", "ada@example.com", "")]


def test_an_audience_is_kept_under_a_name_of_its_own(db, mara):
    saved = actions.save_audience(Criteria(types=("R4",)), name=" Friends ", by=mara, now=NOW)
    assert (saved.name, saved.criteria) == ("Friends", {"purpose": "news", "types": ["R4"]})
    assert AuditLine.objects.get(verb="audience.saved").subject_id == saved.pk
    for name, words in (
        ("friends", "called “friends” already"),
        (" ", "a name"),
        ("x" * 121, "120"),
    ):
        with pytest.raises(Refused, match=words):
            actions.save_audience(Criteria(), name=name, by=mara, now=NOW)


def test_a_forgotten_audience_leaves_a_line(db, mara):
    saved = actions.save_audience(Criteria(), name="All", by=mara, now=NOW)
    actions.forget_audience(saved, by=mara, now=NOW)
    assert not Audience.objects.exists()
    assert AuditLine.objects.filter(verb="audience.forgotten").count() == 1


def test_criteria_that_nobody_can_meet_give_an_empty_audience(everybody, company):
    nobody = Criteria(segment=2**62)
    assert queries.counts(nobody, company=company, now=NOW).chosen == 0
    assert queries.audience(nobody, company=company, now=NOW).customers == []
