"""Programs see what forms ask, and send in what somebody typed; the owner still confirms."""

import pytest
from django.utils.timezone import now as clock

from customers.models import Consent, SignUp
from customers.signup.actions.forms import withdraw_form
from tests.conftest import NOW
from tests.customers.signup.conftest import asked


@pytest.fixture
def call(key_for, root):
    return key_for(root, "signups:read", "signups:write")


def test_a_form_is_shown_with_its_words(call, form, words):
    (shown,) = call.get("/api/v1/signup-forms").json()["results"]
    assert shown["address"] == "https://crm.example/s/spring/"
    assert shown["questions"] == [{"name": "name", "label": "Name", "is_required": False}]
    assert shown["asks"] == [{
        "id": form.asks.get().pk, "purpose": "marketing", "channel": "email",
        "wording": "newsletter", "version": 1, "text": "Yes, write to me about boots.",
    }]  # fmt: skip
    assert call.get(f"/api/v1/signup-forms/{form.pk}").json() == shown


def test_what_is_sent_in_waits_for_the_owner_of_the_address(call, form):
    body = {"email": "ada@example.com", "answers": {"name": "Ada"}, "network": "192.0.2.17",
            "agreed": [form.asks.get().pk]}  # fmt: skip
    answer = call.post(f"/api/v1/signup-forms/{form.pk}/sign-ups", body)
    assert (answer.status_code, answer.json()) == (202, {"is_taken": True})
    assert call.post(f"/api/v1/signup-forms/{form.pk}/sign-ups", body).status_code == 202
    waiting = asked(clock())
    assert SignUp.objects.count() == 1
    assert (waiting.state, waiting.told) == ("asked", {"name": "Ada"})
    assert waiting.proof == {"way": "api", "network": "192.0.2.0/24"}
    assert not Consent.objects.exists()


def test_mistakes_are_named(call, form, mara):
    path, ask = f"/api/v1/signup-forms/{form.pk}/sign-ups", form.asks.get().pk
    good = {"email": "ada@example.com", "agreed": [ask]}
    for wrong, field in (
        ({"email": "ada"}, "email"), ({"agreed": []}, "agreed"), ({"agreed": [ask + 1]}, "agreed"),
        ({"answers": {"phone": "1"}}, "answers.phone"), ({"shoe": 1}, "shoe"),
    ):  # fmt: skip
        answer = call.post(path, good | wrong)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == field
    withdraw_form(form, by=mara, now=NOW)
    assert call.post(path, good).status_code == 409
    assert call.post("/api/v1/signup-forms/99/sign-ups", good).status_code == 404


def test_reading_does_not_let_write(key_for, root, form):
    reader = key_for(root, "signups:read")
    assert reader.post(f"/api/v1/signup-forms/{form.pk}/sign-ups", {}).status_code == 403
