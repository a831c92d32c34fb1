"""Takers and adversaries: named to few, for a year at most, and never by a looser rule of ours."""

import copy
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pytest

from customers.models import Customer, Kind
from relationships.actions import scoring
from relationships.actions.expiring import expire_names
from relationships.actions.history.running import tell_history
from relationships.actions.history.telling import tell_from
from relationships.actions.overriding import set_label
from relationships.actions.store import unpacked
from relationships.engine.history.quantised import quantised
from relationships.engine.typology import faults, shipped_document
from relationships.live import typology
from relationships.models import (
    Edition,
    Example,
    Month,
    Override,
    Profile,
    ProfileChange,
    Snapshot,
)
from relationships.models.history import HARD_PLACES
from relationships.models.profile import EXPIRING
from relationships.queries.history.months import standard_of
from relationships.queries.history.standings import standing
from relcrm.base import company as companies
from relcrm.base.models import AuditLine
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY, happened

A_YEAR = timedelta(days=365)
KEYS = typology().keys


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


def test_the_places_of_hard_names_are_theirs():
    assert tuple(typology().keys.index(key) for key in EXPIRING) == HARD_PLACES


def snapshot(customer, on, key="N4", *, shown=True, of=None):
    likely = np.full((1, len(KEYS)), 0.2 / (len(KEYS) - 1)) if of is None else of
    if of is None:
        likely[0, KEYS.index(key)] = 0.8
    return Snapshot.objects.create(
        customer=customer, on=on, is_close=True, family="negative", type=key if shown else "",
        held=KEYS.index(key), chances=quantised(likely).tobytes(), confidence=50,
    )  # fmt: skip


OLD, NEW = TODAY - A_YEAR - timedelta(days=1), TODAY - A_YEAR


def expired(now: datetime = NOW) -> dict:
    """What an expiry run says of itself; {} when it changed nothing."""
    lines = AuditLine.objects.filter(verb="relationships.names_expired")
    before = list(lines.values_list("pk", flat=True))
    expire_names(companies.current(), now=now)
    line = lines.exclude(pk__in=before).first()
    return line.detail if line else {}


def test_after_a_year_no_history_has_the_name_and_all_have_the_family(company, ada, sam):
    for day in (OLD, NEW):
        snapshot(ada, day)
        ProfileChange.objects.create(
            customer=ada, on=day, recorded_at=NOW, family="friend", type="R2",
            old_family="negative", old_type="N5",
        )  # fmt: skip
    Override.objects.create(
        customer=ada, family="negative", type="N4", next_step="leave_alone", reason="Returns all",
        until=OLD, set_at=NOW - 2 * A_YEAR, ended_at=NOW - A_YEAR - timedelta(days=2),
    )  # fmt: skip
    told = expired()
    closes = Snapshot.objects.order_by("on").values_list("family", "type")
    assert list(closes) == [("negative", ""), ("negative", "N4")]
    lines = ProfileChange.objects.order_by("on").values_list("type", "old_family", "old_type")
    assert list(lines) == [("R2", "negative", ""), ("R2", "negative", "N5")]
    word = Override.objects.get()
    assert (word.family, word.type, word.next_step, word.reason) == ("negative", "", "", "")
    assert told == {
        "before": str(NEW), "snapshots": 1, "changes": 1, "overrides": 1, "examples": 0,
    }  # fmt: skip
    assert expired() == {}, "a run that changes nothing says nothing"


def test_the_year_is_over_when_the_company_s_day_is(company, ada):
    """Half an hour before midnight at sea level is half past midnight in Vienna."""
    snapshot(ada, NEW)
    assert expired(NOW.replace(hour=22, minute=30)) == {}
    assert expired(NOW.replace(hour=23, minute=30))["snapshots"] == 1


@pytest.mark.parametrize("shown", [True, False])
@pytest.mark.parametrize("key", EXPIRING)
def test_nothing_that_is_kept_says_which_of_the_family_it_was(company, ada, bo, key, shown):
    old = snapshot(ada, OLD, key, shown=shown)
    other = snapshot(bo, OLD, "N1")
    before = standing(OLD, OLD)
    expired()
    row = Snapshot.objects.get(pk=old.pk)
    stored = np.frombuffer(bytes(row.chances), dtype=np.uint8)
    negative = [at for at, kind in enumerate(typology().types) if kind.family == "negative"]
    assert len({int(stored[at]) for at in negative}) == 1
    assert KEYS[row.held] not in EXPIRING
    assert typology().types[row.held].family == "negative"
    after = standing(OLD, OLD)
    assert after.families == pytest.approx(before.families, abs=0.03)
    assert list(after.family) == list(before.family)
    assert bytes(Snapshot.objects.get(pk=other.pk).chances) == bytes(other.chances)


def test_a_history_that_was_expired_is_told_on_from_the_family(company, taker):
    """A correction of old days follows on from closes without the name, and brings it no further
    back than it holds."""
    started = date(2026, 1, 31)
    tell_history(company, as_of=TODAY, months=4, now=NOW, progress=silent)
    Snapshot.objects.filter(customer=taker).update(held=KEYS.index("N4"), type="N4")
    expire_names(company, now=datetime.combine(started + A_YEAR, time(12), UTC))
    assert not Snapshot.objects.filter(on__lt=started, held__in=HARD_PLACES).exists()
    rules = [standard_of(month, company) for month in Month.objects.filter(on__gte=started)]
    ids = {taker.pk: started}
    tell_from(ids, sorted(rules, key=lambda rule: rule.as_of), now=NOW)
    last = Snapshot.objects.filter(customer=taker, on=date(2026, 2, 28)).get()
    assert last.family == "negative"
    assert last.turn == "", "the family stayed, so nothing turned"


def test_examples_of_an_old_trial_go_and_its_numbers_stay(company, ada, bo, cyd):
    trial = {"moves": [{"from": "R2", "to": "N4", "people": 3}]}
    for version, days in ((2, 366), (3, 364)):
        edition = Edition.objects.create(
            version=version, document={}, note="", created_at=NOW, trial=trial,
            tried_at=NOW - timedelta(days=days),
        )  # fmt: skip
        for who, labels in ((ada, ("R2", "N4")), (bo, ("N5", "R2")), (cyd, ("R2", "R3"))):
            Example.objects.create(edition=edition, customer=who, before=labels[0], after=labels[1])
    assert expired()["examples"] == 2
    kept = Example.objects.order_by("pk").values_list("edition__version", "customer")
    assert list(kept) == [(2, cyd.pk), (3, ada.pk), (3, bo.pk), (3, cyd.pk)]
    assert Edition.objects.get(version=2).trial == trial


def say(customer, by, days, *, key="N4", now=NOW):
    return set_label(
        customer, family="negative", key=key, reason="Sends all back", by=by, frank=True,
        until=now.date() + timedelta(days=days), as_of=now.date(), now=now,
    )  # fmt: skip


def test_a_hard_name_is_said_until_a_year_after_its_last_sign(company, ada, sam):
    happened(ada, Kind.RETURN, TODAY - timedelta(days=100), 40)
    with pytest.raises(Refused, match="Until: Taker may be said until 22 November 2026 at most"):
        say(ada, sam, 266)
    assert say(ada, sam, 265).until == TODAY + timedelta(days=265)
    say(ada, sam, 365, key="N1")  # a name that may stay


def test_a_name_whose_last_sign_is_older_is_not_said_any_more(company, ada, sam):
    happened(ada, Kind.RETURN, TODAY - timedelta(days=400), 40)
    with pytest.raises(Refused, match="Choose the family without a type"):
        say(ada, sam, 1)
    assert not Override.objects.exists()


def test_saying_it_again_does_not_begin_anew(company, ada, sam):
    say(ada, sam, 90, key="N5")
    later = NOW + timedelta(days=80)
    with pytest.raises(Refused, match="or the first such word"):
        say(ada, sam, 286, key="N5", now=later)
    assert say(ada, sam, 285, key="N5", now=later).until == TODAY + A_YEAR
    with pytest.raises(Refused, match="ended on 2 March 2027"):
        say(ada, sam, 1, key="N5", now=NOW + timedelta(days=366))


@pytest.mark.parametrize(
    ("key", "fields", "said"),
    [
        ("N4", {"expires": {"column": "last_return_age_days", "days": 366}}, "at most 365 days"),
        ("N5", {"expires": {"column": "last_purchase_age_days", "days": 9}}, "must count hostile"),
        ("N4", {"gate": []}, "must ask for returns at least"),
        ("N1", {"gate": [["purchases"]]}, "must ask for hurt or let down at least"),
        ("N6", {"gate": [["complaints"], []]}, "silence is no quarrel"),
    ],
)
def test_an_edition_may_be_more_careful_with_hard_names_and_never_less(key, fields, said):
    assert any(said in fault for fault in faults(changed(**{key: fields})))


def test_an_edition_may_let_hard_names_end_sooner_and_ask_for_more():
    sooner = {"expires": {"column": "last_return_age_days", "days": 90}}
    assert faults(changed(N4=sooner, N1={"gate": [["hurt", "complaints"]]})) == []
