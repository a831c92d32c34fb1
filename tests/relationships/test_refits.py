"""Forecasts are learned anew, compared with the one in use, held back when worse, taken back."""

import json
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from customers.models import Customer, Interaction
from relationships import tasks
from relationships.actions import fitting, refitting, scoring
from relationships.engine.value import ModelSet
from relationships.models import FittedModel, Profile
from relationships.queries.judging import standard
from relationships.queries.versions import held_back, live_model, models_of
from relcrm.base.models import AuditLine, Job
from relcrm.lib.refusals import Refused
from relcrm.pages.queries.today import needs
from tests.conftest import NOW, TODAY

PAGE, VALUE = "/relationships/value/forecast/", "/relationships/value/"
WEEKS = 60


def shop(customers: int, *, weeks: int = WEEKS, seed: int = 3, stops: int = 0) -> None:
    """Regulars and passers-by; `stops`: nobody buys in so many weeks before today."""
    rng = np.random.default_rng(seed)
    first = TODAY - timedelta(weeks=weeks)
    people = Customer.objects.bulk_create(Customer(name=f"C {n}") for n in range(customers))
    rows = []
    for one in people:
        begin, rate = int(rng.integers(0, 7 * weeks // 3)), rng.gamma(0.6, 1 / 6)
        until = begin + rng.exponential(1 / rng.gamma(2.0, 1 / 300))
        day, days = float(begin), {begin}
        while day < min(until, 7 * (weeks - stops)):
            day += rng.exponential(7 / rate)
            days.add(int(day))
        days = {d for d in days if d < 7 * (weeks - stops)} | {begin}
        rows += [
            Interaction(
                customer=one, kind="purchase", occurred_on=first + timedelta(days=d),
                occurred_at=NOW - timedelta(days=7 * weeks - d), amount=20, source="t",
                source_id=f"{one.pk}-{d}",
            )
            for d in sorted(days)
        ]  # fmt: skip
    Interaction.objects.bulk_create(rows, batch_size=1000)


def learned(company, *, as_of=TODAY, **more) -> FittedModel:
    rng = np.random.default_rng(1)
    return fitting.fit(company, as_of=as_of, now=NOW, rng=rng, **more)


def spoilt(live: FittedModel, factor: float) -> FittedModel:
    """The version in use as if it had been fitted long ago on customers who bought otherwise."""
    models = ModelSet.from_json(live.parameters)
    long_ago = models.as_of_day - 7 * 50
    wrong = {n: replace(m, alpha=m.alpha * factor) for n, m in models.models.items()}
    live.parameters = replace(models, models=wrong, as_of_day=long_ago).to_json()
    live.save()
    return live


@pytest.fixture
def live(company, db) -> FittedModel:
    shop(150)
    return learned(company)


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
    FittedModel.objects.filter(pk=live.pk).update(parameters={"format": 0})
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
    assert FittedModel.objects.filter(kind="calibration").count() == 2


def test_the_command_compares_goes_back_and_lists(live, company, capsys):
    call_command("fit", as_of=TODAY)
    call_command("fit", as_of=TODAY, rollback=True)
    call_command("fit", versions=True)
    call_command("fit", as_of=TODAY, use=2)
    said = capsys.readouterr().out
    for part in ("old deviance", "Version 2 is in use: as good", "v1 is in use. Everyone",
                 "(later ones wait)", "retired"):  # fmt: skip
        assert part in said
    with pytest.raises(CommandError, match="no version 9"):
        call_command("fit", as_of=TODAY, use=9)
    with pytest.raises(CommandError, match="Nothing holds"):
        call_command("fit", as_of=TODAY, unpin=True)


def test_the_page_says_what_came_of_the_forecast_and_why_one_waits(live, company, as_, root, nils):
    company.as_of = TODAY
    company.save()
    learned(company)
    refitting.roll_back(by=root, as_of=TODAY, now=NOW)
    learned(company)
    page = as_(root).get(PAGE).content.decode()
    for part in ("Expected and bought", "purchases", "Every formula on your own past", "forecasts",
                 "Version 3 waits for you", "Use it all the same", "later ones wait",
                 "Does it put the right customers first?"):  # fmt: skip
        assert part in page, part
    assert "Use it all the same" not in as_(nils).get(PAGE).content.decode()
    assert "Version 3 was learned, but is not used" in as_(root).get(VALUE).content.decode()
    assert "Decide about a new forecast" in [one.what for one in needs(root, company, None, NOW)]
    assert "Decide about a new forecast" not in [
        one.what for one in needs(nils, company, None, NOW)
    ]


def test_an_admin_puts_a_version_into_use_on_the_page(live, company, as_, root, mara):
    company.as_of = TODAY
    company.save()
    learned(company)
    assert as_(mara).post(f"{PAGE}1/").status_code == 403
    assert as_(root).post(f"{PAGE}1/").status_code == 302
    assert live_model().pk == live.pk
    assert as_(root).post(f"{PAGE}1/").status_code == 409
    assert as_(root).post(f"{PAGE}9/").status_code == 404
    assert as_(root).post(f"{PAGE}go-on/").status_code == 302
    assert not live_model().is_pinned


def test_everything_can_be_had_as_a_file(live, as_, root, nils):
    told = json.loads(as_(nils).get(f"{PAGE}file/").content)
    assert told["chosen"] == live.name
    assert {one["name"] for one in told["models"]} == {"NBD", "BG/NBD", "MBG/NBD", "Pareto/NBD"}
    assert all(one["log_likelihood"] < 0 for one in told["models"])
    assert {"Past rate", "Hiatus rule"} <= {one["model"] for one in told["backtest"]["table"]}
    assert len(told["proof"]["groups"]) == 10
    assert told["units"]["time"] == "weeks"


def test_before_anything_was_learned_the_page_says_so(company, as_, root):
    assert "Nothing has been learned yet" in as_(root).get(PAGE).content.decode()
    assert as_(root).get(f"{PAGE}file/").status_code == 404


def test_a_program_reads_the_record_and_goes_back(live, company, key_for, root):
    company.as_of = TODAY
    company.save()
    program = key_for(root, "reports:read", "forecast:write")
    found = program.get("/api/v1/forecast").json()
    assert (found["version"], found["state"]) == (1, "live")
    assert found["card"]["backtest"]["table"]
    assert program.post("/api/v1/forecast/back", {}, format="json").status_code == 409
    learned(company)
    listed = program.get("/api/v1/forecast/versions").json()["results"]
    assert [(one["version"], one["state"]) for one in listed] == [(2, "live"), (1, "retired")]
    assert program.post("/api/v1/forecast/back", {}, format="json").status_code == 202
    assert live_model().pk == live.pk
    again = program.post("/api/v1/forecast/versions/2/use", {}, format="json")
    assert (again.status_code, again.json()["kind"]) == (202, "score")
    assert live_model().version == 2
    assert program.get("/api/v1/forecast/versions/9").status_code == 404
    reader = key_for(root, "reports:read")
    assert reader.post("/api/v1/forecast/back", {}, format="json").status_code == 403
