"""Programs record consents, ask and write in the name of a brand."""

import pytest

from customers.contact.actions.ledger import add_wording
from customers.models import Consent, Message
from relcrm.base.models import Brand
from tests.conftest import NOW


@pytest.fixture
def call(company, key_for, root):
    return key_for(
        root, "consents:read", "consents:write", "messages:read", "messages:write", "people:read"
    )


@pytest.fixture
def kids(company):
    Brand.objects.create(name="Alpine Shoes", slug="alpine", is_default=True)
    return Brand.objects.create(name="Alpine Kids", slug="kids")


YES = {"state": "granted", "purpose": "marketing", "channel": "letter", "source": "form"}


def test_a_consent_is_to_the_brand_that_is_named(call, bo, kids):
    path = f"/api/v1/customers/{bo.pk}/consents"
    answer = call.post(path, YES | {"brand": "kids"})
    assert (answer.status_code, answer.json()["brand"]) == (201, "kids")
    assert Consent.objects.get().brand == kids
    asked = f"/api/v1/customers/{bo.pk}/may-contact?purpose=marketing&channel=letter"
    assert call.get(asked).json()["rule"] == "no_consent"
    assert call.get(f"{asked}&brand=kids").json()["rule"] != "no_consent"
    assert call.post(path, YES | {"brand": "alpine"}).json()["brand"] is None, "the company itself"


def test_a_message_is_of_the_brand_that_is_named(call, bo, kids):
    body = {"customer": bo.pk, "channel": "email", "purpose": "service", "dedupe_key": "1",
            "subject": "Sent", "text": "It comes.", "brand": "kids"}  # fmt: skip
    answer = call.post("/api/v1/messages", body)
    assert (answer.status_code, answer.json()["brand"]) == (201, "kids")
    assert Message.objects.get().brand == kids


def test_a_brand_that_we_do_not_have_is_named(call, bo, kids):
    path = f"/api/v1/customers/{bo.pk}"
    assert call.post(f"{path}/consents", YES | {"brand": "x"}).status_code == 409
    asked = f"{path}/may-contact?purpose=marketing&channel=email&brand=x"
    assert call.get(asked).status_code == 400
    assert not Consent.objects.exists()


def test_the_words_are_those_of_the_language_that_was_shown(call, bo, company):
    for language, text in (("en", "Yes."), ("de", "Ja.")):
        add_wording(key="news", text=text, purpose="marketing", language=language, by=None, now=NOW)
    path = f"/api/v1/customers/{bo.pk}/consents"
    for language, words in (("de", "Ja."), ("en", "Yes."), ("fr", "Yes.")):
        body = YES | {"wording": "news", "language": language}
        line = Consent.objects.get(pk=call.post(path, body).json()["id"])
        assert line.wording.text == words
