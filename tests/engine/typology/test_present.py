"""A type is what the relationship is now: habits of late, and failures not put right."""

import numpy as np

from relationships.engine.typology import Calibration, default_spec, typology
from relationships.engine.typology.changes import a_repair
from relationships.engine.typology.channels import in_season, log_likelihoods, unsettled
from relationships.engine.typology.classify import posterior_of
from tests.engine.typology.cast import EVERYTHING, complaint, event, known, purchase

KEYS = typology().keys
BOUGHT = [purchase(600), *(purchase(40 * at) for at in range(1, 10))]


def chance(evidence, key: str) -> float:
    said = posterior_of(evidence, Calibration(), default_spec(), typology())
    return float(said[0, KEYS.index(key)])


def test_visits_of_more_than_a_year_ago_are_no_habit() -> None:
    looked_in = [*BOUGHT, *(event("visit", 400 + at) for at in range(60))]
    quiet = log_likelihoods(known(BOUGHT), default_spec(), Calibration())["visits"]
    once = log_likelihoods(known(looked_in), default_spec(), Calibration())["visits"]
    np.testing.assert_array_equal(quiet, once)


def test_who_waits_for_us_to_put_something_right_is_let_down() -> None:
    waits = known(BOUGHT, complaints=[complaint(20)])
    settled = known(BOUGHT, complaints=[complaint(20, resolved_day=19_983, satisfied=1.0)])
    refused = known(BOUGHT, complaints=[complaint(20, resolved_day=19_983, satisfied=0.0)])
    assert waits["complaints_unsettled"].tolist() == refused["complaints_unsettled"].tolist() == [1]
    assert settled["complaints_unsettled"].tolist() == [0]
    assert chance(waits, "N1") > 3 * chance(settled, "N1")


def test_broken_promises_open_a_type_and_are_counted_only_where_no_complaints_are() -> None:
    """Most hurt nobody enough to complain: beside complaints they would drown them."""
    broken = [*BOUGHT, event("promise_broken", 20, category="in-time")]
    plain, let_down = known(BOUGHT), known(broken)
    assert (chance(plain, "N1"), chance(let_down, "N1") > 0) == (0, True)
    np.testing.assert_array_equal(unsettled(let_down)[0], unsettled(plain)[0])
    alone = {name: w for name, w in EVERYTHING.items() if name != "complaints"}
    assert unsettled(known(broken, connected=alone))[0].tolist() == [1]
    neither = {name: w for name, w in alone.items() if name != "promises"}
    assert unsettled(known(broken, connected=neither))[0].tolist() == [0]


def test_a_repair_and_a_year_settle_it() -> None:
    waits = known(BOUGHT, complaints=[complaint(20)])
    repaired = a_repair(waits, Calibration())
    assert repaired["complaints_unsettled"].tolist() == [0]
    assert chance(repaired, "N1") < chance(waits, "N1")
    assert known(BOUGHT, complaints=[complaint(500)])["complaints_unsettled"].tolist() == [0]


def test_nobody_is_judged_by_the_seasons_of_others() -> None:
    """Likelihoods are worked out once for equal customers; halves of orders would be mixed up."""
    half = [purchase(700), purchase(500), purchase(340), purchase(100)]
    even = [purchase(25 * at) for at in range(30)]
    connected = {"purchases": np.inf, "season": np.inf}
    alone = known(half, connected=connected)
    among = known(half, even, connected=connected)
    assert (in_season(among)[0] % 1 == 0).all()
    said = [log_likelihoods(e, default_spec(), Calibration())["season"][0] for e in (alone, among)]
    np.testing.assert_array_equal(*said)
