"""What would make a customer another type, in words, on the profile and through the API."""

from datetime import timedelta

import pytest

from customers.models import Customer
from relationships import veil
from relationships.actions import scoring
from relationships.engine.typology import typology
from relationships.engine.typology.counterfactual import Turn
from relationships.queries import explanation
from relationships.queries.turning import would_change
from tests.conftest import NOW, TODAY, happened

KINDS = typology()


def turn(*changes: str, to: str) -> Turn:
    return Turn(changes, 1.0, KINDS.keys.index(to))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (["order"],
         "With one more order in the next 8 weeks, they would look like a casual buddy to us."),
        (["order", "order"],
         "With two more orders in the next 8 weeks, they would look like a casual buddy to us."),
        (["reply", "preference"],
         "With an answer to a message and one more thing told about themselves, they would look "
         "like a casual buddy to us."),
        (["repair"], "With every open complaint settled to their satisfaction, they would look "
         "like a casual buddy to us."),
    ],
)  # fmt: skip
def test_a_turn_is_told_as_a_classification_and_not_as_a_forecast(changes, said):
    assert would_change((turn(*changes, to="R2"),), KINDS, cycle_weeks=8.2) == [said]


@pytest.mark.parametrize(
    ("to", "said"),
    [("R6", "like an old friend to"), ("D3", "like someone who is drifting apart to")],
)
def test_a_kind_is_told_with_its_article(to, said):
    assert said in would_change((turn("order", to=to),), KINDS, cycle_weeks=8)[0]


def test_a_turn_into_a_difficult_type_is_told_to_few():
    told = would_change((turn("order", to="N4"), turn("reply", to="R2")), KINDS, cycle_weeks=8)
    assert len(veil.sayable(told, frank=True)) == 2
    assert veil.sayable(told, frank=False) == told[1:]


@pytest.fixture
def new(company):
    """Bought once, nine days ago."""
    customer = Customer.objects.create(name="Nora New")
    happened(customer, "purchase", TODAY - timedelta(days=9), 40)
    return customer


def test_a_new_customer_is_told_what_would_make_them_something_else(company, new, as_, root):
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=lambda *_, **__: None)
    told = explanation(new, company, TODAY).would_change
    assert told
    assert all("they would look like" in one and "will" not in one for one in told)
    page = as_(root).get(f"/customers/{new.pk}/").content.decode()
    assert "What would change it" in page
    assert "they would look like" in page
