"""What if margins, prices, leaving or the discount were other? The card on the value page."""

from decimal import Decimal

import pytest

from relationships.engine.value import PARTS
from relationships.models import Portfolio
from relationships.other_terms import what_if, wish
from tests.relationships.test_value_page import scored


def test_what_if_answers_from_stored_sums_alone(
    as_, nils, company, ada, bo, cyd, django_assert_max_num_queries
):
    picture = scored(company)
    browser = as_(nils)
    address, change = "/relationships/value/what-if/", "?margin=45&stay=20&discount=5"
    assert browser.get(address + change).url == f"/relationships/value/{change}#terms"
    with django_assert_max_num_queries(6):
        piece = browser.get(address + change, headers={"HX-Request": "true"})
    assert "now €" in piece.content.decode()
    usual = other(picture, company)
    assert not usual.is_changed
    assert usual.whole.then == pytest.approx(picture.value["expected"])
    assert usual.low == pytest.approx(picture.value["low"])
    more = other(picture, company, margin="45")
    assert more.whole.then > 1.4 * usual.whole.then
    assert more.whole.more == pytest.approx(sum(one.more for one in more.families))


def other(picture, company, **asked):
    return what_if(picture, wish(asked, picture, company), company, frank=True)


def test_another_margin_is_measured_from_the_one_that_holds_for_these_people(company):
    few = {"sales": 100.0, "goods": -88.0, **dict.fromkeys(("orders", "returned", "handling"), 0.0),
           **dict.fromkeys(("service", "remedies", "messages", "discounting"), 0.0)}  # fmt: skip
    more = few | {"sales": 300.0, "goods": -240.0}
    picture = Portfolio(
        breakdown={"parts": {"friend": few, "fling": more},
                   "stream": {"shares": [1.0], "weeks_per_period": 4.0, "discount": 0.1}},
        value={"low": 50.0, "expected": 72.0, "high": 90.0},
    )  # fmt: skip
    assert company.margin == pytest.approx(Decimal("0.3"))  # and yet 18 of 100 are left
    fields = {name: typed for name, _label, typed, _wrong in wish({}, picture, company).fields}
    assert fields["margin"] == "18"
    assert not other(picture, company, **fields).is_changed
    # Two points more of 400, for everybody alike.
    assert other(picture, company, margin="20").whole.more == pytest.approx(8.0)
    # Prices a tenth lower: 40 less comes in, what was sold costs as much: 72 − 40.
    assert other(picture, company, off="10").whole.then == pytest.approx(32.0)


def test_keeping_more_adds_most_to_the_family_that_leaves_soonest(company):
    alike = {"sales": 100.0, "goods": -60.0} | {
        name: 0.0 for name in PARTS if name not in ("sales", "goods")
    }
    soon, late = ({"shares": shares, "weeks_per_period": 52.0, "discount": 0.1}
                  for shares in ([0.8, 0.15, 0.05], [0.34, 0.33, 0.33]))  # fmt: skip
    picture = Portfolio(
        breakdown={"parts": {"friend": alike, "fling": alike}, "stream": late,
                   "streams": {"friend": late, "fling": soon}},
        value={"low": 50.0, "expected": 80.0, "high": 90.0},
    )  # fmt: skip
    more = {one.family: one.more for one in other(picture, company, stay="20").families}
    assert more["fling"] > 5 > abs(more["friend"])


@pytest.mark.parametrize(
    ("field", "typed", "called"),
    [
        ("margin", "-5", "Margin"), ("margin", "150", "Margin"),
        ("discount", "1000", "Later money"),
        ("stay", "101", "Fewer who leave"), ("stay", "-1", "Fewer who leave"),
        ("off", "nan", "Off every price"), ("off", "1e999", "Off every price"),
        ("margin", "much", "Margin"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_the_name_of_its_field(field, typed, called, company):
    picture = Portfolio(breakdown={}, value={"low": 0.0, "expected": 0.0, "high": 0.0})
    found = wish({field: typed}, picture, company)
    assert list(found.wrong) == [field]
    assert called in found.wrong[field]
    assert "write a number from 0 to" in found.wrong[field]
    assert getattr(found, field) == getattr(wish({}, picture, company), field)


def test_whatever_is_typed_there_is_a_page_and_no_sum_of_it(as_, nils, company, ada, bo):
    scored(company)
    wrong = dict.fromkeys(("margin", "stay", "off", "discount"), "-5")
    reply = as_(nils).get("/relationships/value/", wrong | {"by": "nan"})
    page = reply.content.decode()
    assert page.count('aria-invalid="true"') == 4
    assert page.count("data-field=") == 4
    answer = page.split('id="outcome"')[1].split("</section>")[0]
    assert "<table" not in answer
