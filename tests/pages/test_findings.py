"""Headings that state a finding are computed by rule, and silent where there is none."""

from feedback.queries import Counts
from relationships.naming import ORDER, families_name
from relcrm.pages import findings

NAMES = {family: families_name(family, frank=True) for family in ORDER}


def people(**shares: float) -> dict[str, float]:
    return {family: 1000 * shares.get(family, 0.0) for family in ORDER}


THEN = people(marriage=0.12, friend=0.27, fling=0.21, distant=0.33, negative=0.07)


def test_the_largest_gain_and_loss_are_named_in_points():
    now = people(marriage=0.12, friend=0.25, fling=0.22, distant=0.34, negative=0.07)
    assert findings.mix(NAMES, now, THEN) == "Friends lost 2.0 points, flings gained 1.0"


def test_equal_gain_and_loss_are_said_once():
    now = people(marriage=0.12, friend=0.254, fling=0.226, distant=0.33, negative=0.07)
    assert findings.mix(NAMES, now, THEN) == "Friends lost 1.6 points, flings gained as many"


def test_unequal_sides_are_both_said_and_a_small_one_is_left_out():
    now = people(marriage=0.13, friend=0.30, fling=0.20, distant=0.31, negative=0.06)
    assert findings.mix(NAMES, now, THEN) == "Distant lost 2.0 points, friends gained 3.0"
    now = people(marriage=0.12, friend=0.30, fling=0.20, distant=0.32, negative=0.06)
    assert findings.mix(NAMES, now, THEN) == "Friends gained 3.0 points"


def test_a_change_of_a_few_people_is_no_finding():
    small = {family: count / 50 for family, count in THEN.items()}  # 20 customers
    moved = small | {"friend": small["friend"] - 1, "fling": small["fling"] + 1}
    assert findings.mix(NAMES, moved, small) == "The mix has held steady"
    assert findings.direction(NAMES, moved, small) == "The mix of relationships has held steady."


def test_without_a_past_the_leading_families_are_named():
    assert findings.mix(NAMES, THEN, {}) == "Distant 33 %, friends 27 %: the two largest families"
    most = people(distant=0.7, friend=0.3)
    assert findings.mix(NAMES, most, {}) == "Distant: 70 % of all relationships"
    assert findings.direction(NAMES, THEN, {}) == ""


def test_nothing_is_said_of_nobody():
    assert findings.mix(NAMES, people(), {}) == ""


def test_the_fewest_families_that_earn_most_are_named_with_their_share_of_customers():
    value = {"marriage": 70.0, "friend": 20.0, "fling": 10.0}
    crowd = {"marriage": 10.0, "friend": 40.0, "fling": 50.0}
    said = findings.money(NAMES, value, crowd)
    assert said == "Marriages, 10 % of customers, earn 70 % of the margin"
    shared = {"marriage": 40.0, "friend": 35.0, "fling": 25.0}
    said = findings.money(NAMES, shared, crowd)
    assert said == "Marriages and friends, 50 % of customers, earn 75 % of the margin"


def test_margin_that_belongs_to_no_family_yet_is_not_claimed_for_one():
    value = {"marriage": 40.0, "undetermined": 60.0}
    said = findings.money(NAMES, value, {"marriage": 4.0, "undetermined": 96.0})
    assert said == "Too early to tell for 60 % of the margin"
    value = {"marriage": 65.0, "undetermined": 35.0}
    said = findings.money(NAMES, value, {"marriage": 4.0, "undetermined": 96.0})
    assert said == "Marriages, 4 % of customers, earn 65 % of the margin"


def test_losses_elsewhere_are_not_hidden_behind_more_than_all():
    said = findings.money(NAMES, {"friend": 12.0, "negative": -2.0}, {"friend": 5, "negative": 5})
    assert said == "Friends earn all of the margin, and pay for the rest"


def test_no_margin_is_said_plainly():
    assert findings.money(NAMES, {"friend": 0.0}, {"friend": 5}) == "No margin is expected yet"


def test_the_desk_says_what_comes_first():
    assert "One complaint is overdue" in findings.complaints(Counts(5, 1, 0, 2, 0))
    assert "2 of 5 open complaints belong to nobody" in findings.complaints(Counts(5, 0, 0, 2, 0))
    assert findings.complaints(Counts(5, 0, 5, 0, 0)) == ""
