"""Who objects to being judged, or whose data may not be used, has no judgement left anywhere."""

import re
from datetime import timedelta

import numpy as np
import pytest

from customers.actions import rights
from customers.models import Customer, Kind
from relationships import tasks
from relationships.actions import scoring, specifying
from relationships.actions.history.running import tell_history
from relationships.actions.overriding import set_label
from relationships.engine.typology import shipped_document
from relationships.models import Example, Gap, Override, Profile, ProfileChange, Snapshot
from relcrm.base.models import Delivery, Happening, Webhook
from tests.conftest import NOW, TODAY, happened

CHOICES = re.compile("<select.*?</select>", re.DOTALL)
KEPT = (Profile, ProfileChange, Snapshot, Gap, Override)
LATER = NOW + timedelta(minutes=1)


def silent(done, *, total=None, position=None):
    """Progress that nobody watches."""


def scored(company) -> None:
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=silent)


@pytest.fixture
def judged(company, ada, bo, cyd, mara, root) -> Customer:
    """Ada is judged, has a past, a gap, a label set by hand, a trial and a letter on its way."""
    company.as_of = TODAY
    company.save()
    happened(ada, Kind.SURVEY_ANSWER, TODAY, category="wish", properties={"q1": 6, "q3": 6})
    hook = Webhook.objects.create(
        name="Shop", address="https://shop.example/", kinds=["profile.changed"], secret="x" * 32,
        created_at=NOW,
    )  # fmt: skip
    scored(company)
    tell_history(company, as_of=TODAY, months=3, now=NOW, progress=silent)
    set_label(
        ada, family="friend", key="R5", reason="Met her", until=NOW.date(), by=mara, frank=False,
        as_of=TODAY, now=NOW,
    )  # fmt: skip
    edition = specifying.bring_edition(
        shipped_document() | {"shown_probability": 0.5}, note="Ours", by=root, now=NOW
    )
    for customer in (ada, cyd):
        Example.objects.create(edition=edition, customer=customer, before="R5", after="R2")
    assert Delivery.objects.filter(webhook=hook, happening__about=ada.pk).exists()
    return ada


def kept_of(customer) -> list[str]:
    return [model.__name__ for model in KEPT if model.objects.filter(customer=customer).exists()]


@pytest.mark.parametrize("right", ["objection", "restriction"])
def test_nothing_we_made_of_them_is_left_and_all_of_it_comes_back_with_their_word(
    judged, cyd, company, pia, right
):
    assert {"Profile", "ProfileChange", "Snapshot", "Override"} <= {*kept_of(judged)}
    if right == "objection":
        rights.object_to(judged, marketing=False, profiling=True, by=pia, now=LATER)
    else:
        rights.restrict(judged, by=pia, now=LATER)
    tasks.score_due()
    assert kept_of(judged) == []
    assert not Happening.objects.filter(about=judged.pk, kind="profile.changed").exists()
    assert list(Example.objects.values_list("customer", flat=True)) == [cyd.pk]
    if right == "objection":
        rights.withdraw_objection(judged, by=pia, now=LATER)
    else:
        rights.lift_restriction(judged, by=pia, now=LATER)
    tasks.score_due()
    assert {"Profile", "Snapshot"} <= {*kept_of(judged)}
    assert Snapshot.objects.filter(customer=judged, is_close=True).count() == 3
    assert not Override.objects.filter(customer=judged).exists()


@pytest.mark.parametrize("right", ["objection", "restriction"])
def test_before_the_scorer_came_no_page_list_file_or_answer_shows_it(
    judged, company, pia, as_, all_, right
):
    """Between the objection and the scorer's next round lie seconds, or a night without worker."""
    profile = Profile.objects.get(pk=judged.pk)
    if right == "objection":
        rights.object_to(judged, marketing=False, profiling=True, by=pia, now=LATER)
    else:
        rights.restrict(judged, by=pia, now=LATER)
    browser = as_(pia)
    for path in (
        f"/customers/{judged.pk}/?whole=yes", f"/customers/{judged.pk}/below/",
        f"/customers/{judged.pk}/timeline/", "/customers/?q=Ada",
    ):  # fmt: skip
        shown = browser.get(path).content.decode()
        assert "Best friend" not in CHOICES.sub("", shown), path
    for query in ("family=friend", "type=R5", f"step={profile.next_step}", "alive_least=0"):
        assert "Ada Novak" not in browser.get(f"/customers/?{query}").content.decode(), query
    base = f"/api/v1/customers/{judged.pk}/profile"
    for path in ("", "/explanation", "/history", "/snapshots", "/gap"):
        assert all_.get(base + path).status_code == 404, path
    chosen = f"/api/v1/targeting?families=friend&alive_least=0&steps={profile.next_step}"
    assert all_.get(chosen).json()["chosen"] == 0
    near = f"/relationships/map/?x0={profile.closeness - 0.05}&x1={profile.closeness + 0.05}"
    near += f"&y0={profile.intensity - 0.05}&y1={profile.intensity + 0.05}"
    assert f"/customers/{judged.pk}/" not in browser.get(near).content.decode()
    people = all_.get("/api/v1/profiles").json()["results"]
    assert judged.pk not in [one["customer"] for one in people]


def test_who_may_be_judged_again_while_they_are_forgotten_stays_to_be_looked_at(
    company, ada, pia, monkeypatch
):
    """The objection is withdrawn on another machine, whose clock is slow."""
    rights.object_to(ada, marketing=False, profiling=True, by=pia, now=NOW)
    real = scoring.forget

    def meanwhile(customers):
        real(customers)
        rights.withdraw_objection(ada, by=pia, now=NOW - timedelta(hours=1))

    monkeypatch.setattr(scoring, "forget", meanwhile)
    scoring.score_these(np.array([ada.pk]), company, as_of=TODAY, now=NOW)
    ada.refresh_from_db()
    assert ada.touched_at == NOW - timedelta(hours=1)
