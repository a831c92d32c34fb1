"""A complaint's way: filed, acknowledged, owned, resolved, and now and then reopened."""

from datetime import timedelta
from random import Random

import pytest

from customers.models import Interaction, Kind
from feedback import actions, queries
from feedback.models import Complaint
from relcrm.base import audit
from relcrm.base.models import AuditLine
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY


def file(customer, by, *, subject="Parcel six days late", now=NOW, **more):
    return actions.file_complaint(customer, subject=subject, by=by, now=now, **more)


@pytest.fixture
def complaint(dan, sam, company):
    return file(dan, sam, severity=3)


def verbs(complaint):
    lines = AuditLine.objects.filter(subject_kind="feedback.complaint", subject_id=complaint.pk)
    return list(lines.order_by("id").values_list("verb", flat=True))


def test_filing_gives_a_receipt_number_and_a_deadline_by_severity(dan, sam, company):
    complaint = file(dan, sam, severity=4)
    assert complaint.number.startswith("K-")
    assert len(complaint.number) == 7
    assert complaint.due_at == NOW + timedelta(hours=8)
    assert verbs(complaint) == ["complaint.filed"]


def test_filing_writes_one_interaction_and_has_the_customer_thought_over(dan, sam, company):
    complaint = file(dan, sam, severity=3, channel="phone", topic="delivery")
    told = Interaction.objects.get(kind=Kind.COMPLAINT)
    dan.refresh_from_db()
    assert complaint.interaction == told
    assert (told.customer, told.rating, told.channel) == (dan, 3, "phone")
    assert (told.category, told.occurred_on) == ("delivery", TODAY)
    assert dan.touched_at == NOW


def test_a_complaint_filed_at_night_counts_for_the_companys_day(dan, sam, company):
    late_evening = NOW.replace(hour=23, minute=30)  # half past midnight in Vienna
    file(dan, sam, now=late_evening)
    assert Interaction.objects.get(kind=Kind.COMPLAINT).occurred_on == TODAY + timedelta(days=1)


def test_severity_is_assessed_from_the_words_when_nobody_assessed_it(dan, sam, company):
    assert file(dan, sam, text="The heater caught fire").severity == Complaint.Severity.CRITICAL


def test_receipt_numbers_tell_nothing_of_how_many_there_are(dan, sam, company):
    numbers = [int(file(dan, sam, rng=Random(seed)).number[2:]) for seed in range(6)]
    assert len(set(numbers)) == 6
    assert numbers != sorted(numbers)


def test_two_who_draw_the_same_number_get_different_ones(dan, sam, company):
    first, second = file(dan, sam, rng=Random(7)), file(dan, sam, rng=Random(7))
    assert first.number != second.number
    assert Complaint.objects.count() == Interaction.objects.filter(kind="complaint").count() == 2


def test_when_short_numbers_run_out_the_next_one_is_longer(dan, sam, company):
    class Stuck(Random):
        def randrange(self, start, stop=None, step=1):
            return start

    assert file(dan, sam, rng=Stuck()).number == "K-10000"
    assert file(dan, sam, rng=Stuck()).number == "K-100000"


def test_nothing_is_filed_without_a_subject_for_the_erased_or_ahead_of_time(dan, sam, company):
    with pytest.raises(Refused, match="what the complaint is about"):
        file(dan, sam, subject="  ")
    with pytest.raises(Refused, match="future"):
        file(dan, sam, filed_at=NOW + timedelta(minutes=1))
    dan.erased_at = NOW
    with pytest.raises(Refused, match="erased"):
        file(dan, sam)
    assert not Complaint.objects.exists()
    assert not Interaction.objects.filter(kind=Kind.COMPLAINT).exists()


def test_it_is_acknowledged_only_once(complaint, sam):
    actions.acknowledge_complaint(complaint, by=sam, now=NOW)
    assert complaint.acknowledged_at == NOW
    with pytest.raises(Refused, match="already acknowledged on 2 March 2026"):
        actions.acknowledge_complaint(complaint, by=sam, now=NOW)
    assert verbs(complaint) == ["complaint.filed", "complaint.acknowledged"]


def test_an_agent_takes_it_but_an_analyst_cannot_be_given_it(complaint, sam, nils, root):
    actions.assign_complaint(complaint, owner=sam, by=sam, now=NOW)
    assert complaint.owner == sam
    with pytest.raises(Refused, match="Sam has this complaint already"):
        actions.assign_complaint(complaint, owner=sam, by=root, now=NOW)
    with pytest.raises(Refused, match="Nils does not handle complaints"):
        actions.assign_complaint(complaint, owner=nils, by=root, now=NOW)


def test_correcting_the_severity_moves_the_deadline_and_the_timeline(complaint, sam):
    actions.assess_complaint(complaint, severity=1, by=sam, now=NOW)
    assert complaint.due_at == complaint.filed_at + timedelta(hours=72)
    assert Interaction.objects.get(kind=Kind.COMPLAINT).rating == 1
    with pytest.raises(Refused, match="already assessed as minor"):
        actions.assess_complaint(complaint, severity=1, by=sam, now=NOW)
    with pytest.raises(Refused, match="1 .* to 4"):
        actions.assess_complaint(complaint, severity=9, by=sam, now=NOW)


def test_resolving_says_what_was_done_and_acknowledges_too(complaint, sam):
    with pytest.raises(Refused, match="what was done"):
        actions.resolve_complaint(complaint, resolution=" ", by=sam, now=NOW)
    later = NOW + timedelta(hours=30)
    actions.resolve_complaint(complaint, resolution="Sent again.", by=sam, now=later)
    assert (complaint.resolved_at, complaint.acknowledged_at) == (later, later)
    line = AuditLine.objects.get(verb="complaint.resolved")
    assert line.detail == {"late": True}
    assert (line.user, line.at) == (sam, later)


def test_what_is_resolved_can_only_be_reopened(complaint, sam):
    actions.resolve_complaint(complaint, resolution="Sent again.", by=sam, now=NOW)
    for attempt in (
        lambda: actions.resolve_complaint(complaint, resolution="Again.", by=sam, now=NOW),
        lambda: actions.acknowledge_complaint(complaint, by=sam, now=NOW),
        lambda: actions.assign_complaint(complaint, owner=sam, by=sam, now=NOW),
        lambda: actions.assess_complaint(complaint, severity=1, by=sam, now=NOW),
    ):
        with pytest.raises(Refused, match="already resolved on 2 March 2026"):
            attempt()


def test_satisfaction_is_asked_after_the_resolution_and_may_change(complaint, sam):
    with pytest.raises(Refused, match="when the complaint is resolved"):
        actions.record_satisfaction(complaint, is_satisfied=True, by=sam, now=NOW)
    actions.resolve_complaint(complaint, resolution="Sent again.", by=sam, now=NOW)
    actions.record_satisfaction(complaint, is_satisfied=True, by=sam, now=NOW)
    with pytest.raises(Refused, match="already on record"):
        actions.record_satisfaction(complaint, is_satisfied=True, by=sam, now=NOW)
    actions.record_satisfaction(complaint, is_satisfied=False, by=sam, now=NOW)
    assert complaint.is_satisfied is False


def test_reopening_starts_a_new_deadline_and_keeps_the_old_answer(complaint, sam):
    with pytest.raises(Refused, match="open already"):
        actions.reopen_complaint(complaint, reason="Still broken", by=sam, now=NOW)
    actions.resolve_complaint(complaint, resolution="Sent again.", by=sam, now=NOW)
    with pytest.raises(Refused, match="why it is opened again"):
        actions.reopen_complaint(complaint, reason="", by=sam, now=NOW)
    later = NOW + timedelta(days=3)
    actions.reopen_complaint(complaint, reason="Still broken", by=sam, now=later)
    assert complaint.due_at == later + timedelta(hours=24)
    actions.resolve_complaint(complaint, resolution="Refunded.", by=sam, now=later)
    assert complaint.resolution.split("\n\n") == [
        "Sent again.", "Reopened on 5 March 2026: Still broken", "Refunded.",
    ]  # fmt: skip


def test_every_step_has_the_customer_thought_over_again(complaint, sam, dan):
    later = NOW + timedelta(hours=2)
    actions.resolve_complaint(complaint, resolution="Sent again.", by=sam, now=later)
    dan.refresh_from_db()
    assert dan.touched_at == later


def test_the_history_tells_who_did_what(complaint, sam, root, django_assert_num_queries):
    actions.assign_complaint(complaint, owner=sam, by=root, now=NOW)
    audit.record("complaint.viewed", complaint, by=root)  # a look is no step
    actions.resolve_complaint(complaint, resolution="Sent again.", by=None, now=NOW)
    with django_assert_num_queries(2):
        steps = queries.history(complaint)
    assert [(step.verb, step.who, step.owner) for step in steps] == [
        ("filed", "Sam", ""),
        ("assigned", "Root", "Sam"),
        ("resolved", "", ""),
    ]
