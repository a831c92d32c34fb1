"""Forecasts are learned anew, compared with the one in use, held back when worse, taken back."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from customers.models import Customer, Interaction
from relationships import tasks
from relationships.actions import refitting, scoring
from relationships.actions.recalibrating import calibrate, recalibrate
from relationships.engine.value import ModelSet
from relationships.models import FittedModel, Profile
from relationships.queries.judging import in_use, standard
from relationships.queries.versions import held_back, live_model, models_of, versions
from relcrm.base.models import AuditLine, Job
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY, event
from tests.relationships.refits.conftest import learned, shop

PAGE, VALUE = "/relationships/value/forecast/", "/relationships/value/"
WEEKS = 60


def spoilt(live: FittedModel, factor: float) -> FittedModel:
    """The version in use as if it had been fitted long ago on customers who bought otherwise."""
    models = ModelSet.from_json(live.parameters)
    long_ago = models.as_of_day - 7 * 50
    wrong = {n: replace(m, alpha=m.alpha * factor) for n, m in models.models.items()}
    live.parameters = replace(models, models=wrong, as_of_day=long_ago).to_json()
    live.save()
    return live


def test_the_first_goes_live_at_once_with_its_reason(live, company):
    assert live.state == "live"
    assert (live.verdict["kind"], live.live_from, live.asked_because) == ("first", NOW, "asked")
    assert models_of(live).origins


def test_one_that_is_as_good_on_the_same_past_replaces_the_one_before(live, company):
    second = learned(company, why="schedule")
    live.refresh_from_db()
    assert (second.state, live.state) == ("live", "retired")
    assert second.verdict["kind"] == "as good"
    assert second.verdict["against"] == live.version
    assert live.retired_at == NOW


def test_one_that_is_better_than_old_numbers_says_so(live, company):
    spoilt(live, 4.0)
    second = learned(company)
    assert (second.state, second.verdict["kind"]) == ("live", "better")
    assert all(one["as_it_stood"] for one in second.verdict["rounds"][-1:])
    assert second.verdict["new"] < second.verdict["old"]


def test_one_that_could_not_be_tested_is_held_back_and_nobody_is_scored_by_it(live, company):
    few = Customer.objects.order_by("pk")[20:].values("pk")
    Interaction.objects.filter(customer__in=few).delete()
    FittedModel.objects.filter(pk=live.pk).update(parameters=live.parameters | {"customers": 30})
    second = learned(company)
    assert (second.state, second.verdict["kind"]) == ("candidate", "untested")
    assert live_model().pk == live.pk
    assert standard(company, TODAY).fitted.pk == live.pk
    assert AuditLine.objects.filter(verb="models.held_back").count() == 1
    assert held_back().pk == second.pk


def test_one_that_learned_from_wrong_rows_is_worse_and_held_back(company, db):
    shop(150, weeks=80)
    live = learned(company, as_of=TODAY - timedelta(weeks=37))
    for weeks in range(27, 36):  # a machine that wrote a purchase a week for most customers
        on = TODAY - timedelta(weeks=weeks)
        Interaction.objects.bulk_create(
            Interaction(
                customer=one, kind="purchase", occurred_on=on, occurred_at=NOW, amount=20,
                source="m", source_id=f"{one.pk}-{weeks}",
            )
            for one in Customer.objects.order_by("pk")[:120]
        )  # fmt: skip
    second = learned(company)
    assert (second.state, second.verdict["kind"]) == ("candidate", "worse")
    assert [one["as_it_stood"] for one in second.verdict["rounds"]][-1]
    assert second.verdict["new"] > 1.01 * second.verdict["old"]
    assert live_model().pk == live.pk


def test_one_held_back_serves_no_earlier_day_either(live, company):
    FittedModel.objects.filter(pk=live.pk).update(is_current=False, held_at=NOW, live_from=None)
    assert standard(company, TODAY).fitted is None


def test_when_most_customers_are_gone_the_old_numbers_are_of_another_company(live, company):
    FittedModel.objects.filter(pk=live.pk).update(
        parameters=live.parameters | {"customers": 10_000}
    )
    assert learned(company).verdict["kind"] == "first"


def test_a_list_of_versions_leaves_their_numbers_where_they_are(live):
    assert versions().get().get_deferred_fields() == {"parameters", "report"}
    assert models_of(versions().get()).customers == live.customers


def test_going_back_scores_everyone_again_and_holds_later_ones_up(live, company, root):
    second = learned(company)
    refitting.roll_back(by=root, as_of=TODAY, now=NOW)
    assert (live_model().pk, live_model().is_pinned) == (live.pk, True)
    assert Job.objects.filter(kind="score").count() == 1
    third = learned(company)
    assert (third.state, third.verdict["kind"]) == ("candidate", "pinned")
    refitting.take_live(third, by=root, as_of=TODAY, now=NOW)
    assert not live_model().is_pinned
    assert AuditLine.objects.filter(verb="models.taken_live", user=root).count() == 2
    second.refresh_from_db()
    assert second.state == "retired"


def test_a_pin_can_be_taken_off(live, company, root):
    learned(company)
    refitting.roll_back(by=root, as_of=TODAY, now=NOW)
    refitting.unpin(by=root, now=NOW)
    assert learned(company).state == "live"
    with pytest.raises(Refused, match="Nothing holds"):
        refitting.unpin(by=root, now=NOW)


def test_what_cannot_be_taken_live_is_refused(live, company, root):
    with pytest.raises(Refused, match="no earlier forecast"):
        refitting.roll_back(by=root, as_of=TODAY, now=NOW)
    with pytest.raises(Refused, match="in use already"):
        refitting.take_live(live, by=root, as_of=TODAY, now=NOW)
    second = learned(company)
    with pytest.raises(Refused, match="after the day"):
        refitting.take_live(live, by=root, as_of=TODAY - timedelta(days=1), now=NOW)
    FittedModel.objects.filter(pk=live.pk).update(asked_because=FittedModel.Why.HISTORY)
    with pytest.raises(Refused, match="look back"):
        refitting.take_live(live, by=root, as_of=TODAY, now=NOW)
    FittedModel.objects.filter(pk=live.pk).update(
        asked_because=FittedModel.Why.ASKED, parameters={"format": 0}
    )
    with pytest.raises(Refused, match="another version of relcrm"):
        refitting.take_live(live, by=root, as_of=TODAY, now=NOW)
    assert live_model().pk == second.pk


def test_a_profile_names_the_version_it_was_scored_by(live, company):
    def score():
        scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=lambda *a, **k: None)

    second = learned(company)
    score()
    assert set(Profile.objects.values_list("model__version", flat=True)) == {second.version}
    refitting.roll_back(by=None, as_of=TODAY, now=NOW)
    score()
    assert set(Profile.objects.values_list("model__version", flat=True)) == {live.version}


def test_a_steady_shop_does_not_drift_and_one_whose_customers_stop_does(company, db):
    shop(250, weeks=50, stops=0)
    before = TODAY - timedelta(weeks=10)
    learned(company, as_of=before)
    rng = np.random.default_rng(1)
    on = {"as_of": TODAY, "now": NOW, "rng": rng}
    assert refitting.reason_to_fit(company, **on) is None
    seen = live_model().watch
    assert (seen["has_drifted"], len(seen["stretches"])) == (False, 7)
    Interaction.objects.bulk_create(
        event(one, "purchase", TODAY - timedelta(weeks=n), 20, f"{one.pk}-{n}", currency="USD")
        for one in Customer.objects.all()
        for n in range(8)
    )
    assert refitting.reason_to_fit(company, **on) is None, "without a rate nobody learns from these"
    late = Interaction.objects.filter(occurred_on__gt=TODAY - timedelta(weeks=8))
    late.delete()
    assert refitting.reason_to_fit(company, **on) == "drift"
    assert refitting.reason_to_fit(company, **on) == "drift"
    assert AuditLine.objects.filter(verb="models.drifted").count() == 1


def test_by_itself_it_is_learned_anew_when_it_is_time(company, db):
    shop(120)
    rng = np.random.default_rng(1)
    assert refitting.reason_to_fit(company, as_of=TODAY, now=NOW, rng=rng) == "schedule"
    learned(company, as_of=TODAY - timedelta(weeks=14))
    assert refitting.reason_to_fit(company, as_of=TODAY, now=NOW, rng=rng) == "schedule"
    learned(company)
    assert refitting.reason_to_fit(company, as_of=TODAY, now=NOW, rng=rng) is None


def test_the_weekly_job_leaves_a_fresh_model_alone(live, company, settings):
    company.as_of = TODAY
    company.save()
    job = Job.objects.create(
        kind="fit", title="", payload={"as_of": TODAY.isoformat(), "only_if_due": True}
    )
    assert tasks.run_fit(job, lambda *a, **k: None) == {}
    assert FittedModel.objects.filter(kind="value").count() == 1
    assert FittedModel.objects.filter(kind="calibration").count() == 1


def test_a_calibration_that_would_call_many_otherwise_waits_for_somebody(live, company):
    rng = np.random.default_rng(2)
    on = {"as_of": TODAY, "now": NOW, "rng": rng}
    assert recalibrate(company, **on) is None, "young, and alike"
    first = FittedModel.objects.get(kind="calibration")
    first.parameters |= {"repeats_per_week": 5.0, "cycle_weeks": 0.5, "log_spend": 9.0}
    first.save()
    held = recalibrate(company, **on)
    assert (held.is_current, held.state, held.report["against"]) == (False, "candidate", 1)
    assert held.report["ari"] < 0.95
    assert AuditLine.objects.filter(verb="calibration.held_back").count() == 1
    assert recalibrate(company, **on) is None, "one waits already"
    FittedModel.objects.filter(pk=first.pk).update(is_current=False)
    assert in_use(company, TODAY)["calibration"].pk == first.pk, "who waits judges nobody"
    by_hand = calibrate(company, **on)
    assert (by_hand.is_current, by_hand.report["ari"]) == (True, held.report["ari"])
