"""A customer's timeline through the API: filtered, page by page, veiled."""

from datetime import timedelta

import pytest

from customers.models import Kind
from tests.conftest import TODAY, happened


@pytest.fixture(autouse=True)
def looked_at_on_the_cast_s_day(company):
    company.as_of = TODAY
    company.save()


def test_the_whole_timeline_comes_page_by_page(all_, ada):
    path, found = f"/api/v1/customers/{ada.pk}/timeline?limit=10", []
    while path:
        page = all_.get(path).json()
        found += page["results"]
        cursor = page["next_cursor"]
        path = cursor and f"/api/v1/customers/{ada.pk}/timeline?limit=10&cursor=" + cursor.replace(
            "+", "%2B"
        )
    assert len({row["id"] for row in found}) == 24
    assert found[0] | {"id": ""} == {
        "id": "", "customer": ada.pk, "kind": "purchase", "channel": "",
        "at": found[0]["at"], "title": "Bought", "detail": "", "figure": "€40",
    }  # fmt: skip


def test_filters_are_those_of_the_page(all_, ada):
    happened(ada, Kind.VISIT, TODAY, channel="shop")
    path = f"/api/v1/customers/{ada.pk}/timeline"

    def kinds(query: str) -> list[str]:
        return [row["kind"] for row in all_.get(f"{path}?{query}").json()["results"]]

    assert kinds("channel=shop") == ["visit"]
    assert kinds("kind=visit") == ["visit"]
    assert kinds("kind=song") == []
    assert len(kinds(f"since={TODAY - timedelta(days=20)}&group=bought")) == 1
    assert all_.get(f"{path}?cursor=x").status_code == 400
    assert all_.get(f"{path}?channel=pigeon").status_code == 400


def test_texts_are_for_callers_who_may_see_people(all_, key_for, root, ada):
    happened(ada, Kind.NOTE, TODAY, properties={"text": "Her sister is ill"})
    path = f"/api/v1/customers/{ada.pk}/timeline?kind=note"
    assert all_.get(path).json()["results"][0]["detail"] == "Her sister is ill"
    veiled = key_for(root, "interactions:read")
    assert veiled.get(path).json()["results"][0]["detail"] == ""


def test_experts_read_their_own_customers_only(key_for, eve, bo):
    assert (
        key_for(eve, "interactions:read").get(f"/api/v1/customers/{bo.pk}/timeline").status_code
        == 404
    )
