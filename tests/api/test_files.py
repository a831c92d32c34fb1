"""Files come in and lists go out over REST."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from customers.actions.exports import ask_export
from customers.models import Export, Import, Interaction
from feedback.actions import file_complaint
from relationships.labels import label
from relationships.models import Profile
from relcrm.base.actions import jobs
from relcrm.base.models import AuditLine, Job
from relcrm.base.tasks import run

SALES = b"kunde;datum;betrag\n1;01.02.2026;10,50\n2;28.02.2026;1.000,00\n;28.02.2026;5\n"


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def send(client, content: bytes = SALES, **more):
    file = SimpleUploadedFile("sales.csv", content)
    return client.post("/api/v1/imports", {"file": file, **more}, format="multipart")


def work() -> None:
    run(jobs.claim(timezone.now()))


def test_a_file_is_sent_taken_in_followed_and_undone(all_, company):
    sent = send(all_, then="take")
    assert sent.status_code == 201, sent.json()
    number, job = sent.json()["id"], sent.json()["job"]
    assert sent.json()["mapping"] == {"customer": "kunde", "date": "datum", "amount": "betrag"}
    work()
    assert all_.get(f"/api/v1/jobs/{job}").json()["state"] == "done"
    told = all_.get(f"/api/v1/imports/{number}").json()
    assert (told["state"], told["rows"], told["counts"]["taken"]) == ("taken", 3, 2)
    problem = all_.get(f"/api/v1/imports/{number}/problems").json()["results"][0]
    assert (problem["row"], problem["reason"]) == (3, "has no customer")
    undone = all_.post(f"/api/v1/imports/{number}/undo", {})
    assert undone.json()["state"] == "undoing"
    for _ in range(2):  # the fit that the import asked for waits before it
        job = jobs.claim(timezone.now())
        if job.kind == "undo_import":
            run(job)
    assert not Interaction.objects.exists()
    again = all_.post(f"/api/v1/imports/{number}/undo", {})
    assert again.status_code == 409
    assert "was undone on" in again.json()["detail"]


def test_a_mapping_and_options_may_be_sent_along_or_later(all_, company):
    mapping = {"customer": "betrag", "date": "datum", "amount": "kunde"}
    number = send(all_, mapping=json.dumps(mapping), options='{"source": "till"}').json()["id"]
    said = {"mapping": {"customer": "kunde", "date": "datum", "amount": "betrag"}}
    told = all_.post(f"/api/v1/imports/{number}/columns", said).json()
    assert (told["mapping"], told["options"]["source"]) == (said["mapping"], "till")
    assert all_.post(f"/api/v1/imports/{number}/check", {}).json()["state"] == "checking"
    work()
    told = all_.get(f"/api/v1/imports/{number}").json()
    assert (told["state"], told["counts"]["stored"]["inserted"]) == ("checked", 2)
    assert not Interaction.objects.exists()
    assert all_.post(f"/api/v1/imports/{number}/take", {}).status_code == 200
    work()
    assert Interaction.objects.count() == 2


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"mapping": '{"customer": "nobody"}'}, 409, "no column “nobody”"),
        ({"mapping": "[1]"}, 400, "JSON object"),
        ({"mapping": "{"}, 400, "not JSON"),
        ({"kind": "secrets"}, 400, "Use one of"),
        ({"content": b"%PDF-1.4"}, 409, "This is a PDF"),
        ({"content": b""}, 400, "empty"),
    ],
)
def test_what_cannot_work_is_named(all_, company, more, status, said):
    answer = send(all_, **more, then="take")
    assert (answer.status_code, said in answer.content.decode()) == (status, True), answer.json()
    assert not Import.objects.exists()


def test_a_list_is_asked_for_and_fetched_as_a_file(all_, company, ada, bo):
    asked = all_.post("/api/v1/exports", {"kind": "customers", "list": {"q": "ada"}})
    assert asked.status_code == 201, asked.json()
    number = asked.json()["id"]
    assert all_.get(f"/api/v1/exports/{number}/file").status_code == 409
    work()
    assert all_.get(f"/api/v1/exports/{number}").json()["rows"] == 1
    body = b"".join(all_.get(f"/api/v1/exports/{number}/file").streaming_content).decode()
    assert "Ada Novak" in body
    assert AuditLine.objects.get(verb="export.fetched").actor == f"key:{all_.key.pk}"
    assert all_.post("/api/v1/exports", {"kind": "customers", "ids": []}).status_code == 409


def test_a_key_that_sees_no_people_gets_none(key_for, root, company, ada):
    client = key_for(root, "exports:read", "exports:write", "customers:read")
    number = client.post("/api/v1/exports", {"kind": "customers"}).json()["id"]
    work()
    assert Export.objects.get().is_masked
    body = b"".join(client.get(f"/api/v1/exports/{number}/file").streaming_content).decode()
    assert "Ada" not in body
    assert client.get(f"/api/v1/customers/{ada.pk}/card").status_code == 403


def test_a_key_takes_out_only_lists_that_it_may_read(key_for, root, company, dan, sam):
    file_complaint(dan, subject="Late", by=sam, now=timezone.now())
    client = key_for(root, "exports:read", "exports:write", "customers:read")
    refused = client.post("/api/v1/exports", {"kind": "complaints", "show": "open"})
    assert (refused.status_code, "complaints:read" in refused.json()["detail"]) == (403, True)
    assert not Export.objects.exists()


def test_a_key_fetches_no_file_that_tells_more_than_it_may_know(key_for, root, company, ada):
    ask_export("customers", {"list": {}}, by=root, now=timezone.now())
    work()
    number = Export.objects.get().pk
    scopes = ["exports:read", "customers:read", "people:read"]
    refused = key_for(root, *scopes).get(f"/api/v1/exports/{number}/file")
    assert (refused.status_code, "more than you may know" in refused.json()["detail"]) == (
        409,
        True,
    )
    told = key_for(root, *scopes, "negative:read", "discreet:read").get(
        f"/api/v1/exports/{number}/file"
    )
    assert "Ada Novak" in b"".join(told.streaming_content).decode()


def test_a_key_that_knows_no_negative_types_gets_none_by_name(key_for, root, company, judged, dan):
    words = []
    for more in ([], ["negative:read"]):
        scopes = ["exports:read", "exports:write", "customers:read", *more]
        client = key_for(root, *scopes)
        number = client.post("/api/v1/exports", {"kind": "customers"}).json()["id"]
        Job.objects.exclude(kind="export").delete()
        work()
        body = b"".join(client.get(f"/api/v1/exports/{number}/file").streaming_content).decode()
        words.append(next(line for line in body.splitlines() if line.startswith(f"{dan.pk},")))
    assert words[0] != words[1]
    assert label(Profile.objects.get(customer=dan), frank=True).words in words[1]
    assert label(Profile.objects.get(customer=dan), frank=True).words not in words[0]


def test_nobody_fetches_the_file_of_somebody_else(key_for, mara, pia, company, ada):
    hers = key_for(mara, "exports:read", "exports:write", "people:read", "customers:read")
    number = hers.post("/api/v1/exports", {"kind": "customers"}).json()["id"]
    work()
    theirs = key_for(pia, "exports:read", "exports:write", "people:read")
    assert theirs.get(f"/api/v1/exports/{number}/file").status_code == 404
    assert theirs.get("/api/v1/exports").json()["results"] == []


def test_files_and_cards_are_described_as_what_they_are(all_):
    paths = all_.get("/api/v1/openapi.json").json()["paths"]
    for path, kind in (("exports/{id}/file", "text/csv"), ("customers/{id}/card", "text/vcard")):
        answers = paths[f"/api/v1/{path}"]["get"]["responses"]
        assert list(answers["200"]["content"]) == [kind]
        assert "application/problem+json" in answers["404"]["content"]
        assert "406" not in answers


def test_a_customer_is_a_card(all_, company, ada):
    answer = all_.get(f"/api/v1/customers/{ada.pk}/card")
    assert answer["Content-Type"].startswith("text/vcard")
    assert "FN:Ada Novak" in answer.content.decode()
