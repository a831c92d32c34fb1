"""The value page: what relationships are worth, who earns and who costs, how good the forecast."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from django.utils import timezone

from customers.models import Customer
from relationships.actions import scoring
from relationships.actions.fitting import fit
from relationships.ahead_page import ahead
from relationships.came_page import came
from relationships.engine.value.correction import Correction
from relationships.engine.value.parts import PARTS
from relationships.forecast_page import tracking
from relationships.models import Portfolio, Profile
from relationships.queries import losers
from relationships.queries.model_card import corrected
from relationships.queries.portfolio import ranks
from relationships.value_page import curve, finding, losing, tenths_of
from relationships.where_page import groups
from relcrm.base.actions.costs import say_cost
from relcrm.base.costs import winning
from relcrm.base.models import Job, User


def group(n: int, each: float, least: float | None = None) -> dict[str, float]:
    low = each if least is None else least
    return {"n": n, "value": n * each, "alive": n / 2, "least": low, "most": each}


def picture(**more) -> Portfolio:
    now = timezone.now()
    likely = {"low": 800.0, "expected": 1000.0, "high": 1200.0}
    friends = {"shown": 60, "members": 70.0, "value": 1000.0, "alive": 50.0} | likely
    facts = {
        "customers": 100, "alive": 80.0, "families": {"friend": friends},
        "value": {"horizon_weeks": 52} | likely, "ranks": [group(10, 100.0 - n) for n in range(10)],
    }  # fmt: skip
    return Portfolio.objects.create(as_of=now.date(), computed_at=now, **(facts | more))


def test_tenths_add_up_to_the_whole():
    tenths = tenths_of([group(1, 100.0 - n) for n in range(100)])
    assert [tenth.people for tenth in tenths] == [10] * 10
    assert sum(tenth.share for tenth in tenths) == pytest.approx(1)
    assert tenths[-1].together == pytest.approx(1)
    assert (tenths[0].most, tenths[0].least) == (100, 91)


def test_fewer_customers_than_tenths_are_shown_as_they_are():
    tenths = tenths_of([group(1, 9.0), group(1, 3.0)])
    assert [(tenth.people, tenth.value) for tenth in tenths] == [(1, 9.0), (1, 3.0)]
    assert tenths_of([]) == []


def test_the_finding_says_who_earns_or_who_costs_or_nothing():
    flat = tenths_of([group(1, 10.0)] * 100)
    steep = tenths_of([group(1, 1000.0)] * 20 + [group(1, 1.0)] * 80)
    nearly = tenths_of([group(1, 40.0)] * 20 + [group(1, 19.96)] * 20 + [group(1, 5.0)] * 60)
    assert nearly[3].together == pytest.approx(0.7999, abs=1e-4)
    assert finding(nearly) == "40 % of customers earn four fifths of the margin"
    costly = tenths_of([group(1, 100.0)] * 90 + [group(1, -50.0)] * 10)
    assert finding(flat) == "80 % of customers earn four fifths of the margin"
    assert finding(steep) == "20 % of customers earn four fifths of the margin"
    assert finding(costly) == (
        "The best tenth earns 12 % of all margin; the last tenth costs money"
    )
    assert finding(tenths_of([group(1, 5.0)])) == ""


def test_the_curve_rises_above_the_whole_where_some_cost():
    found = curve([group(1, 100.0), group(1, 50.0), group(1, -50.0)])
    assert found.top == 156  # 150 of 100, with a little room
    assert found.line.startswith("M0.00 100.00L33.33")
    assert curve([group(1, -1.0)]) is None


def test_those_who_cost_are_counted_through_the_group_in_which_zero_falls():
    assert losing([group(10, 5.0, 1.0), group(10, 1.0, -1.0), group(10, -1.0, -9.0)]) == 15
    assert losing([]) == 0


def test_ranks_hold_everybody_valued_once_best_first(db):
    now = timezone.now()
    for number in range(250):
        made = Customer.objects.create(name=str(number))
        Profile.objects.create(
            customer=made, as_of=now.date(), scored_at=now, family="friend",
            value=None if number < 30 else float(number), alive=0.5,
        )  # fmt: skip
    found = ranks()
    assert len(found) == 100
    assert sum(rank["n"] for rank in found) == 220
    assert sum(rank["value"] for rank in found) == sum(range(30, 250))
    assert found[0]["most"] == 249
    assert found[-1]["least"] == 30


def test_the_page_says_the_sum_the_tenths_and_the_record(as_, root, company, ada, bo, cyd, dan):
    fit(company, as_of=timezone.now().date(), now=timezone.now(), rng=np.random.default_rng(1))
    picture()
    page = as_(root).get("/relationships/value/").content.decode()
    for shown in ("€1,000", "likely €800 to €1,200", "Best tenth", "By family",
                  "Mostly our prior", "4 customers who bought", "Learn again"):  # fmt: skip
        assert shown in page


def test_before_the_first_scoring_it_says_so(as_, nils, company):
    page = as_(nils).get("/relationships/value/").content.decode()
    assert "Nothing has been valued yet" in page
    assert "Learn again" not in page


def test_learning_again_puts_one_job_in_line_and_shows_it(as_, mara, nils, company):
    picture()
    browser = as_(mara)
    for _ in range(2):
        assert browser.post("/relationships/value/learn/").status_code == 302
    assert Job.objects.filter(kind="fit").count() == 1
    assert 'role="progressbar"' in browser.get("/relationships/value/").content.decode()
    assert as_(nils).post("/relationships/value/learn/").status_code == 403


def test_an_expert_does_not_see_the_company(as_, eve, company):
    for page in ("value", "types", "map", "types/R2"):
        assert as_(eve).get(f"/relationships/{page}/").status_code == 403


def scored(company, *people) -> Portfolio:
    now = timezone.now()
    scoring.score_everyone(company, as_of=now.date(), now=now, progress=lambda *args, **more: None)
    return Portfolio.objects.get()


def test_value_is_added_up_by_type_cohort_and_source(company, ada, bo, cyd):
    bo.interactions.update(channel="shop")
    picture = scored(company)
    by = picture.breakdown
    everyone = sum(row["value"] for row in by["cohort"].values())
    assert everyone == pytest.approx(picture.value["expected"])
    assert sum(row["n"] for row in by["source"].values()) == 3
    assert by["source"]["shop"]["n"] == 1
    parts = [sum(row[name] for name in PARTS) for row in by["parts"].values()]
    assert sum(parts) == pytest.approx(picture.value["expected"])
    assert sum(by["stream"]["shares"]) == pytest.approx(1, abs=1e-4)
    assert {*by["streams"]} == {*by["parts"]}
    assert all(sum(of["shares"]) == pytest.approx(1, abs=1e-4) for of in by["streams"].values())
    cohorts = groups(picture, "cohort", frank=True)
    assert sum(one.people for one in cohorts) == 3
    assert {one.name for one in came(picture, {})} == {"Shop", "Not recorded"}


def test_value_by_source_stands_against_what_winning_cost(company, as_, root, ada, bo, cyd):
    bo.interactions.update(channel="shop")
    picture = scored(company)
    shop = picture.breakdown["source"]["shop"]
    assert shop["brought"] == pytest.approx(0.3 * 15)  # a margin of 30 % is assumed
    say_cost("acquisition", "shop", Decimal(2), by=root, now=timezone.now())
    of = {one.key: one for one in came(picture, winning())}
    assert of["shop"].times == pytest.approx((shop["value"] + 4.5) / 2)
    assert (of["shop"].words, of["unknown"].words) == ("too few to say", "")
    page = as_(root).get("/relationships/value/?by=source").content.decode()
    assert "Comes back" in page
    assert "not said" in page
    assert Portfolio.objects.get().value == picture.value  # never inside


def test_when_winning_is_paid_back_is_said_in_words():
    row = {"n": 50, "value": 500.0, "alive": 9.0, "brought": 900.0, "so_far": [5.0, 12.0, 18.0]}
    made = Portfolio(breakdown={"source": {"web": row, "": row | {"n": 0}}})
    words = {cost: came(made, {"web": cost})[0].words for cost in (4, 12, 20)}
    assert words == {4: "with the first order", 12: "after 4 weeks", 20: "not within 8 weeks"}
    assert came(made, {"web": 14})[0].times == pytest.approx(2)  # 18 brought, 10 ahead
    old = Portfolio(breakdown={"source": {"web": {"n": 5, "value": 50.0, "alive": 4.0}}})
    assert came(old, {"web": 4})[0].brought is None  # kept by an earlier version


def test_purchases_to_come_are_drawn_to_the_horizon(company, ada, bo, cyd):
    picture = scored(company)
    drawn = ahead(picture)
    orders = sum(Profile.objects.values_list("expected_orders", flat=True))
    assert drawn.expected == pytest.approx(orders, abs=0.02)
    assert drawn.low < drawn.expected < drawn.high
    assert drawn.weeks == 52
    rows = np.array(drawn.rows)
    assert (np.diff(rows, axis=0) >= 0).all()  # sums never fall
    assert (
        picture.breakdown["losing"]
        == losers.losing(User(role="admin"), frank=True, sees_goods=True).count()
    )


def test_one_window_ago_is_drawn_in_purchases_or_in_money():
    day = (timezone.now().date() - date(1970, 1, 1)).days
    counts = {"expected": [9.0, 20.0], "low": [5.0, 15.0], "high": [15.0, 25.0],
              "bought": [8.0, 28.0]}  # fmt: skip
    of_money = {"expected_spend": [90.0, 20e3], "low_spend": [50.0, 15e3],
                "high_spend": [150.0, 25e3], "spent": [80.0, 18e3]}  # fmt: skip
    proof = {"day": day, "weeks": 2, "customers": 9, "model": "NBD"} | counts | of_money
    drawn, paid = tracking(proof, "EUR"), tracking(proof, "EUR", in_money=True)
    assert drawn.rows[-1] == (2, "20", "15", "25", "28")
    assert paid.rows[-1] == (2, "€20 k", "€15 k", "€25 k", "€18 k")
    assert (drawn.is_inside, paid.is_inside) == (False, True)
    assert (drawn.supposes, drawn.of_ten) == ("Nobody leaves", 8)
    old = {name: proof[name] for name in ("day", "weeks", *counts)}
    assert not tracking(old, "EUR", in_money=True).in_money
    assert tracking(old).of_ten == 9  # kept with the wider band of that version


def test_what_forecasts_are_multiplied_by_is_said():
    by = Correction(purchases=1.098, spend=1.152, learnt_from_day=9, same_season=True)
    assert corrected(by) == (
        "Purchases are multiplied by 1.10 and money by 1.15 because of the same weeks last year."
    )
    assert corrected(Correction()) == ""


def test_an_unsure_beginning_makes_no_hump():
    few = {"expected": [1.0, 2.0, 3.0], "low": [0.2, 0.1, 0.4], "high": [9.0, 7.0, 8.0]}
    made = Portfolio(
        as_of=timezone.now().date(), breakdown={"ahead": few | {"weeks_per_period": 4.0}}
    )
    assert [row[2:] for row in ahead(made).rows] == [(0.2, 7.0), (0.2, 7.0), (0.4, 8.0)]


def test_where_nothing_is_expected_nothing_is_drawn():
    nothing = {"weeks_per_period": 4.0, "expected": [0.0], "low": [0.0], "high": [0.0]}
    assert ahead(Portfolio(breakdown={"ahead": nothing})) is None
    assert ahead(Portfolio()) is None


def test_types_of_trouble_are_not_named_to_who_may_not_see_them():
    made = Portfolio(types={"N4": {"shown": 3, "value": -9.0}, "M1": {"shown": 2, "value": 8.0}})
    assert [one.query for one in groups(made, "type", frank=True)] == ["type=M1", "type=N4"]
    assert [one.query for one in groups(made, "type", frank=False)] == ["type=M1"]


@pytest.mark.parametrize("frank", [True, False])
def test_rows_by_type_add_up_to_everybody(frank):
    families = {
        "negative": {"shown": 5, "value": -12.0}, "marriage": {"shown": 9, "value": 70.0},
        "friend": {"shown": 4, "value": 20.0}, "undetermined": {"shown": 6, "value": 3.0},
        "fling": {"shown": 0, "value": 0.0},
    }  # fmt: skip
    types = {"N4": {"shown": 3, "value": -9.0}, "M1": {"shown": 2, "value": 8.0}}
    rows = groups(Portfolio(types=types, families=families), "type", frank=frank)
    assert sum(one.people for one in rows) == 24
    assert sum(one.value for one in rows) == pytest.approx(81)
    names = ["Only the family is known", "Too early to tell"]
    assert [one.name for one in rows if not one.query and one.name in names] == names
    left = [(one.people, one.value) for one in rows if one.name == "Left to service"]
    assert left == ([] if frank else [(5, -12.0)])


def test_the_page_shows_who_came_again_and_opens_by_each_way(as_, nils, company, ada, bo, cyd):
    scored(company)
    for way in ("type", "persona", "cohort", "source"):
        page = as_(nils).get(f"/relationships/value/?by={way}").content.decode()
        assert "Where value lies" in page
        assert "Who came again" in page
