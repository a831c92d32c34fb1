"""Who is alive: never plain BG/NBD, never a fit that has stopped telling."""

import numpy as np
import pytest

from relationships.engine.value import Histories, alive, bgnbd, defaults
from relationships.engine.value.alive import AliveModel
from relationships.engine.value.bgnbd import BetaGeometric
from relationships.engine.value.models import Facts
from tests.engine.value.conftest import CALIBRATION_ENDS, HOLDOUT_ENDS

BY_HAND = Facts(method="by hand")


def auc(score: np.ndarray, bought: np.ndarray) -> float:
    """Chance that a buyer is ranked above another, ties counting half."""
    order = np.unique(score, return_inverse=True)[1]
    ahead = np.array([(order[bought][:, None] > order[~bought]).mean()])
    level = np.array([(order[bought][:, None] == order[~bought]).mean()])
    return float((ahead + level / 2)[0])


def test_the_rhythm_with_a_pencil():
    """Gaps 10+20 weeks and two borrowed of 9: own gap 12; 24 weeks of silence are one too many."""
    model = AliveModel(leaving=None, mean_gap_weeks=9.0)
    h = Histories.of([2, 0], [30, 0], [54, 9])
    assert model.alive(h) == pytest.approx([2**-0.5, 1.0])


def test_alive_is_the_mean_of_leaving_and_rhythm_on_a_log_scale(cdnow_histories):
    model = alive.fit(cdnow_histories, default=defaults.alive_model())
    expected = model.leaving.probability_alive(cdnow_histories) * model.rhythm(cdnow_histories)
    assert model.alive(cdnow_histories) ** 2 == pytest.approx(expected)


def test_cdnow_one_time_buyers_are_mostly_gone(cdnow_master):
    """14.6 % came back; plain BG/NBD believes in all, MBG/NBD in a third."""
    known, later = (
        cdnow_master.cut(CALIBRATION_ENDS),
        cdnow_master.after(CALIBRATION_ENDS, HOLDOUT_ENDS),
    )
    h = known.histories(CALIBRATION_ENDS)
    once = h.repeats == 0
    came_back = np.isin(known.customers, later.customers)
    assert came_back[once].mean() == pytest.approx(0.1463, abs=1e-3)
    model = alive.fit(h, default=defaults.alive_model())
    assert model.leaving.probability_alive(h)[once].mean() == pytest.approx(0.34, abs=0.01)
    assert model.alive(h)[once].mean() == pytest.approx(0.297, abs=0.01)


def test_alive_ranks_who_comes_back(cdnow, cdnow_histories):
    model = alive.fit(cdnow_histories, default=defaults.alive_model())
    known, later = cdnow.cut(CALIBRATION_ENDS), cdnow.after(CALIBRATION_ENDS, HOLDOUT_ENDS)
    came_back = np.isin(known.customers, later.customers)
    together = auc(model.alive(cdnow_histories), came_back)
    assert together > 0.72
    assert together > auc(model.leaving.probability_alive(cdnow_histories), came_back) + 0.02


@pytest.mark.parametrize(("a", "b"), [(5e-4, 1.0), (0.5, 5e-3), (0.01, 5.0)])
def test_a_degenerate_fit_is_refused(a, b, cdnow_histories):
    fit = BetaGeometric(r=0.5, alpha=6, a=a, b=b, first_may_be_last=True, facts=BY_HAND)
    assert alive.is_degenerate(fit, cdnow_histories)
    model = alive.fit(cdnow_histories, default=defaults.alive_model(), fitted=fit)
    assert model.leaving is None
    assert model.alive(cdnow_histories) == pytest.approx(model.rhythm(cdnow_histories))


def test_a_good_fit_is_trusted(cdnow_histories):
    fit = bgnbd.fit(cdnow_histories, first_may_be_last=True, prior=False)
    assert not alive.is_degenerate(fit, cdnow_histories)
    assert alive.fit(cdnow_histories, default=defaults.alive_model(), fitted=fit).leaving == fit


def test_few_customers_borrow_the_stored_leaving_but_keep_their_own_rhythm(cdnow_histories):
    default = defaults.alive_model()
    few = alive.fit(cdnow_histories.rows(slice(0, 100)), default=default)
    assert few.leaving == default.leaving
    assert few.mean_gap_weeks != default.mean_gap_weeks
    assert alive.fit(Histories.of([], [], []), default=default) == default


def test_alive_models_survive_being_stored(cdnow_histories):
    for model in (
        alive.fit(cdnow_histories, default=defaults.alive_model()),
        AliveModel(leaving=None, mean_gap_weeks=3.0),
    ):
        assert AliveModel.from_json(model.to_json()) == model
