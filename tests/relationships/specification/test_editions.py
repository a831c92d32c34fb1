"""Adapting the specification: brought, made live, rolled back, and never a standstill."""

from datetime import timedelta

import numpy as np

from relationships import live
from relationships.actions import scoring, specifying
from relationships.actions.recalibrating import calibrate
from relationships.engine.typology import shipped
from relationships.models import Edition, FittedModel, ProfileChange
from relationships.queries.judging import standard
from relcrm.base import company as companies
from relcrm.base.models import AuditLine, Job
from relcrm.base.tasks import work_due_jobs
from tests.conftest import NOW, TODAY
from tests.relationships.specification.conftest import bolder, sent, silent

PAGE = "/relationships/specification/"


def test_a_draft_judges_nobody(draft, company):
    assert (draft.version, draft.state) == (2, "draft")
    assert Edition.objects.get(version=1).state == "live"
    assert standard(companies.current(), TODAY).specification is shipped()


def test_going_live_is_one_line_of_audit_and_one_scoring(lived, root):
    assert companies.current().specification_version == 2
    assert AuditLine.objects.filter(verb="specification.made_live", user=root).count() == 1
    assert Job.objects.filter(kind="score", state="done").count() == 1
    assert Edition.objects.get(version=1).state == "past"


def test_the_calibration_goes_with_its_edition(lived):
    current = FittedModel.objects.get(kind="calibration", is_current=True)
    assert current.parameters["spec_version"] == 2
    assert standard(companies.current(), TODAY).calibration.spec_version == 2


def test_types_are_called_as_the_company_calls_them(lived, as_, root):
    assert "Old neighbour" in as_(root).get("/relationships/types/").content.decode()


def test_an_earlier_edition_can_be_taken_up_again(tried, company, root):
    made = calibrate(company, as_of=TODAY, now=NOW, rng=np.random.default_rng(1))
    held = {"version": 99, "is_current": False, "held_at": NOW, "parameters": made.parameters}
    facts = {"data_through": TODAY, "fitted_at": NOW, "name": made.name}
    FittedModel.objects.create(kind=made.kind, **facts, **held)
    specifying.make_live(tried, by=root, as_of=TODAY, now=NOW)
    work_due_jobs()
    assert FittedModel.objects.get(kind="calibration", is_current=True).version > made.version
    first = Edition.objects.get(version=1)
    specifying.make_live(first, by=root, as_of=TODAY, now=NOW)
    work_due_jobs()
    assert standard(companies.current(), TODAY).specification is shipped()
    assert Edition.objects.get(version=2).state == "past"
    assert live.typology()["D4"].name == "Ex-friend"
    now = FittedModel.objects.get(kind="calibration", is_current=True)
    assert now.pk == made.pk, "what was learned under it serves again, and not what was held back"


def test_a_broken_live_document_never_stops_judging(lived, company, as_, root):
    Edition.objects.filter(version=2).update(document={"version": 2, "types": "gone"})
    companies.Company.objects.filter(pk=1).update(specification_version=1)
    companies.current()  # forget the one that could be read
    companies.Company.objects.filter(pk=1).update(specification_version=2)
    now = companies.current()
    done = scoring.score_everyone(now, as_of=TODAY, now=NOW, progress=silent)
    assert done["customers"] == 3
    assert standard(now, TODAY).specification is shipped()
    assert "cannot be used" in as_(root).get(PAGE).content.decode()


def test_the_page_takes_an_adapted_file_and_looks_at_once(scored, as_, root):
    reply = as_(root).post(PAGE, sent(bolder()))
    assert reply.headers["Location"] == f"{PAGE}2/"
    work_due_jobs()
    page = as_(root).get(f"{PAGE}2/").content.decode()
    assert "would be called something else" in page
    assert "Make it live" in page
    assert as_(root).get(f"{PAGE}2/live/").status_code == 200
    assert as_(root).post(f"{PAGE}2/live/").status_code == 302
    assert Edition.objects.get(version=2).state == "live"


def test_only_admins_adapt_it(company, as_, mara):
    assert as_(mara).get(PAGE).status_code == 403


def test_a_program_brings_tries_and_makes_an_edition_live(scored, key_for, root):
    program = key_for(root, "specification:read", "specification:write")
    shipped_one = program.get("/api/v1/specifications/live").json()
    assert shipped_one["version"] == 1
    broken = {"document": {"version": 1}, "note": "Ours"}
    refused = program.post("/api/v1/specifications", broken, format="json")
    assert refused.status_code == 409
    assert "specification.types is missing" in refused.json()["detail"]
    asked = {"document": bolder(), "note": "Ours"}
    made = program.post("/api/v1/specifications", asked, format="json")
    assert (made.status_code, made.json()["version"]) == (201, 2)
    assert program.post("/api/v1/specifications/2/live", {}, format="json").status_code == 409
    assert program.post("/api/v1/specifications/2/try", {}, format="json").status_code == 202
    work_due_jobs()
    found = program.get("/api/v1/specifications/2").json()["would_change"]
    assert found["looked_at"] == 3
    assert program.post("/api/v1/specifications/2/live", {}, format="json").status_code == 202
    assert program.get("/api/v1/specifications/live").json()["version"] == 2


def test_a_program_reads_through_the_editions_newest_first(company, root, key_for):
    program, address = key_for(root, "specification:read"), "/api/v1/specifications"
    (shipped,) = program.get(address).json()["results"]
    assert (shipped["version"], shipped["state"]) == (1, "live")
    assert program.get(f"{address}?fields=state").json()["results"] == [
        {"version": 1, "state": "live"}
    ]
    for note in ("Bolder", "Bolder still"):
        specifying.bring_edition(bolder(), note=note, by=root, now=NOW)
    first = program.get(f"{address}?limit=2").json()
    assert [row["note"] for row in first["results"]] == ["Bolder still", "Bolder"]
    assert "document" not in first["results"][0]
    rest = program.get(f"{address}?limit=2&cursor={first['next_cursor']}").json()
    assert [(row["version"], row["state"]) for row in rest["results"]] == [(1, "live")]
    assert rest["next_cursor"] is None
    assert key_for(root, "reports:read").get(address).status_code == 403


def test_a_change_by_another_edition_says_so(tried, root, key_for):
    specifying.make_live(tried, by=root, as_of=TODAY, now=NOW + timedelta(hours=1))
    later = NOW + timedelta(hours=2)
    scoring.score_everyone(companies.current(), as_of=TODAY, now=later, progress=silent)
    line = ProfileChange.objects.filter(reason__has_key="rules").first()
    assert line.reason["rules"][0] == "edition"
    path = f"/api/v1/customers/{line.customer_id}/profile/history"
    told = key_for(root, "customers:read").get(path).json()["results"][0]
    assert "judged by another edition of how we tell types apart" in told["reason"]["says"]
