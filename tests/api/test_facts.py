"""The company's own fields and tags through the API: read, written, refused, veiled."""

import pytest

from customers.actions.custom import define_field
from customers.actions.tags import tag_customers
from tests.conftest import NOW


@pytest.fixture
def own(root):
    define_field(key="shoe_size", label="Shoe size", kind="number", by=root)
    define_field(key="diet", label="Diet", kind="text", by=root)
    define_field(key="member", label="Member", kind="flag", by=root)


def test_own_fields_and_tags_are_written_and_read_with_a_customer(own, all_):
    sent = {"name": "Gil", "custom": {"shoe_size": 44.5, "member": True}, "tags": ["VIP", "hiker"]}
    made = all_.post("/api/v1/customers", sent)
    assert made.status_code == 201
    assert made.json()["custom"] == {"shoe_size": 44.5, "member": True}
    assert made.json()["tags"] == ["VIP", "hiker"]
    path = f"/api/v1/customers/{made.json()['id']}"
    changed = all_.patch(path, {"custom": {"member": None, "diet": "vegan"}, "tags": ["hiker"]})
    assert changed.json()["custom"] == {"shoe_size": 44.5, "diet": "vegan"}
    assert changed.json()["tags"] == ["hiker"]
    assert all_.get(path, headers={"If-None-Match": changed["ETag"]}).status_code == 304


def test_a_wrong_value_is_named_by_its_field(own, all_, ada):
    sent = {"custom": {"shoe_size": "big", "song": "la"}}
    answer = all_.patch(f"/api/v1/customers/{ada.pk}", sent)
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {
        "custom.shoe_size", "custom.song",
    }  # fmt: skip


def test_texts_are_for_callers_who_may_see_people(own, all_, key_for, root, ada):
    all_.patch(f"/api/v1/customers/{ada.pk}", {"custom": {"diet": "vegan", "shoe_size": 38}})
    veiled = key_for(root, "customers:read")
    assert veiled.get(f"/api/v1/customers/{ada.pk}").json()["custom"] == {"shoe_size": 38}
    keys = [row["key"] for row in veiled.get("/api/v1/custom-fields").json()["results"]]
    assert keys == ["shoe_size", "member"]


def test_customers_are_found_by_tag_and_tags_are_counted(all_, ada, bo, mara):
    tag_customers([ada.pk, bo.pk], "Hiker", by=mara, now=NOW)
    found = all_.get("/api/v1/customers?tag=hiker").json()["results"]
    assert {row["id"] for row in found} == {ada.pk, bo.pk}
    assert all_.get("/api/v1/tags").json()["results"][0]["people"] == 2


def test_tasks_are_added_done_and_opened_again(all_, ada, sam, eve, bo):
    made = all_.post("/api/v1/tasks", {"customer": ada.pk, "what": "Call", "due_on": "2026-03-05",
                                       "owner": sam.pk})  # fmt: skip
    assert made.status_code == 201
    path = f"/api/v1/tasks/{made.json()['id']}"
    assert all_.post(f"{path}/done", {}).json()["done_at"]
    assert all_.post(f"{path}/done", {}).status_code == 409
    assert all_.post(f"{path}/reopen", {}).json()["done_at"] is None
    assert len(all_.get(f"/api/v1/tasks?owner={sam.pk}&state=open").json()["results"]) == 1
    strange = {"customer": bo.pk, "what": "x", "due_on": "2026-03-05", "owner": eve.pk}
    assert all_.post("/api/v1/tasks", strange).status_code == 409


def test_questions_are_asked_and_answered_and_veiled(all_, key_for, root, ada, eve):
    sent = {"customer": ada.pk, "text": "Wide feet?", "expert": eve.pk}
    made = all_.post("/api/v1/questions", sent).json()
    veiled = key_for(root, "customers:read").get("/api/v1/questions").json()["results"][0]
    assert (made["text"], veiled["text"]) == ("Wide feet?", None)
    path = f"/api/v1/questions/{made['id']}/answer"
    assert all_.post(path, {"answer": "Yes."}).json()["answer"] == "Yes."
    assert all_.get("/api/v1/questions?state=open").json()["results"] == []


def test_contacts_and_organisations_are_listed(all_, ada, eve):
    found = all_.get(f"/api/v1/customers/{ada.pk}/contacts").json()["results"]
    assert [(row["name"], row["role"]) for row in found] == [("Eve", "fits her shoes")]
    assert all_.get("/api/v1/organisations").json()["results"] == []
    assert all_.get(f"/api/v1/customers/{ada.pk}/owned").json()["results"] == []
