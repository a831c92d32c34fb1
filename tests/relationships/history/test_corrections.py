"""Whatever is corrected, taken away, brought twice or too late: one state and one past."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from customers.actions.ingest import ingest
from customers.actions.upsert import look_again
from customers.events import Event
from customers.models import Customer, Interaction, Kind
from feedback.actions import assess_complaint, file_complaint
from relationships import tasks
from relationships.actions import scoring
from relationships.actions.history import running, telling
from relationships.models import Month, Profile, ProfileChange, Snapshot
from tests.conftest import NOW, TODAY
from tests.digits import plain

MONTHS = 6
CLOSES = ("on", "family", "type", "held", "chances", "confidence", "valence", "closeness",
          "intensity", "alive", "value", "turn", "seen", "told")  # fmt: skip
LINES = ("on", "family", "type", "old_family", "old_type", "reason", "is_reconstructed")
JUDGED = ("posterior", "held", "family", "type", "valence", "closeness", "intensity", "alive",
          "orders", "value")  # fmt: skip
# What happened in the end: kind, day, amount or stars.
STORY = {
    "first": (Kind.PURCHASE, date(2025, 8, 20), 30),
    "again": (Kind.PURCHASE, date(2025, 10, 5), 45),
    "praise": (Kind.REVIEW, date(2025, 10, 20), 5),
    "third": (Kind.PURCHASE, date(2025, 12, 12), 60),
    "scorn": (Kind.REVIEW, date(2026, 1, 8), 1),
    "last": (Kind.PURCHASE, date(2026, 2, 20), 25),
}
# What was said of them at first: another day, amount or number of stars.
AT_FIRST = {
    "praise": (Kind.REVIEW, date(2025, 10, 20), 2),
    "third": (Kind.PURCHASE, date(2025, 11, 30), 60),
    "last": (Kind.PURCHASE, date(2026, 2, 20), 250),
}


def silent(done, *, total=None, position=None):
    """Progress that nobody watches."""


def told(customer, name, story=STORY):
    kind, day, number = story[name]
    return Event(
        customer_id=customer.pk, kind=kind, source="shop", source_id=f"{customer.name} {name}",
        occurred_at=datetime(day.year, day.month, day.day, 12, tzinfo=NOW.tzinfo),
        amount=Decimal(number) if kind == Kind.PURCHASE else None,
        rating=number if kind == Kind.REVIEW else None,
    )  # fmt: skip


def past(customer):
    """Their closes, lines and profile, without numbers of rows and instants of writing."""
    closes = Snapshot.objects.filter(customer=customer, is_close=True).order_by("on")
    lines = ProfileChange.objects.filter(customer=customer, on__lt=TODAY).order_by("on")
    profile = Profile.objects.filter(pk=customer.pk).values_list(*JUDGED).get()
    told = (closes.values_list(*CLOSES), lines.values_list(*LINES), [profile])
    return [[*map(plain, rows)] for rows in told]


@pytest.fixture
def straight(company, ada):
    """Someone of whom everything was told once and in its order, before the past was looked at."""
    company.as_of = TODAY
    company.save()
    inge = Customer.objects.create(name="Inge Order")
    otto = Customer.objects.create(name="Otto Late")
    ingest([told(inge, name) for name in STORY], now=NOW)
    ingest([told(otto, "first")], now=NOW)
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=silent)
    running.tell_history(company, as_of=TODAY, months=MONTHS, now=NOW, progress=silent)
    return inge, otto


def come_in(otto, batches):
    """Batch after batch, each judged when the worker next looks."""
    for at, batch in enumerate(batches, start=1):
        ingest(batch, now=NOW + timedelta(minutes=at))
        tasks.score_due()


WAYS = (
    ["scorn", "praise", "again", "third", "last"],
    ["last", "third", "scorn", "again", "praise"],
)


@pytest.mark.parametrize("order", WAYS)
def test_late_corrected_and_double_events_in_any_order_end_in_one_past(straight, order):
    inge, otto = straight
    at_first = [told(otto, name, STORY | AT_FIRST) for name in order]
    first = [at_first[:3], at_first[3:]]
    right = [[told(otto, name) for name in some] for some in (order[2:], order[:2])]
    double = [[told(otto, name) for name in (*order, "first")]]
    come_in(otto, [*first, *right, *double])
    assert past(otto) == past(inge)
    assert not Customer.objects.exclude(corrected_from_on=None).exists()


def test_what_never_was_leaves_no_trace_in_the_past(straight):
    inge, otto = straight
    come_in(otto, [[told(otto, name) for name in STORY]])
    extra = {"extra": (Kind.RETURN, date(2025, 11, 3), 40)}
    come_in(otto, [[told(otto, "extra", extra)]])
    assert past(otto) != past(inge)
    Interaction.objects.filter(source_id=f"{otto.name} extra").delete()
    look_again([otto.pk], NOW + timedelta(hours=1))
    tasks.score_due()
    assert past(otto) == past(inge)


def test_what_two_events_exchange_is_noticed(straight, company):
    _inge, otto = straight
    come_in(otto, [[told(otto, name) for name in STORY]])
    rows = {row.source_id.split()[-1]: row for row in Interaction.objects.filter(customer=otto)}
    rows["again"].amount, rows["third"].amount = rows["third"].amount, rows["again"].amount
    Interaction.objects.bulk_update(rows.values(), ["amount"])
    assert running.tell_late(np.array([otto.pk]), company, as_of=TODAY, now=NOW) == 1


def test_only_the_months_from_the_corrected_day_on_are_told_again(straight, monkeypatch):
    _inge, otto = straight
    come_in(otto, [[told(otto, name) for name in STORY]])
    days = []
    real = telling._close
    monkeypatch.setattr(
        telling, "_close", lambda ids, rule, now: (days.append(rule.as_of), real(ids, rule, now))
    )
    worse = replace(told(otto, "praise"), rating=2)
    day = timedelta(days=75)  # … and was in truth of December
    come_in(otto, [[replace(worse, occurred_at=worse.occurred_at + day)]])
    ends = list(Month.objects.order_by("on").values_list("on", flat=True))
    assert sorted(set(days)) == ends  # another day shows in the sum: all of it
    days.clear()
    stars = replace(told(otto, "scorn"), rating=3)
    come_in(otto, [[stars]])
    assert days == [end for end in ends if end >= date(2026, 1, 8)]


def test_what_is_brought_unchanged_notes_nothing(straight):
    inge, _otto = straight
    ingest([told(inge, name) for name in STORY], now=NOW + timedelta(minutes=1))
    inge.refresh_from_db()
    assert inge.corrected_from_on is None


def test_a_complaint_assessed_anew_is_told_from_its_day_on(straight, sam):
    inge, otto = straight
    come_in(otto, [[told(otto, name) for name in STORY]])
    filed = datetime(2026, 1, 20, 12, tzinfo=NOW.tzinfo)
    for customer, severity in ((inge, 4), (otto, 1)):
        complaint = file_complaint(
            customer, subject="Late", text="It came late", channel="email", severity=severity,
            filed_at=filed, by=sam, now=NOW,
        )  # fmt: skip
    tasks.score_due()
    assert past(otto) != past(inge)
    assess_complaint(complaint, severity=4, by=sam, now=NOW + timedelta(hours=1))
    otto.refresh_from_db()
    assert otto.corrected_from_on == filed.date()
    tasks.score_due()
    assert past(otto) == past(inge)


def test_what_comes_while_the_past_is_told_stays_noted(straight, company, monkeypatch):
    """Also by a machine whose clock is an hour slow."""
    inge, otto = straight
    come_in(otto, [[told(otto, name) for name in STORY]])
    ingest([replace(told(otto, "scorn"), rating=3)], now=NOW + timedelta(hours=1))
    real = telling._close

    def interrupted(ids, rule, now):
        real(ids, rule, now)
        ingest([replace(told(otto, "praise"), rating=1)], now=NOW - timedelta(hours=1))

    monkeypatch.setattr(telling, "_close", interrupted)
    running.tell_late(np.array([otto.pk]), company, as_of=TODAY, now=NOW + timedelta(hours=2))
    monkeypatch.undo()
    otto.refresh_from_db()
    assert otto.corrected_from_on == date(2025, 10, 20)
    ingest([told(otto, "scorn"), told(otto, "praise")], now=NOW + timedelta(hours=3))
    tasks.score_due()
    assert past(otto) == past(inge)


def test_a_second_correction_of_a_later_day_is_told_too(straight, company):
    _inge, otto = straight
    day, first, then = date(2025, 10, 5), NOW, NOW - timedelta(minutes=1)
    Customer.objects.filter(pk=otto.pk).update(corrected_from_on=day, touched_at=first)
    noted = telling.corrections(np.array([otto.pk]))
    Customer.objects.filter(pk=otto.pk).update(touched_at=then)
    telling.forget_corrections(noted)
    otto.refresh_from_db()
    assert otto.corrected_from_on == day
    telling.forget_corrections(telling.corrections(np.array([otto.pk])))
    otto.refresh_from_db()
    assert (otto.corrected_from_on, otto.touched_at) == (None, then)


def test_who_is_not_looked_at_yet_keeps_the_note(straight, company):
    """Numbers of those touched lie apart; one between two of them waits for the next look."""
    people = [Customer.objects.create(name=f"Ida {number}") for number in range(3)]
    Customer.objects.filter(pk__in=[one.pk for one in people]).update(
        corrected_from_on=date(2025, 10, 5), touched_at=NOW
    )
    looked_at = np.array([people[0].pk, people[2].pk])
    running.tell_late(looked_at, company, as_of=TODAY, now=NOW)
    left = Customer.objects.filter(corrected_from_on__isnull=False, name__startswith="Ida")
    assert list(left) == [people[1]]


def test_only_what_changes_the_label_writes_a_snapshot_and_a_day_has_one_as_it_ended(company):
    company.as_of = TODAY
    company.save()
    new = Customer.objects.create(name="Nora New")

    def bought(number, amount=30):
        return Event(
            customer_id=new.pk, kind=Kind.PURCHASE, source="shop", source_id=f"new {number}",
            occurred_at=NOW - timedelta(hours=5 + 2 * number), amount=Decimal(amount),
        )  # fmt: skip

    def kept():
        snapshots = [*Snapshot.objects.filter(customer=new).values_list("family", "type")]
        return ProfileChange.objects.filter(customer=new).count(), snapshots

    come_in(new, [[bought(0)]])
    assert kept() == (1, [("fling", "")])
    come_in(new, [[bought(0, 31)]])
    assert kept() == (1, [("fling", "")])
    come_in(new, [[bought(number) for number in range(1, 6)]])
    assert kept() == (2, [("fling", "F2")])
    Interaction.objects.filter(customer=new).exclude(source_id="new 0").delete()
    look_again([new.pk], NOW + timedelta(hours=1))
    tasks.score_due()
    assert kept() == (3, [("fling", "")])
