"""Counting from tallies finds whom counting from interactions finds, whatever happens to those."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from customers.actions import ingest as ingesting
from customers.actions import storing, tallies
from customers.actions.erasure import erase_customer
from customers.actions.ingest import ingest
from customers.actions.merge import merge_customers
from customers.actions.notes import forget_former_notes, remove_note, write_note
from customers.actions.retention import forget_interactions
from customers.actions.tallies import mark_stale, refresh_due
from customers.actions.undo import can_be_undone, undo
from customers.actions.unmerge import undo_merge
from customers.events import Event
from customers.models import Customer, Import, Interaction, Merge, Tally, Tallying, TallyMark
from customers.queries.tallies import with_tallies
from customers.segments import Moment, Reader
from customers.segments.compile import matching
from customers.segments.reading import read
from feedback.promises.actions import make_promise
from feedback.promises.outcomes import state_outcome, withdraw
from relcrm.base import roles
from relcrm.base.actions import jobs
from relcrm.base.models import Company
from relcrm.base.tasks import work_due_jobs
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY
from tests.customers.test_import_undo import taken

pytestmark = pytest.mark.postgres  # SQLite has no tallies
ROOT = Path(__file__).resolve().parents[3]
FRANK = Reader(frozenset(roles.TABLE))
ZONE = ZoneInfo("Europe/Vienna")
KINDS = ["purchase", "visit"]
BOUGHT = {"kinds": ["purchase"], "which": "last"}
ASKED = [
    {"did": True, "kinds": ["purchase"], "times": {"at_least": 3}},
    {"did": False, "kinds": ["purchase"], "times": {"exactly": 1}},
    {"did": True, "kinds": KINDS, "times": {"at_most": 2}, "within": {"last_days": 60}},
    {"did": True, "times": {"at_least": 2}, "within": {"from": "2025-12-01", "to": "2026-01-31"}},
    {"did": True, "kinds": ["purchase"], "sum": {"at_least": 30.1}},
    {"did": True, "kinds": KINDS, "sum": {"exactly": 20}, "within": {"last_days": 200}},
    {"did": True, "kinds": ["visit"], "within": {"since": BOUGHT}},
    {"did": False, "kinds": ["visit"], "within": {"since": BOUGHT}},
    {"did": True, "kinds": KINDS, "times": {"at_least": 2},
     "within": {"since": {"kinds": ["visit"], "which": "first"}}},
    {"did": True, "sum": {"at_most": 25}, "within": {"since": {"kinds": KINDS, "which": "first"}}},
    {"field": "last_seen_on", "operator": "longer_ago_than_days", "value": 20},
]  # fmt: skip


@pytest.fixture(autouse=True)
def small_pieces(company, settings, tmp_path, monkeypatch):
    """So that most of the time the tallies of some hold and those of others do not."""
    settings.MEDIA_ROOT = tmp_path / "uploads"
    monkeypatch.setattr(tallies, "SLICE", 3)
    monkeypatch.setattr(storing, "BATCH_ROWS", {"sqlite": 3, "postgresql": 3})
    monkeypatch.setattr(ingesting, "PAUSE_SECONDS", {"sqlite": 0, "postgresql": 0})


def silently(*_args, **_more):
    """No progress to show."""


def people(node, moment) -> set[int]:
    rule = read({"version": 1, "all": [node]}, reader=FRANK)
    found = matching(rule, Customer.objects.present(), moment=moment, reader=FRANK)
    return set(found.values_list("pk", flat=True))


def assert_both_agree(when: str, *, days_ago: int) -> None:
    live = Moment(TODAY - timedelta(days=days_ago), ZONE)
    for node in ASKED:
        rule = read({"version": 1, "all": [node]}, reader=FRANK)
        assert people(node, with_tallies(live, rule, few=0)) == people(node, live), (when, node)


class Happenings:
    """Everything that changes interactions, done at random through the same doors as by people."""

    def __init__(self, rng, folder, mara, sam) -> None:
        self.rng, self.folder, self.mara, self.sam = rng, folder, mara, sam
        self.now, self.number = NOW, 0

    def some(self):
        self.now += timedelta(minutes=1)
        names = [name for name in dir(self) if name.startswith("do_")]
        name = self.rng.choice([*names, *["do_events"] * 3])
        try:
            getattr(self, name)()
        except Refused:  # merged just now, erased, undone already: nothing happened
            return f"{name}, refused"
        return name

    def anybody(self) -> Customer:
        return self.rng.choice(list(Customer.objects.present().order_by("pk")))

    def anything(self, **given) -> Event:
        self.number += 1
        at = self.now - timedelta(days=self.rng.randrange(200), hours=self.rng.randrange(24))
        told = {
            "customer_id": self.anybody().pk, "kind": self.rng.choice(KINDS), "occurred_at": at,
            "amount": self.rng.choice([None, Decimal(10), Decimal("20.05")]),
            "source": "shop", "source_id": str(self.number),
        }  # fmt: skip
        return Event(**(told | given))

    def do_events(self):
        ingest([self.anything() for _ in range(self.rng.randrange(1, 6))], now=self.now)

    def do_known_events_again(self):
        known = str(self.rng.randrange(self.number + 1))
        ingest([self.anything(source_id=known), self.anything()], now=self.now)

    def do_a_day_that_does_not_fit(self):
        event = self.anything()
        ingest([replace(event, occurred_on=event.occurred_at.date() - timedelta(days=70))],
               now=self.now)  # fmt: skip

    def do_a_new_customer(self):
        Customer.objects.create(name=f"N{self.rng.random()}")

    def do_a_merge(self):
        merge_customers(self.anybody(), self.anybody(), by=self.mara, now=self.now)

    def do_undo_a_merge(self):
        for record in Merge.objects.standing().order_by("?")[:1]:
            undo_merge(record, by=self.mara, now=self.now)

    def do_an_erasure(self):
        if Customer.objects.present().count() > 4:
            erase_customer(self.anybody(), by=None, now=self.now)

    def do_an_import(self):
        rows = "".join(
            f"c{self.rng.randrange(4)},{date(2026, 1, self.rng.randrange(1, 29))},"
            f"o{self.rng.randrange(9)},{self.rng.randrange(30)}\n"
            for _ in range(7)
        )
        taken(self.folder, f"customer,date,order,amount\n{rows}", f"{self.rng.random()}.csv")

    def do_undo_an_import(self):
        some = [of for of in Import.objects.all() if can_be_undone(of, datetime.now(ZONE))]
        if some:
            undo(self.rng.choice(some), progress=silently, position=None, by=None)

    def do_forget_by_age(self):
        rows = list(Interaction.objects.order_by("occurred_on").values_list("pk", flat=True)[:5])
        forget_interactions(self.rng.sample(rows, min(len(rows), 2)), now=self.now)

    def do_another_zone(self):
        Company.objects.update(zone=self.rng.choice(["Pacific/Auckland", "America/Lima"]))
        jobs.ask_for("redate", "Date anew", by=None)
        work_due_jobs()

    def do_a_note_and_forget_it(self):
        note = write_note(self.anybody(), "Likes tea", by=self.sam, now=self.now)
        self.do_a_sweep()
        remove_note(note, by=self.sam, now=self.now)
        forget_former_notes(self.now + timedelta(days=40))

    def do_a_promise_and_take_it_back(self):
        name = f"P{self.rng.random()}"
        promise = make_promise(name=name, words="Soon.", by=self.sam, now=self.now)
        told = state_outcome(
            promise, self.anybody(), is_kept=True, occurred_at=self.now, source="by hand",
            source_id=name, reason="seen", by=self.sam, now=self.now,
        )  # fmt: skip
        self.do_a_sweep()
        withdraw([told.pk], self.now)

    def do_a_sweep(self):
        refresh_due(slices=self.rng.randrange(1, 4))


@pytest.mark.slow  # the only proof that every writer of interactions says so to the tallies
@pytest.mark.parametrize("seed", range(2))
def test_counts_agree_after_whatever_happens(seed, tmp_path, mara, sam, ada, bo):
    for name in "CDEFG":
        Customer.objects.create(name=name)
    happenings = Happenings(Random(seed), tmp_path, mara, sam)
    refresh_due()
    for turn in range(30):
        assert_both_agree(f"{turn}: {happenings.some()}", days_ago=turn % 2 * 45)
    refresh_due(slices=100)
    assert_both_agree("at the end", days_ago=0)
    assert not TallyMark.objects.filter(is_lasting=False).exists()
    assert Tallying.objects.get().through == Customer.objects.latest("pk").pk


def test_a_story_whose_days_go_back_is_read_itself_until_it_is_mended(company, bo):
    instants = [NOW - timedelta(days=n) for n in (3, 2)]
    events = [
        Event(customer_id=bo.pk, kind="visit", occurred_at=at, occurred_on=day, source="x",
              source_id=str(at))
        for at, day in zip(instants, [TODAY, TODAY - timedelta(days=9)], strict=True)
    ]  # fmt: skip
    ingest(events, now=NOW)
    refresh_due()
    assert list(TallyMark.objects.values_list("customer", "is_lasting")) == [(bo.pk, True)]
    assert refresh_due() == 0, "nothing changed"
    ingest([replace(events[1], occurred_on=TODAY)], now=NOW)
    refresh_due()
    assert not TallyMark.objects.exists()
    assert Tally.objects.get(customer=bo, kind="visit").days == [TODAY, TODAY]


def test_with_too_many_marks_everybodys_interactions_are_read(company, ada, bo):
    rule = read({"version": 1, "all": [ASKED[0]]}, reader=FRANK)
    live = Moment(TODAY, ZONE)
    assert with_tallies(live, rule, few=0) == live, "nobody is tallied yet"
    refresh_due()
    assert with_tallies(live, rule, few=0).tallied_through >= bo.pk
    mark_stale(range(1, 25_000))
    assert with_tallies(live, rule, few=0) == live
    assert with_tallies(live, read({"version": 1, "all": []}, reader=FRANK), few=0) == live


def test_every_module_that_writes_interactions_marks_their_customers():
    """A new one is found by its words, and must mark or say here why it need not."""
    writes = re.compile(
        r"\.(update|delete|bulk_create|bulk_update|create|save|_raw_delete)\("
        r"|(INSERT INTO|UPDATE|DELETE FROM) customers_interaction"
    )
    knows = re.compile(r"\bInteraction\b|customers_interaction\b|\.interactions\b")
    marks = re.compile(r"mark_stale|look_again|forget_tallies|forget_interactions")
    others = {
        "customers/actions/arrivals.py",  # writes by what name they came, not the interactions
        "customers/actions/asked.py",  # questions, and interactions by ingest
        "customers/actions/batches.py",  # reads the newest number
        "customers/actions/owned.py",  # what customers have
        "customers/contact/actions/strictest.py",  # in an undone merge, which marks both
        "customers/telling.py",  # reads
        "feedback/actions.py",  # complaints, and interactions by ingest
        "relcrm/pages/demo/company.py",  # reads
        "relcrm/pages/demo/facts.py",  # customers, and interactions by ingest
    }
    found = {
        str(path.relative_to(ROOT))
        for app in ("customers", "feedback", "relationships", "campaigns", "relcrm")
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts and knows.search(text := path.read_text())
        and writes.search(text) and not marks.search(text)
    }  # fmt: skip
    assert found == others
