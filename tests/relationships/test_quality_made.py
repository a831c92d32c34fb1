"""How the judgement is made and how it does on real purchases: the page, the query and the API."""

from dataclasses import replace
from datetime import timedelta

import pytest

from relationships.engine.evaluation import measured
from relationships.engine.typology import Calibration
from relationships.models import FittedModel
from relationships.queries.quality import quality
from relcrm.base.models import Company
from tests.conftest import NOW, TODAY
from tests.relationships.test_data_and_quality import QUALITY, seen


@pytest.fixture
def shop(company):
    company.as_of = TODAY
    company.save()
    return company


def calibrated(
    version, through, *, current, multipliers, edition=1, report=None, held_at=None
):  # fmt: skip
    found = replace(
        Calibration(), cycle_weeks=5.0, multipliers=multipliers, spec_version=edition, customers=90
    )
    FittedModel.objects.create(
        kind="calibration", version=version, name="channels", parameters=found.to_json(),
        customers=90, data_through=through, fitted_at=NOW, is_current=current,
        report=report or {}, held_at=held_at,
    )  # fmt: skip


def test_the_calibration_shown_is_the_one_in_use_and_not_the_newest(as_, mara, shop):
    calibrated(4, TODAY - timedelta(days=40), current=True, multipliers={"visits": 3.0})
    calibrated(5, TODAY, current=False, multipliers={"visits": 0.2})
    page = seen(as_(mara), QUALITY)
    assert "Version 4, from 90 customers through 21 January 2026" in page
    assert "In use now." in page
    assert "3.0 times as often as the book says" in page


def test_one_that_would_call_many_otherwise_waits_and_the_page_warns(as_, mara, shop):
    calibrated(4, TODAY - timedelta(days=40), current=True, multipliers={},
               report={"ari": 0.991, "changed": 0.004})  # fmt: skip
    page = seen(as_(mara), QUALITY)
    assert "0.4 %" in page.replace("\xa0", " ")
    assert "so it waits" not in page
    calibrated(5, TODAY, current=False, multipliers={}, report={"ari": 0.83, "changed": 0.21},
               held_at=NOW)  # fmt: skip
    assert quality(shop, TODAY).calibrated.version == 4
    assert "(alike 0.83, below 0.95), so it waits" in seen(as_(mara), QUALITY)


def test_on_an_earlier_day_the_calibration_is_the_one_known_then_and_says_so(shop):
    assert quality(shop, TODAY).calibrated is None
    calibrated(3, TODAY - timedelta(days=60), current=False, multipliers={})
    calibrated(4, TODAY, current=True, multipliers={})
    then, now = quality(shop, TODAY - timedelta(days=1)).calibrated, quality(shop, TODAY).calibrated
    assert (then.version, then.is_current) == (3, False)
    assert (now.version, now.is_current) == (4, True)


def test_a_calibration_of_another_edition_says_what_of_it_is_left_out(as_, mara, key_for, root,
                                                                      shop):  # fmt: skip
    calibrated(4, TODAY, current=True, multipliers={"visits": 3.0}, edition=2)
    page = seen(as_(mara), QUALITY)
    assert "Made under another edition" in page
    assert "3.0 times" not in page
    made = key_for(root, "reports:read").get("/api/v1/model-card").json()["model_details"]
    assert (made["calibration"], made["calibration_in_use"], made["calibration_of_edition"]) == (
        4, True, False,
    )  # fmt: skip
    assert made["multipliers"] == {}


def test_an_edition_that_is_gone_is_said_and_the_shipped_one_is_shown(as_, root, shop):
    Company.objects.update(specification_version=7)
    page = seen(as_(root), QUALITY)
    assert "Edition 1: As it comes with relcrm" in page
    assert "It cannot be used" in page
    assert "Edition 7 is not on record any more." in page


def test_real_purchases_stand_on_the_page_reached_or_missed(as_, mara, key_for, root, company):
    files = measured.kept()["files"]
    page = seen(as_(mara), QUALITY)
    assert "How it does on real purchases" in page
    for one in files:
        checks = {line["check"]: line for line in one["checks"]}
        own = checks[f"soft AUC, aim for {one['name']}"]
        word = "reached" if own["reached"] else "missed"
        aim = f"at least {100 * float(own['target'].split()[1]):.1f} %"
        assert f"{100 * own['figure']:.1f} % <small>{aim}</small> <span" in page
        assert page.split(f"<small>{aim}</small>")[1].split("</td>")[0].count(word) == 1
        told = checks["labels that change in a month"]
        word = "reached" if told["reached"] else "missed"
        cell = page.split(f'data-where="{one["name"]}">{100 * told["figure"]:.1f} % <span')[1]
        assert word in cell.split("</td>")[0]
    assert "50.0 % ± 0.5 %" in page
    assert "at least 2.5 points" in page
    assert "United Kingdom" in page
    told = key_for(root, "reports:read").get("/api/v1/model-card").json()
    assert told["quantitative_analyses"]["files"] == files
    assert told["quantitative_analyses"]["specification"] == measured.fingerprint()
