"""Two decide at once which forecast is in use: one after the other, each knowing of the other."""

from datetime import timedelta

import numpy as np
import pytest

from relationships.actions import fitting, refitting
from relationships.models import FittedModel
from relationships.queries.judging import default_models
from relationships.queries.purchases import buyers, sample
from relationships.queries.versions import live_model
from relcrm.base.models import AuditLine
from tests.conftest import NOW, TODAY
from tests.together import one_behind_the_other

pytestmark = pytest.mark.django_db(transaction=True)
VALUE = FittedModel.Kind.VALUE


def version(*, is_current: bool = False) -> FittedModel:
    return fitting.new_version(
        VALUE, is_current=is_current, name="prior", parameters=default_models(TODAY).to_json(),
        data_through=TODAY - timedelta(days=7), fitted_at=NOW, live_from=NOW, log_likelihood=None,
    )  # fmt: skip


@pytest.fixture
def three(company) -> list[FittedModel]:
    return [version(), version(), version(is_current=True)]


def take(model: FittedModel, by) -> None:
    refitting.take_live(model, by=by, as_of=TODAY, now=NOW)


def test_versions_made_at_once_count_on_and_the_later_is_current(company):
    version(is_current=True)
    new = lambda: version(is_current=True)  # noqa: E731 (twice the same)
    assert one_behind_the_other(new, new) == []
    rows = FittedModel.objects.filter(kind=VALUE).order_by("version")
    assert [(one.version, one.is_current) for one in rows] == [(1, False), (2, False), (3, True)]


def test_of_two_taken_live_at_once_the_later_stays_and_knows_of_the_other(three, root):
    first, second, _live = three
    assert one_behind_the_other(lambda: take(first, root), lambda: take(second, root)) == []
    assert live_model() == second
    lines = AuditLine.objects.filter(verb="models.taken_live").order_by("pk")
    assert [line.detail["before"] for line in lines] == [3, 1]


def test_one_is_taken_live_once_and_a_pin_is_taken_off_once(three, root):
    first = three[0]
    refused = one_behind_the_other(lambda: take(first, root), lambda: take(first, root))
    assert refused == ["This forecast is in use already."]
    unpin = lambda: refitting.unpin(by=root, now=NOW)  # noqa: E731 (twice the same)
    assert one_behind_the_other(unpin, unpin) == ["Nothing holds later forecasts up."]
    assert AuditLine.objects.filter(verb="models.unpinned").count() == 1


def test_who_goes_back_while_a_forecast_is_compared_has_it_compared_with_that(
    three, company, root, monkeypatch
):
    """The first contest is with version 3; while it is kept, somebody goes back to version 1."""
    asked, real = [], fitting.contest

    def contest(*args, **more):
        asked.append(live_model().version)
        return real(*args, **more)

    monkeypatch.setattr(fitting, "contest", contest)
    rng = np.random.default_rng(1)
    days = sample(buyers(TODAY), TODAY, rng)
    found = fitting.Learned(default_models(TODAY), days, None, NOW, "asked", None)
    kept = []
    compete = lambda: kept.append(fitting._compete(found, company, rng))  # noqa: E731 (one line)
    assert one_behind_the_other(lambda: take(three[0], root), compete) == []
    assert asked == [3, 1]
    assert (kept[0].verdict["against"], live_model()) == (1, kept[0])
