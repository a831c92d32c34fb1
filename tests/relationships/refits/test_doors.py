"""The record of the forecast and its versions: on the page, by command, as a file, by API."""

import json

import pytest
from django.core.management import CommandError, call_command

from relationships.actions import refitting
from relationships.queries.model_card import left_out
from relationships.queries.versions import live_model
from relcrm.pages.queries.today import needs
from tests.conftest import NOW, TODAY
from tests.relationships.refits.conftest import learned

PAGE, VALUE = "/relationships/value/forecast/", "/relationships/value/"


def test_the_command_compares_goes_back_and_lists(live, company, capsys):
    call_command("fit", as_of=TODAY)
    call_command("fit", as_of=TODAY, rollback=True)
    call_command("fit", versions=True)
    call_command("fit", as_of=TODAY, use=2)
    said = capsys.readouterr().out
    for part in ("old deviance", "Version 2 is in use: as near", "v1 is in use. Everyone",
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
    assert "by the formula that had done best until then" in page
    assert "all purchases of" in page
    paid = as_(root).get(f"{PAGE}?by=cohort&in=money").content.decode()
    assert "all spending of" in paid
    assert 'href="?by=cohort#tracking"' in paid
    assert 'href="?by=cohort&amp;in=money#tracking" aria-current="page"' in paid
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
    live.report |= {"unconverted": 2}
    live.save()
    [said] = left_out(2)
    assert said in as_(nils).get(PAGE).content.decode()
    assert json.loads(as_(nils).get(f"{PAGE}file/").content)["left_out"]["said"] == [said]


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
