"""What was published of forecasts set against what came: tables, seasons, chances and bands."""

import csv
import gzip
from functools import cache

import numpy as np
import pytest

from relationships.engine.value import PurchaseDays, bgnbd, paretonbd
from relationships.engine.value.backtest import look_back
from relationships.engine.value.choice import gain_of_leaving
from relationships.engine.value.fitting import Counts
from relationships.engine.value.spread import prospect, purchase_steps
from tests.engine.value.conftest import CALIBRATION_ENDS, DATA, read_purchases
from tests.engine.value.splits import SCALED, SCALES, Split, published, split_at

pytestmark = pytest.mark.one_database  # arithmetic

# Boosted trees, a line through RFM and averages of the prototype: not in the product.
PROTOTYPE_ONLY = {
    "HGB poisson, RFM feats", "HGB poisson, RFM+BTYD feats", "HGB two-part, RFM feats",
    "HGB two-part, RFM+BTYD feats", "OLS on RFM", "average(Pareto+GG, HGB hybrid)",
    "ORACLE: HGB 5-fold on holdout labels",
}  # fmt: skip
COLUMNS = [f"{of} {name}" for of in ("purchases", "spend")
           for name in ("MAE", "RMSE", "correlation", "bias", "best tenth", "Gini")]  # fmt: skip


@cache
def shop(name: str) -> PurchaseDays:
    if name == "CDNOW sample":
        return read_purchases("cdnow_sample.csv.gz", "sample_id")
    if name == "CDNOW master":
        return read_purchases("cdnow_master.csv.gz", "customer_id")
    return read_purchases("online_retail_ii_uk_days.csv.gz", "customer_id")


@cache
def split(name: str) -> Split:
    """The days of the tables: the middle of CDNOW, and so many weeks before the last day."""
    purchases = shop(name.split(",")[0])
    if name.startswith("CDNOW"):
        return split_at(purchases, CALIBRATION_ENDS, 39)
    weeks = int(name.split(" ")[3])
    return split_at(purchases, int(purchases.day.max()) - 7 * weeks, weeks)


SPLITS = tuple(SCALES)


def differing(name: str, row: str, columns: list[float], *, within: float = 1e-3) -> list[str]:
    """The columns that are not those published; `within` of what is below 10, else a share."""
    told = published()[name, row]
    return [
        f"{row}, {column}: {ours:.4f}, published {theirs}"
        for column, ours, theirs in zip(COLUMNS, columns, told, strict=True)
        if not (np.isnan(ours) and np.isnan(theirs))
        and abs(ours - theirs) > within * max(1.0, abs(theirs) / 10)
    ]


@pytest.mark.slow  # every model on up to 23,570 customers, once for all that follows
@pytest.mark.parametrize("name", SPLITS)
def test_the_table_of(name):
    """Every row that the product can make, all twelve columns. The hiatus rule is another one:
    ours waits for nine in ten of usual gaps."""
    at = split(name)
    rows = at.forecasts()
    del rows["hiatus rule (active -> past rate)"]
    scale, (purchases, spend) = SCALES[name], rows["Pareto/NBD (+GG)"]
    rows[SCALED] = (scale[0] * purchases, scale[1] * spend)
    assert not [wrong for row, forecast in rows.items()
                for wrong in differing(name, row, at.columns(row, *forecast))]  # fmt: skip


def test_the_hiatus_rule_as_published_waits_for_thirty_weeks():
    """On the CDNOW sample; by how long it waited on the others is not known."""
    at, row = split("CDNOW sample"), "hiatus rule (active -> past rate)"
    forecast, spend = at.forecasts()["naive: past rate x H"]
    bought_lately = at.h.age - at.h.last_seen < 30
    columns = at.columns(row, forecast * bought_lately, spend * bought_lately)
    assert not differing("CDNOW sample", row, columns)


def test_rows_that_are_not_made_are_those_of_the_prototype():
    made = {*split("CDNOW sample").forecasts(), SCALED}
    assert {row for _, row in published()} == made | PROTOTYPE_ONLY


def test_all_purchases_teach_spend_better_than_repeats_alone():
    """Spend RMSE 2,663 against 3,036 on Online Retail II, Gini .720 against .684 on CDNOW."""
    told = published()
    every, repeats = "Pareto/NBD (+GG)", "Pareto/NBD +GG(repeat only)"
    weeks = "Online Retail II, 39 weeks"
    assert [round(told[weeks, row][7]) for row in (every, repeats)] == [2663, 3036]
    assert [told["CDNOW master", row][11] for row in (every, repeats)] == [0.720, 0.684]


@pytest.fixture(scope="module")
def seasons():
    """BG/NBD at six ends of a quarter, the last 91 days before the last day."""
    purchases = shop("Online Retail II")
    days = int(purchases.day.max()) - 91 * np.arange(6, 0, -1)
    rng = np.random.default_rng(1)
    return [look_back(purchases, day=int(d), weeks=13, rng=rng, only=("BG/NBD",)) for d in days]


def test_seasons_of_online_retail(seasons):
    lines = [origin.line("BG/NBD") for origin in seasons]
    bought = [o.actual_purchases / line.purchases for o, line in zip(seasons, lines, strict=True)]
    paid = [o.actual_spend / line.spend for o, line in zip(seasons, lines, strict=True)]
    assert bought == pytest.approx([0.873, 1.286, 0.500, 0.803, 0.823, 1.295], abs=6e-4)
    assert paid == pytest.approx([0.928, 1.527, 0.519, 0.805, 0.845, 1.662], abs=6e-4)


def test_the_same_season_of_a_year_before_corrects_the_last():
    """From −22.8 to −.7 % (spend −39.8 to −8.1 %), RMSE 1.168 to 1.112 and 3,203 to 2,998."""
    at, row = split("Online Retail II, 13 weeks"), "BG/NBD (+GG)"
    purchases, spend = at.forecasts()[row]
    told = published()["Online Retail II, 13 weeks", row]
    assert [told[i] for i in (1, 3, 7, 9)] == [1.168, -22.809, 3203.172, -39.835]
    after = at.columns(row, 1.286 * purchases, 1.527 * spend)
    assert after[3] == pytest.approx(-0.7, abs=0.05)
    assert after[9] == pytest.approx(-8.1, abs=0.05)
    assert [after[1], after[7]] == pytest.approx([1.112, 2998], rel=5e-4)


def test_factors_of_the_second_half_of_history():
    """Published 1.139 for Pareto/NBD and .996 for BG/NBD on the CDNOW master; ours, from the
    middle of the 39 weeks, to a hundredth."""
    known = shop("CDNOW master").cut(CALIBRATION_ENDS)
    rng, days = np.random.default_rng(1), (CALIBRATION_ENDS - int(known.day.min())) / 2
    origin = look_back(
        known, day=CALIBRATION_ENDS - round(days), weeks=days / 7, rng=rng,
        only=("BG/NBD", "Pareto/NBD"),
    )  # fmt: skip
    factors = [origin.actual_purchases / origin.line(m).purchases for m in ("Pareto/NBD", "BG/NBD")]
    assert factors == pytest.approx([1.139, 0.996], abs=0.01)


def test_the_chance_of_any_purchase_is_too_low_at_the_bottom_and_right_at_the_top():
    """Published for the CDNOW master, by 400 draws: .06 said and .14 seen in the lowest tenths,
    .784 and .799 in the best; ours by formula .074 and .147, .782 and .802."""
    at = split("CDNOW master")
    said = at.models["Pareto/NBD"].at_least(1, at.h, at.weeks)
    tenths = np.array_split(np.argsort(said, kind="stable"), 10)
    lowest, best = (
        (said[rows].mean(), np.mean(at.bought[rows] > 0)) for rows in (tenths[0], tenths[-1])
    )
    assert lowest == pytest.approx((0.074, 0.147), abs=1e-3)
    assert best == pytest.approx((0.782, 0.802), abs=1e-3)
    assert best == pytest.approx((0.784, 0.799), abs=0.004)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("CDNOW sample", 0.88, 0.93), ("Online Retail II, 39 weeks", 0.91, 0.94)],
)
def test_bands_of_whole_purchases_hold_too_many(name, low, high):
    """80 % bands of counts held .88 to .93 on CDNOW and .91 to .94 on Online Retail II."""
    at = split(name)
    for model in ("BG/NBD", "Pareto/NBD"):
        share = np.mean(inside_counts(at, model))
        assert low - 0.005 <= share <= high + 0.005, model


def inside_counts(at: Split, model: str):
    """Whether each count lies between its 10 % and its 90 % point."""
    of = at.models[model]
    some = at.bought > 0
    at_most_before = np.zeros(len(at.h))
    at_most_before[some] = 1 - of.at_least(at.bought[some], at.h.rows(some), at.weeks)
    at_most = 1 - of.at_least(at.bought + 1, at.h, at.weeks)
    return (at_most >= 0.1) & (at_most_before < 0.9)


def test_bands_of_spend_are_missed_on_the_upper_side():
    """Published .87 and .86 held, 13 to 14 % above; ours on the two CDNOW files .863 and .854, 13.7
    and 14.5 % above (by formula, not by 400 draws)."""
    found = [above_and_inside(split(name)) for name in ("CDNOW sample", "CDNOW master")]
    assert [inside for _, inside in found] == pytest.approx([0.863, 0.854], abs=1e-3)
    assert [above for above, _ in found] == pytest.approx([0.137, 0.145], abs=1e-3)


def above_and_inside(at: Split) -> tuple[float, float]:
    count = at.h.repeats + 1
    unique, inverse = at.h.grouped()
    chance, steps = purchase_steps(at.models["Pareto/NBD"], unique, at.weeks)
    ahead = prospect(
        at.spend, chance[inverse], steps[inverse], bought=count, mean=at.mean,
        gain=np.ones(len(count)), cost=np.zeros(len(count)),
    )  # fmt: skip
    low, high = ahead.quantile(0.1), ahead.quantile(0.9)
    return float(np.mean(at.paid > high)), float(np.mean((at.paid >= low) & (at.paid <= high)))


@pytest.mark.parametrize(
    ("model", "band"), [("BG/NBD", (1550, 1774)), ("Pareto/NBD", (1496, 1859))]
)
def test_bands_from_parameters_alone_miss_what_came(model, band):
    """The sum over the CDNOW sample, parameters drawn from their normal approximation (200 draws
    move the ends by one or two in a hundred)."""
    at = split("CDNOW sample")
    fitted, h = at.models[model], at.h.grouped().unique
    rng, theta = np.random.default_rng(1), np.log(list(fitted.parameters.values()))
    totals = []
    for drawn in rng.multivariate_normal(theta, covariance(model, theta, h), 200):
        numbers = dict(zip(fitted.NAMES, np.exp(drawn), strict=True))
        other = {"first_may_be_last": False} if model == "BG/NBD" else {}
        drawn_model = type(fitted)(**numbers, **other, facts=fitted.facts)
        totals.append(drawn_model.expected_repeats(h, at.weeks) @ h.weights)
    assert np.percentile(totals, [5, 95]) == pytest.approx(band, rel=0.02)
    assert at.bought.sum() == 1882 > band[1]


def covariance(model, theta, h):
    counts, step = Counts.of(h), 1e-4

    def slope(at):
        if model == "BG/NBD":
            return bgnbd._log_likelihood(0, at, h, counts)[1]
        return paretonbd._log_likelihood(at, h, counts)[1]

    each = step * np.eye(len(theta))
    bends = np.array([(slope(theta + e) - slope(theta - e)) / (2 * step) for e in each])
    return np.linalg.inv(-(bends + bends.T) / 2)


def test_online_retail_shows_no_churn_in_its_first_weeks():
    """After 36 weeks: every model with leaving ends where NBD does."""
    purchases = shop("Online Retail II")
    at = split_at(purchases, int(purchases.day.min()) + 7 * 36, 13)
    assert gain_of_leaving(at.models) < 2


def test_what_came_back_to_online_retail():
    """Net spend of nothing or less: published 50 of 4,372; to the cent 55, as sums in floating
    point leave five who got all their money back a trifle above zero. Returned something 36.3 %;
    returns 6.9 % of gross; 1.5 % lose money at a margin of 30 %, 5 an order and 10 a return, 3.6 %
    at 20 %, 10 and 15."""
    with gzip.open(DATA / "online_retail_customers.csv.gz", "rt") as lines:
        rows = [[float(x) for x in row.values()] for row in csv.DictReader(lines)]
    _, bought, orders, returned, returns = np.array(rows).T
    kept = np.round(bought - returned, 2)
    assert len(rows) == 4372
    assert (np.sum(kept <= 0), np.sum(kept < 0)) == (55, 41)
    assert np.mean(returns > 0) == pytest.approx(0.363, abs=5e-4)
    assert returned.sum() / bought.sum() == pytest.approx(0.069, abs=5e-4)
    for margin, order, back, losing in ((0.3, 5, 10, 0.015), (0.2, 10, 15, 0.036)):
        worth = margin * kept - order * orders - back * returns
        assert np.mean(worth < 0) == pytest.approx(losing, abs=5e-4)
