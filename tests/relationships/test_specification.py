"""Adapting the specification: brought, tried, made live, rolled back, and never a standstill."""

import copy
import json
from datetime import timedelta

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from customers.actions.erasure import erase_customer
from customers.actions.merge import merge_customers
from customers.models import Customer
from relationships import live, tasks
from relationships.actions import scoring, specifying, trying
from relationships.engine.typology import shipped, shipped_document
from relationships.models import Edition, Example, FittedModel, Profile, ProfileChange
from relationships.queries.editions import trial
from relationships.queries.judging import standard
from relcrm.base import company as companies
from relcrm.base.models import AuditLine, Job
from relcrm.base.tasks import work_due_jobs
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY

PAGE = "/relationships/specification/"


def silent(done, *, total=None, position=None):
    """Progress that nobody watches."""


def bolder() -> dict:
    """A company that calls people something sooner, and an acquaintance a neighbour."""
    document = copy.deepcopy(shipped_document())
    document |= {"shown_probability": 0.5, "shown_confidence": 0.0}
    document["types"]["D4"]["name"] = "Old neighbour"
    return document


def with_type(key: str, **fields) -> dict:
    document = bolder()
    document["types"][key] |= fields
    return document


def without_type(key: str) -> dict:
    document = bolder()
    del document["types"][key]
    return document


def labels() -> dict[int, tuple[str, str]]:
    return {pk: (f, t) for pk, f, t in Profile.objects.values_list("pk", "family", "type")}


@pytest.fixture
def scored(company, ada, bo, cyd):
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=silent)


@pytest.fixture
def draft(scored, root):
    return specifying.bring_edition(bolder(), note="Bolder", by=root, now=NOW)


@pytest.fixture
def tried(draft, root):
    specifying.ask_for_trial(draft, by=root, as_of=TODAY)
    work_due_jobs()
    draft.refresh_from_db()
    return draft


@pytest.fixture
def lived(tried, root):
    specifying.make_live(tried, by=root, as_of=TODAY, now=NOW)
    work_due_jobs()
    return tried


def test_a_draft_judges_nobody(draft, company):
    assert (draft.version, draft.state) == (2, "draft")
    assert Edition.objects.get(version=1).state == "live"
    assert standard(companies.current(), TODAY).specification is shipped()


def test_what_would_change_is_what_then_changes(tried, root):
    before = labels()
    found = trial(tried)
    specifying.make_live(tried, by=root, as_of=TODAY, now=NOW)
    work_due_jobs()
    after = labels()
    changed = [pk for pk in before if before[pk] != after[pk]]
    assert changed
    assert found.changed == len(changed)
    assert sorted(one.pk for move in found.moves for one in move.examples) == sorted(changed)
    assert found.looked_at == found.customers == 3
    assert not found.is_sample


def test_a_large_company_is_judged_by_a_random_sample_that_says_so(draft, company, monkeypatch):
    monkeypatch.setattr(trying, "LOOKED_AT", 2)
    live.follow(companies.current())
    trying.try_edition(
        draft, company, as_of=TODAY, now=NOW, rng=np.random.default_rng(1), progress=silent
    )
    found = trial(draft)
    assert (found.looked_at, found.customers, found.is_sample) == (2, 3, True)


def test_only_what_was_tried_is_made_live(draft, root):
    with pytest.raises(Refused, match="See first what would change"):
        specifying.make_live(draft, by=root, as_of=TODAY, now=NOW)


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


def test_an_earlier_edition_can_be_taken_up_again(lived, root):
    first = Edition.objects.get(version=1)
    specifying.make_live(first, by=root, as_of=TODAY, now=NOW)
    work_due_jobs()
    assert standard(companies.current(), TODAY).specification is shipped()
    assert Edition.objects.get(version=2).state == "past"
    assert live.typology()["D4"].name == "Ex-friend"


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


def sent(document, note="Ours") -> dict:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return {"file": SimpleUploadedFile("ours.json", raw), "note": note}


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


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (b"{", "not a JSON file"),
        (b"\xff\xfe", "not a JSON file"),
        (b"[" * 100_000, "not a JSON file"),
        (b'{"version": ' + b"1" * 5_000 + b"}", "not a JSON file"),
        (b'{"version": 1, "version": 2}', "the field version is written twice"),
        ({"version": 1}, "specification.types is missing"),
        (bolder() | {"temperature": "hot"}, "specification.temperature must be a number"),
        (bolder() | {"temperature": float("nan")}, "specification.temperature must be a number"),
        (bolder() | {"temperature": float("inf")}, "must be a number from 1 to 20"),
        (bolder() | {"temperature": 10**400}, "must be a number from 1 to 20"),
        (bolder() | {"temprature": 2}, "is not a known field: write temperature"),
        (with_type("R4", base_rate=-1), "types.R4.base_rate must be a number from"),
        (with_type("R4", name="x" * 61), "types.R4.name must be a text of at most 60"),
        (with_type("R4", gate=[["gossip"]]), "types.R4.gate[0][0] must be one of"),
        (with_type("R4", family="marriage"), "types.R4.family must stay friend"),
        (without_type("R4"), "specification.types must have exactly F1"),
        (bolder() | {"rhythm_windows_weeks": [0, 9, 4, 52, 104]}, "must be a growing list"),
        (b" " * (2 * 1024 * 1024 + 1), "never larger than 2 MB"),
    ],
    ids=["half", "not text", "too deep", "too long a number", "a name twice", "empty", "a word",
         "no number", "infinite", "too large", "unknown", "negative", "a long name", "no mark",
         "another family", "a type missing", "going back", "too large a file"],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_with_its_fault(scored, as_, root, document, said):
    reply = as_(root).post(PAGE, sent(document))
    assert reply.status_code == 422
    assert said in reply.content.decode()
    assert not Edition.objects.exists()


def test_what_was_downloaded_can_be_brought_back_unchanged(scored, as_, root):
    file = as_(root).get(f"{PAGE}1/file/")
    assert json.loads(file.content) == shipped_document()
    assert as_(root).post(PAGE, sent(file.content)).status_code == 302


def test_only_admins_adapt_it(company, as_, mara):
    assert as_(mara).get(PAGE).status_code == 403


def test_the_command_says_what_is_wrong_with_a_file(company, tmp_path, capsys):
    file = tmp_path / "ours.json"
    call_command("specification", "--export", str(file))
    call_command("specification", "--check", str(file))
    assert "can be used" in capsys.readouterr().out
    broken = shipped_document()
    broken["types"]["R4"]["click_share"] = 7
    file.write_text(json.dumps(broken))
    with pytest.raises(CommandError, match=r"types\.R4\.click_share must be a number"):
        call_command("specification", "--check", str(file))


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


def test_a_text_that_no_database_holds_is_refused(scored, root):
    document = bolder()
    document["types"]["R4"]["name"] = "Good\x00friend"
    with pytest.raises(Refused, match="no database can hold"):
        specifying.bring_edition(document, note="Ours", by=root, now=NOW)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[" * 100_000, "nested deeper"),
        (b'{"version": 1, "version": 2}', "written twice"),
        (b"\x80", "cannot be read"),
        (b'{"version": ' + b"9" * 5_000 + b"}", "broken.json"),
    ],
    ids=["too deep", "a name twice", "not text", "too long a number"],
)
def test_the_command_refuses_any_file_in_words(company, tmp_path, content, said):
    file = tmp_path / "broken.json"
    file.write_bytes(content)
    with pytest.raises(CommandError, match=said):
        call_command("specification", "--check", str(file))


def test_a_program_is_refused_in_words_too(scored, key_for, root):
    program = key_for(root, "specification:write")
    for document in (bolder() | {"temperature": 10**400}, without_type("R4"), {"types": []}):
        sent_ = {"document": document, "note": "Ours"}
        reply = program.post("/api/v1/specifications", sent_, format="json")
        assert reply.status_code in {400, 409}
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert reply.json()["detail"]


def test_a_trial_names_people_only_to_who_may_know_them(tried, key_for, root, ada):
    pairs = [("N4", "N1", 3), ("friend", "N5", 2), ("R2", "D4", 1)]
    tried.trial["moves"] = [{"from": a, "to": b, "people": n} for a, b, n in pairs]
    tried.save()
    tried.examples.all().delete()

    def named(before, after):
        Example.objects.update_or_create(
            edition=tried, customer=ada, defaults={"before": before, "after": after}
        )

    def moves(*scopes):
        program = key_for(root, "specification:read", *scopes)
        return program.get("/api/v1/specifications/2").json()["would_change"]["moves"]

    named("R2", "D4")
    assert [(m["from"], m["to"], m["examples"]) for m in moves()] == [
        ("friend", "leave_to_service", []), ("R2", "D4", []),
    ]  # fmt: skip
    assert [m["examples"] for m in moves("customers:read")] == [[], [ada.pk]]
    named("friend", "N5")
    assert [m["examples"] for m in moves("customers:read")] == [[], []]
    assert [m["from"] for m in moves("negative:read", "customers:read")] == ["N4", "friend", "R2"]


def test_a_trial_names_nobody_who_was_erased_or_objects(tried, root, bo, cyd):
    assert "examples" not in json.dumps(tried.trial)
    for customer in (bo, cyd):
        Example.objects.get_or_create(
            edition=tried, customer=customer, defaults={"before": "R2", "after": "D4"}
        )
    Customer.objects.filter(pk=bo.pk).update(objects_to_profiling=True, touched_at=NOW)
    assert bo not in [one for move in trial(tried).moves for one in move.examples]
    tasks.score_due()
    erase_customer(cyd, by=root, now=NOW)
    assert not tried.examples.filter(customer__in=[bo, cyd]).exists()


def test_a_trial_follows_a_merge(tried, root, ada, bo):
    tried.examples.all().delete()
    Example.objects.create(edition=tried, customer=bo, before="R2", after="D4")
    merge_customers(ada, bo, by=root, now=NOW)
    assert tried.examples.get().customer_id == ada.pk


def test_a_change_by_another_edition_says_so(tried, root, key_for):
    specifying.make_live(tried, by=root, as_of=TODAY, now=NOW + timedelta(hours=1))
    later = NOW + timedelta(hours=2)
    scoring.score_everyone(companies.current(), as_of=TODAY, now=later, progress=silent)
    line = ProfileChange.objects.filter(reason__has_key="rules").first()
    assert line.reason["rules"][0] == "edition"
    path = f"/api/v1/customers/{line.customer_id}/profile/history"
    told = key_for(root, "customers:read").get(path).json()["results"][0]
    assert "judged by another edition of how we tell types apart" in told["reason"]["says"]
