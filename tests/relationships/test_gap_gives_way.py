"""What the card on wishes advises gives way to a next step that repairs, and to complaints."""

import pytest
from django.utils import timezone

from feedback.actions import file_complaint
from relationships.models import Profile
from tests.relationships.test_gap import answered, score, wrote

WANTED = {"HX-Request": "true", "HX-Target": "wanted"}


@pytest.fixture
def crowded(company, ada):
    """Ada wants no letters and gets nine."""
    answered(ada, q1="keep your distance", q3=1, q7="never")
    wrote(ada, 9)
    score(company)


def card(browser, customer) -> str:
    return browser.get(f"/customers/{customer.pk}/wanted/", headers=WANTED).content.decode()


@pytest.mark.parametrize(
    ("facts", "first"),
    [({"next_step": "repair"}, "Put right first what went wrong"),
     ({"next_step": "leave_alone", "family": "negative"}, "The next step comes first"),
     ({"next_step": "leave_alone"}, None)],
)  # fmt: skip
def test_a_next_step_that_repairs_comes_before_the_gap(crowded, as_, sam, ada, facts, first):
    Profile.objects.filter(pk=ada.pk).update(**facts)
    text = card(as_(sam), ada)
    assert ("Write less" in text) == ("Crowded" in text) == (first is None)
    assert first is None or first in text


def test_an_open_complaint_comes_before_the_gap(crowded, as_, sam, ada):
    file_complaint(ada, subject="Late", severity=3, by=sam, now=timezone.now())
    text = card(as_(sam), ada)
    assert "A complaint comes first" in text
    assert "Crowded" not in text


def test_one_hour_is_no_hours(crowded, as_, sam, ada):
    Profile.objects.filter(pk=ada.pk).update(family="negative", type="N1", next_step="repair")
    text = as_(sam).get(f"/customers/{ada.pk}/").content.decode()
    assert "a first answer within 1 hour;" in text
