"""Merging over REST: likely pairs, one customer of two, and the old number's answer."""

import pytest

from customers.models import Customer, Duplicate, Identity, Interaction, Merge
from relcrm.base.models import ApiKey, Job
from tests.conftest import NOW

API = "/api/v1"


@pytest.fixture
def twin(ada, bo) -> Customer:
    twin = Customer.objects.create(name="Adda Novak", city="Linz")
    Identity.objects.create(customer=twin, kind="external", source="till", value="T1")
    Duplicate.objects.create(
        first=ada, second=twin, score=0.9, found_at=NOW, reasons=[["name", "alike"]]
    )
    return twin


def test_pairs_are_listed_kept_apart_put_off_and_brought_back(all_, ada, twin):
    listed = all_.get(f"{API}/duplicates?state=open").json()["results"]
    assert [(row["first"], row["second"], row["reasons"]) for row in listed] == [
        (ada.pk, twin.pk, [["name", "alike"]])
    ]
    way = f"{API}/duplicates/{listed[0]['id']}"
    assert all_.post(f"{way}/dismiss").json()["state"] == "dismissed"
    assert all_.get(f"{API}/duplicates?state=open").json()["results"] == []
    assert all_.post(f"{way}/reopen").json()["state"] == "open"
    assert all_.post(f"{way}/postpone", {"until": "2020-01-01T00:00:00Z"}).status_code == 409
    assert all_.get(f"{API}/duplicates?customer={twin.pk}&score_least=0.95").json()["results"] == []


def test_looking_is_a_job(all_, twin):
    answer = all_.post(f"{API}/duplicates/find")
    assert answer.status_code == 202
    assert Job.objects.get(pk=answer.json()["id"]).kind == "duplicates"


def test_two_are_merged_once_and_parted(all_, ada, twin):
    way, key = f"{API}/customers/{ada.pk}/merge", {"HTTP_IDEMPOTENCY_KEY": "m1"}
    body = {"other": twin.pk, "take": ["city"]}
    first = all_.post(way, body, **key)
    assert first.status_code == 201
    assert (first.json()["survivor"], first.json()["merged"]) == (ada.pk, twin.pk)
    assert first.json()["lost"] == {"name": "Adda Novak", "city": "Graz"}
    again = all_.post(way, body, **key)
    assert again["Idempotency-Replayed"] == "true"
    assert Merge.objects.count() == 1
    undone = all_.post(f"{API}/merges/{first.json()['id']}/undo")
    assert undone.json()["undone_at"]
    assert undone.json()["lost"] == {}
    assert all_.get(f"{API}/customers/{twin.pk}").json()["city"] == "Linz"
    assert all_.post(f"{API}/merges/{first.json()['id']}/undo").status_code == 409


def test_the_old_number_says_who_they_are_now(all_, ada, bo, twin):
    all_.post(f"{API}/customers/{bo.pk}/merge", {"other": twin.pk})
    answer = all_.get(f"{API}/customers/{twin.pk}")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["merged_into"] == bo.pk
    assert f"{API}/customers/{bo.pk}" in answer.json()["detail"]
    nested = all_.get(f"{API}/customers/{twin.pk}/identities").json()
    assert f"{API}/customers/{bo.pk}/identities" in nested["detail"]
    assert all_.get(f"{API}/customers?number=T1").json()["results"][0]["id"] == bo.pk


def test_what_names_the_old_number_arrives(all_, bo, twin):
    all_.post(f"{API}/customers/{bo.pk}/merge", {"other": twin.pk})
    sent = {"source": "till", "source_id": "1", "customer": twin.pk, "kind": "visit",
            "occurred_at": "2026-02-20T09:00:00Z"}  # fmt: skip
    assert all_.post(f"{API}/interactions", sent).json()["customer"] == bo.pk
    assert Interaction.objects.get(source="till").customer == bo


def test_who_may_not_merge_may_not(key_for, nils, eve, mara, root, ada, twin):
    scopes = [scope for scope in ApiKey.SCOPES if scope != "people:read"]
    for somebody in (nils, eve):
        client = key_for(somebody, *ApiKey.SCOPES)
        assert client.get(f"{API}/duplicates").status_code == 403
        answer = client.post(f"{API}/customers/{ada.pk}/merge", {"other": twin.pk})
        assert answer.status_code == 403
    blind = key_for(root, *scopes)
    answer = blind.post(f"{API}/customers/{ada.pk}/merge", {"other": twin.pk})
    assert answer.json()["lost"] is None
    told = key_for(eve, "customers:read").get(f"{API}/customers/{twin.pk}").json()
    assert told["merged_into"] == ada.pk  # Ada is hers
    assert "merged_into" not in key_for(nils).get(f"{API}/customers/{twin.pk}").json()


def test_nobody_to_merge_with_is_named(all_, ada):
    answer = all_.post(f"{API}/customers/{ada.pk}/merge", {"other": 99999})
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["field"] == "other"
    assert all_.post(f"{API}/customers/{ada.pk}/merge", {"other": ada.pk}).status_code == 409
    assert (
        all_.post(
            f"{API}/customers/{ada.pk}/merge", {"other": 1, "take": ["touched_at"]}
        ).status_code
        == 400
    )
    assert all_.post(f"{API}/customers/99999/merge", {"other": ada.pk}).status_code == 404
