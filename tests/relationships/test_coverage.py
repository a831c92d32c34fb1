"""What is counted when everyone is scored: sources, worth by type, how far people agree with us."""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from customers.models import Customer, Kind
from relationships.engine.typology import typology
from relationships.models import Portfolio, Profile
from relationships.queries import portfolio as sums
from relationships.queries.agreement import kappa
from relationships.queries.coverage import coverage
from relationships.queries.sources import quick_sources, sources
from tests.conftest import NOW, TODAY, happened
from tests.relationships.test_gap import answered, score


def test_each_source_counts_the_customers_of_whom_it_tells_something(company, ada, bo, cyd):
    happened(ada, Kind.RETURN, TODAY - timedelta(days=9), 5)
    happened(ada, Kind.RETURN, TODAY - timedelta(days=8), 5)
    happened(bo, Kind.MESSAGE_SENT, TODAY, None)
    happened(cyd, Kind.SURVEY_ANSWER, TODAY, None, category="nps", rating=9)
    happened(cyd, Kind.PURCHASE, TODAY, 20, discount=Decimal(2), category="boots")
    happened(bo, Kind.SUBSCRIPTION_STARTED, TODAY, None, properties={"chosen_by": "employer"})
    happened(ada, Kind.SUBSCRIPTION_STARTED, TODAY, None)
    Customer.objects.filter(pk=bo.pk).update(occupation="baker")
    told = coverage(sources(TODAY))
    assert told == {
        "purchases": 3, "returns": 1, "messages": 1, "nps": 1, "promo": 1, "categories": 1,
        "profile": 1, "contract": 2, "third": 1,
    }  # fmt: skip


def test_what_comes_after_the_day_we_look_at_is_not_counted(company, ada, bo):
    assert coverage(sources(TODAY - timedelta(days=30)))["purchases"] == 1


def test_scoring_everyone_keeps_what_is_recorded_of_how_many(company, ada, bo):
    happened(ada, Kind.RETURN, TODAY - timedelta(days=9), 5)
    score(company)
    kept = Portfolio.objects.get().facts
    assert kept["coverage"] == {"purchases": 2, "returns": 1}
    assert kept["counts"] == {"purchase": 25, "return": 1}
    assert quick_sources(TODAY, kept).counts == kept["counts"]
    assert kept["agreement"] is None


def test_a_type_has_the_worth_of_its_middle_customer_and_of_those_who_cost(db):
    for worth in (-3, 10, 20, 40, None):
        Profile.objects.create(
            customer=Customer.objects.create(name="P"), as_of=TODAY, scored_at=NOW,
            family="friend", type="R2", value=worth, alive=0.5,
        )  # fmt: skip
    assert sums.by_type() == {
        "R2": {"shown": 5, "value": 67, "alive": 2.5, "valued": 4, "losing": 1, "median": 15}
    }


def test_agreement_beyond_chance_by_hand():
    """Cohen 1960, the square of four: 20 and 15 agree, 5 and 10 do not; kappa is 0.4."""
    ours = np.repeat([0, 0, 1, 1], [20, 5, 10, 15])
    meant = np.eye(2, dtype=bool)[np.repeat([0, 1, 0, 1], [20, 5, 10, 15])]
    assert kappa(ours, meant) == {"agreed": 0.7, "by_chance": 0.5, "kappa": 0.4}


def test_agreement_is_unknown_where_everybody_is_held_to_be_the_same():
    everybody = np.zeros(4, dtype=np.intp)
    assert kappa(everybody, np.eye(2, dtype=bool)[everybody])["kappa"] is None


def test_an_answer_that_fits_several_families_agrees_with_any(company, ada, bo):
    """A friendly face is a nodding acquaintance, a casual buddy or a quiet habit."""
    for customer in (ada, bo):
        answered(customer, q2="friendly face")
    score(company)
    held = [typology().family_of[Profile.objects.get(pk=one.pk).held] for one in (ada, bo)]
    assert [list(typology().families)[place] for place in held] == ["friend", "fling"]
    told = Portfolio.objects.get().facts["agreement"]
    assert (told["people"], told["agreed"], told["by_chance"]) == (2, 0.5, 0.5)


@pytest.mark.parametrize("asked", [{}, {"q1": "new to enjoy"}])
def test_who_did_not_say_what_we_are_today_is_not_counted(company, ada, asked):
    answered(ada, **(asked or {"q3": 1}))
    score(company)
    assert Portfolio.objects.get().facts["agreement"] is None
