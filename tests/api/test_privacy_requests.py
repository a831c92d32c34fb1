"""Requests about data by API: opened once, followed, and an objection that works at once."""

import pytest
from django.utils.timezone import now as clock

from customers.models import SubjectRequest
from relationships.models import Profile, ProfileChange
from relcrm.base.actions.keys import make_key
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(client, root):
    scopes = ["privacy:read", "privacy:write", "customers:read", "negative:read"]
    _key, secret = make_key("App", scopes=scopes, expires_at=None, by=root, now=clock())
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client


def opened(program, customer, kind="access", **more):
    sent = {"kind": kind, "customer": customer.pk, "came_by": "app", **more}
    return program.post("/api/v1/privacy/requests", sent, content_type="application/json")


def test_a_program_opens_a_request_and_follows_it(company, ada, bo, program):
    made = opened(program, ada)
    assert made.status_code == 201
    assert made.json()["state"] == "open"
    assert opened(program, ada).json()["id"] == made.json()["id"]
    opened(program, bo, kind="erasure")
    listed = program.get(f"/api/v1/privacy/requests?customer={ada.pk}").json()["results"]
    assert [row["id"] for row in listed] == [made.json()["id"]]
    one = program.get(f"/api/v1/privacy/requests/{made.json()['id']}").json()
    assert (one["kind"], one["came_by"]) == ("access", "app")
    assert "words" not in one


def test_what_makes_no_sense_is_named(company, ada, program):
    assert opened(program, ada, kind="revenge").status_code == 400
    assert opened(program, ada, received_on="2999-01-01").status_code == 409
    ada.pk += 99
    assert opened(program, ada).status_code == 409
    assert not SubjectRequest.objects.exists()


def test_after_an_objection_no_address_tells_a_judgement(company, ada, program):
    """Also in the seconds before the scorer has taken it away."""
    Profile.objects.create(customer=ada, as_of=TODAY, scored_at=NOW, family="friend")
    ProfileChange.objects.create(customer=ada, on=TODAY, recorded_at=NOW, family="friend")
    ways = [
        f"/api/v1/customers/{ada.pk}/profile{more}" for more in ("", "/explanation", "/history")
    ]
    assert [program.get(way).status_code for way in ways] == [200, 200, 200]
    opened(program, ada, kind="objection")
    assert [program.get(way).status_code for way in ways] == [404, 404, 404]
    assert program.get("/api/v1/profiles").json()["results"] == []
