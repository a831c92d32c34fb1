"""Programs make promises and say how they were kept."""

from customers.models import Interaction, Kind
from relcrm.base.models import Company
from tests.conftest import TODAY


def test_a_program_makes_a_promise_and_says_how_it_went(key_for, root, bo, company):
    client = key_for(root, "promises:read", "promises:write", "outcomes:write")
    Company.objects.update(as_of=TODAY)
    made = client.post("/api/v1/promises", {"name": "In time", "words": "Soon.",
                       "active_from": "2026-01-01"}, format="json").json()  # fmt: skip
    way = f"/api/v1/promises/{made['id']}/outcomes"
    body = {"customer": bo.pk, "is_kept": False, "occurred_at": "2026-03-01T10:00:00Z",
            "source": "carrier", "source_id": "P-1", "reason": "Rain"}  # fmt: skip
    first = client.post(way, body, format="json")
    again = client.post(way, body, format="json")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    listed = client.get(f"{way}?is_kept=false").json()["results"]
    assert [row["source_id"] for row in listed] == ["P-1"]
    assert listed[0]["reason"] is None  # without people:read
    assert Interaction.objects.filter(kind=Kind.PROMISE_BROKEN).count() == 1
    look = client.get(f"/api/v1/promises/{made['id']}").json()
    assert (look["share"], look["counted"]) == (None, 1)
    wrong = client.post(way, body | {"customer": 999_999, "source_id": "2"}, format="json")
    assert wrong.status_code == 409


def test_outcomes_do_not_come_in_as_interactions(key_for, root, bo, company):
    client = key_for(root, "interactions:write")
    for more in ({"kind": "promise_broken"}, {"kind": "visit", "source": "promises"}):
        row = {"source": "x", "source_id": "1", "customer": bo.pk,
               "occurred_at": "2026-03-01T10:00:00Z"} | more  # fmt: skip
        assert client.post("/api/v1/interactions", row, format="json").status_code == 400
