"""Facts written through the API: organisations, contacts, what they have, fields, tags, notes."""

import pytest
from django.db import connection

from customers.actions.custom import define_field
from customers.models import Customer, CustomField, CustomValue, Organisation, Product, Tag
from customers.queries.custom import holders
from relcrm.base.models import ApiKey

API = "/api/v1"


def ids(answer):
    return {row["id"] for row in answer.json()["results"]}


def test_an_organisation_is_made_changed_joined_and_left(all_, ada, bo):
    again = {"HTTP_IDEMPOTENCY_KEY": "club"}
    made = all_.post(f"{API}/organisations", {"name": "Hiking club"}, **again)
    assert made.status_code == 201
    assert all_.post(f"{API}/organisations", {"name": "Hiking club"}, **again).json() == made.json()
    assert Organisation.objects.count() == 1
    path = f"{API}/organisations/{made.json()['id']}"
    stale = all_.get(path)["ETag"]
    changed = all_.patch(path, {"domain": "www.Hike.example"}, headers={"If-Match": stale})
    assert (changed.json()["name"], changed.json()["domain"]) == ("Hiking club", "hike.example")
    lost = all_.patch(path, {"domain": "x.example"}, headers={"If-Match": stale})
    assert lost.status_code == 412
    assert all_.post(f"{path}/members", {"customer": ada.pk}).json()["name"] == "Ada Novak"
    assert all_.post(f"{path}/members", {"customer": ada.pk}).status_code == 409
    assert all_.post(f"{path}/members", {"customer": 99999}).status_code == 409
    assert ids(all_.get(f"{path}/members")) == {ada.pk}
    assert ids(all_.get(f"{API}/customers?organisation={made.json()['id']}")) == {ada.pk}
    assert ids(all_.get(f"{API}/organisations?search=hike.example")) == {made.json()["id"]}
    assert all_.delete(f"{path}/members/{bo.pk}").status_code == 404
    assert all_.delete(f"{path}/members/{ada.pk}").status_code == 204
    assert ids(all_.get(f"{path}/members")) == set()


def test_a_program_that_may_not_see_people_is_told_no_household(key_for, root, ada):
    blind = key_for(root, "customers:write")
    made = blind.post(f"{API}/organisations", {"name": "Household Novak"}).json()
    assert (made["name"], made["domain"]) == (None, None)
    assert blind.get(f"{API}/organisations").status_code == 403
    reader = key_for(root, "customers:read")
    assert reader.get(f"{API}/customers?organisation={made['id']}").status_code == 403


def test_points_of_contact_come_and_go(all_, bo, eve, key_for):
    sent = {"user": eve.pk, "role": "fits boots"}
    made = all_.post(f"{API}/customers/{bo.pk}/contacts", sent)
    assert (made.status_code, made.json()["name"]) == (201, "Eve")
    assert bo in Customer.objects.visible_to(eve)
    assert all_.post(f"{API}/customers/{bo.pk}/contacts", sent).status_code == 409
    assert all_.post(f"{API}/customers/{bo.pk}/contacts", {"user": 999}).status_code == 409
    assert all_.delete(f"{API}/contacts/{made.json()['id']}").status_code == 204
    assert bo not in Customer.objects.visible_to(eve)


def test_what_a_customer_has_is_said_and_given_up(all_, bo):
    Product.objects.create(sku="R3", name="Ridge 3", expected_life_weeks=104)
    path = f"{API}/customers/{bo.pk}/owned"
    made = all_.post(path, {"sku": "R3", "since_on": "2025-03-10"})
    assert made.json()["next_choice_on"] == "2027-03-08"
    assert all_.post(path, {"sku": "R4", "since_on": "2025-03-10"}).status_code == 409
    gone = f"{API}/owned/{made.json()['id']}/gone"
    assert all_.post(gone, {"on": "2025-01-01"}).status_code == 409
    assert all_.post(gone, {"on": "2026-01-01"}).json()["gone_on"] == "2026-01-01"


def test_fields_are_defined_changed_retired_and_brought_back(all_, key_for, mara):
    sent = {"key": "terrain", "label": "Terrain", "kind": "choice", "choices": ["rock", "mud"]}
    made = all_.post(f"{API}/custom-fields", sent)
    assert made.status_code == 201
    assert all_.post(f"{API}/custom-fields", sent).status_code == 409
    path = f"{API}/custom-fields/{made.json()['id']}"
    changed = all_.patch(
        path, {"choices": ["rock", "sand"]}, headers={"If-Match": made["ETag"]}
    ).json()
    assert changed["choices"] == ["rock", "sand"]
    assert all_.post(f"{path}/retire", {}).json()["retired_at"]
    assert ids(all_.get(f"{API}/custom-fields")) == set()
    assert ids(all_.get(f"{API}/custom-fields?retired=true")) == {made.json()["id"]}
    assert all_.post(f"{path}/bring-back", {}).json()["retired_at"] is None
    marketer = key_for(mara, *ApiKey.SCOPES)
    assert marketer.patch(path, {"label": "x"}).status_code == 403
    assert CustomField.objects.get().label == "Terrain"


def test_tags_are_made_renamed_put_on_many_and_removed(all_, key_for, mara, ada, bo):
    made = all_.post(f"{API}/tags", {"name": "Hiker"})
    assert all_.post(f"{API}/tags", {"name": "hiker"}).status_code == 409
    path = f"{API}/tags/{made.json()['id']}"
    everybody = {"customers": [ada.pk, bo.pk]}
    assert all_.post(f"{path}/put-on", everybody).json()["people"] == 2
    assert all_.post(f"{path}/put-on", {"customers": [99999]}).status_code == 409
    assert all_.post(f"{path}/take-off", {"customers": [bo.pk]}).json()["people"] == 1
    assert all_.patch(path, {"name": "Walker"}).json()["name"] == "Walker"
    assert all_.delete(path).status_code == 204
    assert not Tag.objects.exists()


def test_notes_are_written_corrected_removed_and_put_back(all_, key_for, root, mara, ada):
    made = all_.post(f"{API}/customers/{ada.pk}/notes", {"text": "Prefers mornings"})
    assert (made.status_code, made.json()["by"]) == (201, root.pk)
    path = f"{API}/notes/{made.json()['id']}"
    changed = all_.patch(path, {"text": "Prefers noon"}, headers={"If-Match": made["ETag"]})
    assert changed.json()["text"] == "Prefers noon"
    stale = all_.patch(path, {"text": "x"}, headers={"If-Match": made["ETag"]})
    assert stale.status_code == 412
    assert key_for(mara, *ApiKey.SCOPES).delete(path).status_code == 409
    assert all_.delete(path).status_code == 204
    told = all_.get(path).json()
    assert (told["text"], told["is_removed"]) == (None, True)
    assert all_.post(f"{path}/put-back", {}).json()["text"] == "Prefers noon"
    assert ids(all_.get(f"{API}/customers/{ada.pk}/notes")) == {made.json()["id"]}
    blind = key_for(root, "customers:write")
    assert blind.post(f"{API}/customers/{ada.pk}/notes", {"text": "x"}).json()["text"] is None


def test_tasks_are_changed_and_questions_handed_on(all_, ada, sam, mara):
    sent = {"customer": ada.pk, "what": "Call", "due_on": "2026-03-05", "due_time": "14:30"}
    made = all_.post(f"{API}/tasks", sent)
    assert made.json()["due_time"] == "14:30"
    path = f"{API}/tasks/{made.json()['id']}"
    told = {"what": "Write", "owner": sam.pk, "due_time": None}
    changed = all_.patch(path, told, headers={"If-Match": made["ETag"]}).json()
    assert (changed["what"], changed["owner"], changed["due_time"]) == ("Write", sam.pk, None)
    assert all_.patch(path, {"what": "x"}, headers={"If-Match": made["ETag"]}).status_code == 412
    assert ids(all_.get(f"{API}/tasks?state=overdue")) == {made.json()["id"]}
    asked = all_.post(f"{API}/questions", {"customer": ada.pk, "text": "Wide feet?"}).json()
    path = f"{API}/questions/{asked['id']}"
    assert all_.post(f"{path}/hand", {"expert": mara.pk}).json()["expert"] == mara.pk
    assert all_.get(path).json()["expert"] == mara.pk


@pytest.fixture
def sizes(root, ada, bo, cyd):
    field = define_field(key="size", label="Size", kind="number", by=root)
    diet = define_field(key="diet", label="Diet", kind="text", by=root)
    for who, size in ((ada, 38), (bo, 44), (cyd, 41)):
        CustomValue.objects.create(customer=who, field=field, number=size)
    CustomValue.objects.create(customer=bo, field=diet, text="vegan")
    return field


@pytest.mark.parametrize(("asked", "who"), [
    ("custom=size&custom_is=44", ["bo"]), ("custom=size&custom_from=40", ["bo", "cyd"]),
    ("custom=size&custom_from=38&custom_to=41.0", ["ada", "cyd"]), ("custom=diet", ["bo"]),
    ("custom=size&custom_from=40&order=-last_seen_on", []),
])  # fmt: skip
def test_customers_are_found_by_the_company_s_own_fields(all_, sizes, request, asked, who):
    wanted = {request.getfixturevalue(name).pk for name in who}
    assert ids(all_.get(f"{API}/customers?{asked}")) == wanted


@pytest.mark.parametrize(("asked", "words"), [
    ("custom=song", "no such field"), ("custom=size&custom_is=big", "Write a number"),
    ("custom_is=44", "which field"),
])  # fmt: skip
def test_what_cannot_be_asked_is_named(all_, sizes, asked, words):
    answer = all_.get(f"{API}/customers?{asked}")
    assert answer.status_code == 400
    assert words in str(answer.json()["errors"])


def test_texts_are_no_filter_for_who_sees_no_people(key_for, root, sizes):
    blind = key_for(root, "customers:read")
    assert blind.get(f"{API}/customers?custom=diet&custom_is=vegan").status_code == 403
    assert len(ids(blind.get(f"{API}/customers?custom=size"))) == 3


def test_the_filter_reads_the_field_s_own_index(sizes, ada):
    rows = [Customer(name=f"No. {n}") for n in range(3_000)]
    made = Customer.objects.bulk_create(rows)
    CustomValue.objects.bulk_create(
        CustomValue(customer=who, field=sizes, number=n) for n, who in enumerate(made)
    )
    with connection.cursor() as cursor:
        for table in ("customers_customvalue", "customers_customer"):
            cursor.execute(f"ANALYZE {table}")
    found = Customer.objects.filter(pk__in=holders(sizes, {"": 44}).values("customer_id"))
    plan = found.order_by("id")[:51].explain()
    assert "custom_value_number" in plan, plan
    assert "Seq Scan" not in plan
    assert "SCAN customers_customvalue" not in plan
