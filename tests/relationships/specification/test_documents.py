"""A specification comes as a file or from a program: what cannot be used is refused in words."""

import json

import pytest
from django.core.management import CommandError, call_command

from relationships.actions import specifying
from relationships.engine.typology import shipped_document
from relationships.models import Edition
from relcrm.lib.refusals import Refused
from tests.conftest import NOW
from tests.relationships.specification.conftest import bolder, sent

PAGE = "/relationships/specification/"


def with_type(key: str, **fields) -> dict:
    document = bolder()
    document["types"][key] |= fields
    return document


def without_type(key: str) -> dict:
    document = bolder()
    del document["types"][key]
    return document


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


def test_what_was_downloaded_can_be_brought_back_only_with_a_change(scored, as_, root):
    file = as_(root).get(f"{PAGE}1/file/")
    assert json.loads(file.content) == shipped_document()
    refused = as_(root).post(PAGE, sent(file.content))
    assert refused.status_code == 409
    assert "says the same as edition 1, by which everybody is judged" in refused.content.decode()
    assert as_(root).post(PAGE, sent(shipped_document() | {"version": 9})).status_code == 409
    assert not Edition.objects.exists()
    document = json.loads(file.content)
    document["types"]["D4"]["name"] = "Neighbour"
    assert as_(root).post(PAGE, sent(document)).status_code == 302
    assert as_(root).post(PAGE, sent(file.content)).status_code == 409


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
