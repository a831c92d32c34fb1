"""Takers and adversaries: named to few, for a year at most, and never by a looser rule of ours."""

import copy
from datetime import timedelta

import pytest

from customers.models import Customer, Kind
from relationships.actions import scoring
from relationships.actions.forgetting import expire_names
from relationships.actions.store import unpacked
from relationships.engine.typology import faults, shipped_document
from relationships.live import typology
from relationships.models import Override, Profile, ProfileChange, Snapshot
from relationships.models.profile import EXPIRING
from tests.conftest import NOW, TODAY, happened

A_YEAR = timedelta(days=365)


def silent(done, *, total=None, position=None):
    """Progress that nobody watches."""


def changed(**types) -> dict:
    document = copy.deepcopy(shipped_document())
    for key, fields in types.items():
        document["types"][key] |= fields
    return document


@pytest.fixture
def taker(company, ada) -> Customer:
    """Sends back most of what she orders, and is loud about it."""
    tia = Customer.objects.create(name="Tia Stark")
    for week in range(0, 80, 2):
        happened(tia, Kind.PURCHASE, TODAY - timedelta(weeks=week, days=4), 60)
        happened(tia, Kind.RETURN, TODAY - timedelta(weeks=week), 60)
    return tia


@pytest.fixture
def adversary(company, ada) -> Customer:
    ulf = Customer.objects.create(name="Ulf Grimm")
    for week in (30, 60, 90):
        happened(ulf, Kind.PURCHASE, TODAY - timedelta(weeks=week), 60)
    for week in range(12):
        happened(ulf, Kind.MENTION, TODAY - timedelta(weeks=week), sentiment=-1)
    return ulf


def judged(customer, company, on) -> Profile:
    scoring.score_everyone(company, as_of=on, now=NOW, progress=silent)
    return Profile.objects.get(pk=customer.pk)


def chance(profile: Profile, key: str) -> float:
    return float(unpacked(profile.posterior)[typology().keys.index(key)])


@pytest.mark.parametrize(("who", "key"), [("taker", "N4"), ("adversary", "N5")])
def test_a_hard_name_ends_a_year_after_the_last_such_thing(request, company, who, key):
    customer = request.getfixturevalue(who)
    assert chance(judged(customer, company, TODAY), key) > 0.5
    assert chance(judged(customer, company, TODAY + A_YEAR), key) > 0
    after = judged(customer, company, TODAY + A_YEAR + timedelta(days=1))
    assert chance(after, key) == 0
    assert after.type != key


def test_only_the_types_that_expire_leave_the_history():
    assert tuple(kind.key for kind in typology().types if kind.expiry) == EXPIRING


def test_after_a_year_no_history_has_the_name_and_all_have_the_family(company, ada, sam):
    old, new = TODAY - A_YEAR - timedelta(days=1), TODAY - A_YEAR
    for day in (old, new):
        Snapshot.objects.create(
            customer=ada, on=day, is_close=True, family="negative", type="N4", held=0,
            chances=b"", confidence=50,
        )  # fmt: skip
        ProfileChange.objects.create(
            customer=ada, on=day, recorded_at=NOW, family="friend", type="R2",
            old_family="negative", old_type="N5",
        )  # fmt: skip
    Override.objects.create(
        customer=ada, family="negative", type="N4", next_step="repair", reason="Returns all",
        until=old, set_at=NOW - 2 * A_YEAR, ended_at=NOW - A_YEAR - timedelta(days=2),
    )  # fmt: skip
    expire_names(today=TODAY)
    closes = Snapshot.objects.order_by("on").values_list("family", "type")
    assert list(closes) == [("negative", ""), ("negative", "N4")]
    lines = ProfileChange.objects.order_by("on").values_list("type", "old_family", "old_type")
    assert list(lines) == [("R2", "negative", ""), ("R2", "negative", "N5")]
    assert Override.objects.get().type == ""


@pytest.mark.parametrize(
    ("key", "fields", "said"),
    [
        ("N4", {"expires": {"column": "last_return_age_days", "days": 366}}, "at most 365 days"),
        ("N5", {"expires": {"column": "last_purchase_age_days", "days": 9}}, "must count hostile"),
        ("N4", {"gate": []}, "must ask for returns at least"),
        ("N1", {"gate": [["purchases"]]}, "must ask for hurt at least"),
        ("N6", {"gate": [["complaints"], []]}, "silence is no quarrel"),
    ],
)
def test_an_edition_may_be_more_careful_with_hard_names_and_never_less(key, fields, said):
    assert any(said in fault for fault in faults(changed(**{key: fields})))


def test_an_edition_may_let_hard_names_end_sooner_and_ask_for_more():
    sooner = {"expires": {"column": "last_return_age_days", "days": 90}}
    assert faults(changed(N4=sooner, N1={"gate": [["hurt", "complaints"]]})) == []
