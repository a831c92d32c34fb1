"""Segments over REST: the language is published, mistakes have places, nobody sees too much."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from customers.api.segment_shapes import RULE
from customers.models import Segment
from customers.queries.sampled import at_first
from customers.segments import Reader
from customers.segments.reading import read
from customers.segments.rule import Malformed
from customers.segments.schema import language
from relcrm.base import roles
from relcrm.base.models import Company
from tests.conftest import NOW, TODAY
from tests.customers.segments.test_rule_means_the_same import nodes
from tests.customers.segments.test_segments import NEGATIVE, OFTEN

READ, WRITE = "segments:read", "segments:write"


@pytest.fixture(autouse=True)
def looked_at_today(company):
    Company.objects.update(as_of=TODAY)


def test_a_program_makes_counts_explains_and_forgets(key_for, root, ada, bo, dan):
    program = key_for(root, READ, WRITE, "people:read")
    made = program.post("/api/v1/segments", {"name": "Often", "rule": OFTEN}, format="json")
    assert made.status_code == 201
    here = f"/api/v1/segments/{made.data['id']}"
    assert program.get(f"{here}/count").data["customers"] == 2
    assert [one["name"] for one in program.get(f"{here}/customers").data["results"]] == [
        "Ada Novak", "Dan Okafor",
    ]  # fmt: skip
    told = program.get(f"{here}/customers/{bo.pk}").data
    assert told["is_in"] is False
    assert told["finding"]["members"][0]["value"].startswith("1 time, 15.00 EUR together")
    counted = program.post("/api/v1/segments/count", {"rule": OFTEN}, format="json")
    assert counted.data["customers"] == 2
    renamed = program.patch(here, {"name": "Very often"}, format="json")
    assert renamed.data["name"] == "Very often"
    assert program.delete(here).status_code == 204
    assert program.get(here).status_code == 404


@pytest.mark.postgres
def test_a_program_is_told_exactly_unless_about_will_do(key_for, root, ada, bo, dan, monkeypatch):
    for name in ("few", "quick"):  # as in a company so large that no rule is counted at once
        monkeypatch.setitem(at_first.__kwdefaults__, name, 0)
    program = key_for(root, "segments:read", "segments:write")
    made = program.post("/api/v1/segments", {"name": "Often", "rule": OFTEN}, format="json")
    here = f"/api/v1/segments/{made.data['id']}/count"
    assert (program.get(here).data["customers"], program.get(here).data["likely"]) == (2, None)
    told = program.get(f"{here}?about=yes").data
    assert (told["customers"], told["likely"]) == (2, {"low": 2, "high": 2})
    rule = {"rule": OFTEN}
    at_once = program.post("/api/v1/segments/count?about=yes", rule, format="json").data
    assert at_once["likely"] == {"low": 2, "high": 2}
    exact = program.post("/api/v1/segments/count", rule, format="json").data
    assert exact["likely"] is None
    assert program.get(f"{here}?about=perhaps").status_code == 400


def test_a_list_is_filled_and_names_whom_it_does_not_know(key_for, root, ada):
    program, sighted = key_for(root, READ, WRITE), key_for(root, READ, WRITE, "people:read")
    made = program.post("/api/v1/segments", {"name": "VIPs"}, format="json").data
    body, here = {"people": [f"#{ada.pk}", "nobody@example.com"]}, f"/api/v1/segments/{made['id']}"
    assert program.post(f"{here}/people", body, format="json").status_code == 403
    filled = sighted.post(f"{here}/people", body, format="json")
    assert filled.data["added"] == 1
    assert filled.data["unknown"] == ["nobody@example.com"]
    again = program.post(f"{here}/people", {"people": [f"#{ada.pk}", "#0"]}, format="json")
    assert (again.data["already"], again.data["unknown"]) == (1, ["#0"])
    [member] = program.get(f"{here}/customers").data["results"]
    assert member == {"customer": ada.pk, "name": None}


def test_a_mistake_is_named_by_its_place(key_for, root):
    rule = {"version": 1, "all": [{"did": True, "within": {"last_days": -1}}]}
    answer = key_for(root, WRITE).post(
        "/api/v1/segments", {"name": "Odd", "rule": rule}, format="json"
    )
    assert answer.status_code == 400
    assert answer.data["errors"][0]["field"] == "rule.all.0.within.last_days"


def test_a_key_without_the_scope_cannot_ask_for_what_is_withheld(key_for, root, judged):
    frank = key_for(root, READ, WRITE, "negative:read")
    made = frank.post("/api/v1/segments", {"name": "Trouble", "rule": NEGATIVE}, format="json")
    here = f"/api/v1/segments/{made.data['id']}"
    assert frank.get(f"{here}/count").data["customers"] == 1
    plain = key_for(root, READ, WRITE)
    assert plain.get(here).data["rule"] is None
    assert plain.get(here).data["is_withheld"] is True
    for address in ("count", "customers", "customers/1"):
        assert plain.get(f"{here}/{address}").status_code == 403
    refused = plain.post("/api/v1/segments/count", {"rule": NEGATIVE}, format="json")
    assert refused.status_code == 400
    assert "negative" not in str(plain.get("/api/v1/segments/schema").json())


BY_NAME = {"version": 1, "all": [{"field": "name", "operator": "is_not", "value": "Bo Lind"}]}


def test_an_expert_is_told_no_rule_and_no_name_of_a_veiled_type(as_, key_for, root, eve, ada, dan):
    frank = key_for(root, READ, WRITE, "people:read", "negative:read")

    def made(name, rule=None):
        body = {"name": name} | ({"rule": rule} if rule else {})
        return frank.post("/api/v1/segments", body, format="json").data["id"]

    someone, takers, listed = (
        made("Not him", BY_NAME),
        made("Big takers", OFTEN),
        made("Adversaries"),
    )
    frank.post(f"/api/v1/segments/{listed}/people", {"people": [f"#{ada.pk}"]}, format="json")
    expert = as_(eve)
    answer = expert.get("/api/v1/segments")
    told = {one["id"]: one for one in answer.json()["results"]}
    assert [told[pk]["name"] for pk in (someone, takers, listed)] == ["Not him", None, None]
    assert (
        {one["rule"] for one in told.values()} == {one["people"] for one in told.values()} == {None}
    )
    for word in (b"Bo Lind", b"aker", b"dversar"):
        assert word not in answer.content
    here = f"/api/v1/segments/{someone}"
    assert expert.get(here).json()["is_withheld"] is False
    assert expert.get(f"{here}/count").json()["customers"] == 1  # of her own
    assert expert.get(f"{here}/customers/{ada.pk}").json() == {
        "customer": ada.pk, "is_in": True, "is_withheld": False, "finding": None,
    }  # fmt: skip
    assert expert.get(f"{here}/customers/{dan.pk}").status_code == 404


def test_a_name_of_a_veiled_type_is_for_those_who_may_see_it_or_chose_it(as_, key_for, root, mara):
    frank, plain = key_for(root, READ, WRITE, "negative:read"), key_for(root, READ)
    frank.post("/api/v1/segments", {"name": "Takers"}, format="json")
    frank.post("/api/v1/segments", {"name": "Caretakers"}, format="json")
    again = as_(mara).post("/api/v1/segments", {"name": "Takers of 2025"}, "application/json")
    assert again.status_code == 409  # whatever there is of that name
    Segment.objects.create(
        name="Let down by the strike", kind="static", created_by=mara, created_at=NOW,
        changed_at=NOW,
    )  # fmt: skip

    def names(client):
        return [one["name"] for one in client.get("/api/v1/segments").json()["results"]]

    assert names(frank) == ["Takers", "Caretakers", "Let down by the strike"]
    assert names(plain) == [None, "Caretakers", None]
    assert names(as_(mara)) == [None, "Caretakers", "Let down by the strike"]


def test_the_schema_takes_its_own_example(db, root):
    schema = language(Reader.of(root))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(RULE)
    read(RULE, reader=Reader.of(root))


odd = st.sampled_from([
    {"field": "age", "operator": "is"}, {"field": "age", "operator": "is", "value": "x"},
    {"field": "city", "operator": "at_least", "value": 3}, {"did": "yes"}, {"did": True, "x": 1},
    {"did": True, "times": {"at_least": -1}}, {"did": True, "times": {}, "sum": {}}, {}, [],
    {"field": "family", "operator": "is", "value": "enemy"}, {"all": {}}, {"not": []},
    {"did": True, "within": {"last_days": 3, "from": "2026-01-01"}},
    {"did": True, "within": {"since": {"which": "second"}}},
])  # fmt: skip


@pytest.mark.django_db
@settings(
    max_examples=60, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(some=st.lists(st.one_of(nodes, odd), max_size=3))
def test_the_schema_and_the_reader_agree(some, db):
    reader = Reader(frozenset(roles.TABLE))
    document = {"version": 1, "all": some}
    is_valid = Draft202012Validator(language(reader)).is_valid(document)
    try:
        read(document, reader=reader)
        reads = True
    except Malformed:
        reads = False
    assert reads == is_valid, document
