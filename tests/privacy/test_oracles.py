"""Who may not see names and contact data cannot find them out by asking for them either."""

import re

import pytest
from django.utils.timezone import now as clock

from customers.actions.segments import keep_segment
from customers.models import Customer
from customers.segments import Reader
from relcrm.base.actions.keys import make_key
from relcrm.base.models import ApiKey
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
RIGHT = {
    "name": "Ada Novak", "email": "ada@example.com", "phone": "+436601234567", "city": "Graz",
    "occupation": "gardener",
}  # fmt: skip
WRONG = {
    "name": "Zoe Quist", "email": "zoe@example.com", "phone": "+436607654321", "city": "Linz",
    "occupation": "gardener",
}  # fmt: skip


@pytest.fixture
def her(ada):
    Customer.objects.filter(pk=ada.pk).update(**RIGHT)
    for kind in ("email", "phone"):
        ada.identities.update_or_create(kind=kind, source="", value=RIGHT[kind])
    ada.refresh_from_db()
    return ada


def plain(answer, asked: str) -> str:
    """An answer without what was asked for and what is made anew for each."""
    text = answer.content.decode().replace(asked, "…")
    return re.sub(r'(csrfmiddlewaretoken" value|nonce|X-CSRFToken[^:]*:|data-csrf)[^>]*', "", text)


PAGES = (
    "/customers/?q={}", "/search/?q={}", "/customers/?city={}", "/customers/?email={}",
    "/customers/?name={}", "/customers/?order=name&q={}", "/customers/?phone={}",
)  # fmt: skip


@pytest.mark.parametrize("what", ["name", "email", "phone", "city"])
def test_an_analysts_search_answers_alike_whether_somebody_has_it_or_not(
    company, her, bo, nils, as_, what
):
    browser = as_(nils)
    for address in PAGES:
        told = [
            plain(browser.get(address.format(value.replace("+", "%2B"))), value)
            for value in (RIGHT[what], WRONG[what])
        ]
        told = [
            re.sub(r"%2B\d+|[A-Z][a-z]+(%20|\+)[A-Z][a-z]+|[a-z]+%40[a-z.]+", "…", t) for t in told
        ]
        assert told[0] == told[1], address


@pytest.mark.parametrize("what", ["name", "email", "phone", "city"])
def test_nor_does_a_key_without_the_scope(company, her, bo, root, client, what):
    scopes = sorted(ApiKey.SCOPES.keys() - {"people:read"})
    _key, secret = make_key("Report", scopes=scopes, expires_at=None, by=root, now=clock())
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    for address in (
        "/api/v1/customers?{}={}",
        "/api/v1/customers?search={1}",
        "/api/v1/customers?order=name",
        "/api/v1/interactions?search={1}",
    ):
        told = [
            client.get(address.format(what, each[what].replace("+", "%2B"))).status_code
            for each in (RIGHT, WRONG)
        ]
        assert told[0] == told[1], address
    for field in ("name", "email", "phone", "city"):
        rule = {"version": 1, "all": [{"field": field, "operator": "is", "value": RIGHT[field]}]}
        answer = client.post(
            "/api/v1/segments/count", {"rule": rule}, content_type="application/json"
        )
        assert answer.status_code == 400, field


def test_a_segment_by_contact_data_shows_an_analyst_neither_rule_nor_number_nor_people(
    company, her, bo, root, nils, as_
):
    rule = {"version": 1, "all": [{"field": "email", "operator": "is", "value": RIGHT["email"]}]}
    segment = keep_segment("One person", rule=rule, reader=Reader.of(root), by=root, now=NOW)
    browser = as_(nils)
    here = f"/segments/{segment.pk}"
    pages = [
        browser.get(f"{here}/"), browser.get("/segments/"),
        browser.get(f"/customers/?segment={segment.pk}"),
        browser.get(f"{here}/?customer={her.pk}"),
        browser.get(f"/customers/{her.pk}/"),
    ]  # fmt: skip
    assert all("ada@" not in page.content.decode() for page in pages)
    assert f"/customers/{her.pk}/" not in pages[2].content.decode()
    assert "One person" not in pages[4].content.decode()
    listed = browser.get("/api/v1/segments").json()["results"][0]
    assert (listed["rule"], listed["people"]) == (None, None)
    assert browser.get(f"/api/v1{here}/count").status_code == 403
    assert browser.get(f"/api/v1{here}/customers").status_code == 403
    assert browser.get(f"/api/v1{here}/customers/{her.pk}").status_code == 403


def test_the_order_of_an_analysts_list_says_nothing_of_names(company, her, bo, nils, as_):
    browser = as_(nils)
    by_name = browser.get("/customers/?sort=name").content.decode()
    plain_order = re.findall(r"/customers/(\d+)/", browser.get("/customers/").content.decode())
    Customer.objects.filter(pk=her.pk).update(name="Zzz")
    again = browser.get("/customers/?sort=name").content.decode()
    order = [re.findall(r"/customers/(\d+)/", text) for text in (by_name, again)]
    assert order[0] == order[1]
    assert plain_order
