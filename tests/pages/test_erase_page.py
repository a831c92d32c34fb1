"""The page that asks before a person is forgotten."""

import pytest

from customers.models import Customer
from relcrm.base.models import AuditLine


def test_the_page_says_whom_and_what_and_the_receipt(as_, pia, ada, company):
    browser = as_(pia)
    page = browser.get(f"/customers/{ada.pk}/erase/").content.decode()
    assert "Erase Ada Novak for good?" in page
    assert 'Interactions</th><td class="num">24<' in page
    assert Customer.objects.get(pk=ada.pk).erased_at is None
    answer = browser.post(f"/customers/{ada.pk}/erase/", follow=True)
    number = AuditLine.objects.get(verb="customer.erased").pk
    assert f"Receipt no. {number} in the audit trail" in answer.content.decode()
    assert browser.get(f"/customers/{ada.pk}/").status_code == 404
    assert browser.get(f"/customers/{ada.pk}/erase/").status_code == 404


@pytest.mark.parametrize("who", ["mara", "sam", "nils", "eve"])
def test_only_admins_and_privacy_officers_erase(who, as_, ada, company, request):
    browser = as_(request.getfixturevalue(who))
    assert browser.get(f"/customers/{ada.pk}/erase/").status_code == 403
    assert browser.post(f"/customers/{ada.pk}/erase/").status_code == 403
    assert browser.post("/customers/erased/").status_code == 403
    assert Customer.objects.present().filter(pk=ada.pk).exists()


def test_the_profile_offers_it_to_those_who_may(as_, pia, mara, ada, company):
    way = f"/customers/{ada.pk}/erase/"
    assert way in as_(pia).get(f"/customers/{ada.pk}/").content.decode()
    assert way not in as_(mara).get(f"/customers/{ada.pk}/").content.decode()


def test_who_came_back_is_let_in_again(as_, pia, bo, company):
    browser = as_(pia)
    browser.post(f"/customers/{bo.pk}/erase/")
    wrong = browser.post("/customers/erased/", {"kind": "email", "value": "bob@example.com"})
    assert wrong.status_code == 409
    empty = browser.post("/customers/erased/", {"kind": "email", "value": ""})
    assert empty.status_code == 422
    right = browser.post("/customers/erased/", {"kind": "email", "value": "bo@example.com"})
    assert right.status_code == 302
