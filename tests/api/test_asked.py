"""What may stand behind the question mark: known parameters are obeyed, others refused by name."""

import pytest

from relationships.models import FittedModel, GapPicture
from relcrm.base.rest.schema import document
from tests.api.test_doors import OPERATIONS
from tests.conftest import NOW, TODAY

# Addresses at which nothing could be asked once, and what was sent there was lost.
SINGLE = [
    *(f"customers/{{}}/profile{more}" for more in ("", "/explanation", "/gap", "/value")),
    "overview", "gaps", "model-card", "costs", "data-richness",
]  # fmt: skip


def test_no_address_swallows_a_parameter_that_it_does_not_know(all_):
    for method, path in OPERATIONS:
        answer = getattr(all_, method)(f"{path}?nonsense=1", {}, format="json")
        where = f"{method} {path}"
        assert answer.status_code == 400, where
        assert answer["Content-Type"] == "application/problem+json", where
        assert [one["field"] for one in answer.json()["errors"]] == ["nonsense"], where


def test_one_thing_that_is_read_says_in_the_document_that_it_takes_fields():
    """Those with an ETag; a few that are computed for what is asked say what they take instead."""
    asked_otherwise = {"/api/v1/customers/{id}/may-contact", "/api/v1/segments/{id}/count"}
    for path, operations in document()["paths"].items():
        if "304" in (said := operations.get("get", {})).get("responses", {}):
            names = {one["name"] for one in said["parameters"]}
            assert "fields" in names or path in asked_otherwise, path


@pytest.fixture
def everything(company, ada, root, judged):
    company.as_of = TODAY
    company.save()
    GapPicture.objects.create(
        as_of=TODAY, computed_at=NOW, sums={"gaps": [], "wishes": [], "treated": [], "held": []},
        proof={"state": "short"},
    )  # fmt: skip
    return ada


@pytest.mark.parametrize("path", SINGLE)
def test_fields_thin_out_every_single_thing(all_, everything, path):
    address = f"/api/v1/{path.format(everything.pk)}"
    whole = all_.get(address)
    if whole.status_code == 404:  # of what is not known yet there is nothing to thin out
        assert path.endswith(("/gap", "/value"))
        return
    names = [*whole.json()]
    thin = all_.get(f"{address}?fields={names[-1]}").json()
    assert thin == {name: whole.json()[name] for name in (names[0], names[-1])}
    strange = all_.get(f"{address}?fields=colour")
    assert strange.status_code == 400
    assert strange.json()["errors"][0]["message"].startswith("There is no colour. Known here:")


def test_an_explanation_says_its_day_and_has_the_scale_of_the_profile(all_, everything):
    here = f"/api/v1/customers/{everything.pk}/profile"
    told = all_.get(f"{here}/explanation").json()
    assert told["as_of"] == TODAY.isoformat()
    places = {place["key"]: place for place in told["dimensions"]}
    assert [*places] == [*all_.get(here).json()["dimensions"]]
    for key, place in places.items():
        lowest = -1 if key == "valence" else 0
        assert lowest <= place["low"] <= place["value"] <= place["high"] <= 1


def test_versions_of_the_forecast_come_page_by_page(all_, company):
    for version in (1, 2, 3):
        FittedModel.objects.create(
            kind="value", name="mbgnbd", version=version, parameters={}, customers=10,
            data_through=TODAY, fitted_at=NOW,
        )  # fmt: skip
    first = all_.get("/api/v1/forecast/versions?limit=2&fields=name").json()
    assert first["results"] == [{"version": 3, "name": "mbgnbd"}, {"version": 2, "name": "mbgnbd"}]
    rest = all_.get(f"/api/v1/forecast/versions?limit=2&cursor={first['next_cursor']}").json()
    assert [one["version"] for one in rest["results"]] == [1]
    assert rest["next_cursor"] is None
