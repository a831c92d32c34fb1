"""Judgements through the API: who sees what of whom, and negative types by name to few."""

import pytest

from relationships.models import Persona, Portfolio, Profile, ProfileChange
from tests.conftest import NOW, TODAY

ADDRESS = "/api/v1/profiles"


@pytest.fixture
def marketing(as_, mara, judged):
    return as_(mara)


def test_a_profile_says_label_chances_dimensions_and_value(all_, judged, ada):
    found = all_.get(f"/api/v1/customers/{ada.pk}/profile").json()
    assert (found["family"], found["type"], found["name"]) == ("friend", "R2", "Ada Novak")
    assert found["probabilities"]["friend"] == 0.5
    assert found["dimensions"]["valence"] == {"value": 0.1, "standard_error": 0.1}
    assert found["value"] == {"low": 102.5, "expected": 112.5, "high": 122.5}
    assert found["revenue"] == "120.00"


def test_who_was_not_scored_has_no_profile(all_, ada):
    assert all_.get(f"/api/v1/customers/{ada.pk}/profile").status_code == 404


def test_the_most_valuable_come_first_and_page_by_page(all_, judged, ada, cyd, dan):
    found, cursor = [], {}
    while cursor is not None:
        page = all_.get(ADDRESS, {"order": "-value", "limit": 1} | cursor).json()
        found += [row["customer"] for row in page["results"]]
        cursor = page["next_cursor"] and {"cursor": page["next_cursor"]}
    assert found == [ada.pk, dan.pk, cyd.pk]  # nobody knows yet what Bo is worth


@pytest.mark.parametrize(
    ("query", "who"),
    [
        ("family=friend", {"ada"}),
        ("family=undetermined", {"bo"}),
        ("type=N5", {"dan"}),
        ("next_step=let_go", {"cyd"}),
        ("value_least=50", {"ada", "dan"}),
        ("value_most=50", {"cyd"}),
        ("alive_least=0.95", set()),
    ],
)
def test_profiles_are_filtered(all_, judged, query, who):
    found = {row["customer"] for row in all_.get(f"{ADDRESS}?{query}").json()["results"]}
    assert found == {judged[name].pk for name in who}


def test_a_marketer_sees_that_service_has_him_and_nothing_more(marketing, dan):
    found = marketing.get(f"/api/v1/customers/{dan.pk}/profile").json()
    assert (found["family"], found["type"]) == ("leave_to_service", None)
    assert found["probabilities"] is found["dimensions"] is found["next_step"] is None
    assert "negative" not in marketing.get(f"{ADDRESS}?family=leave_to_service").content.decode()


def test_a_marketer_cannot_look_for_negative_types(marketing):
    assert marketing.get(f"{ADDRESS}?type=N5").status_code == 403
    assert marketing.get(f"{ADDRESS}?family=negative").status_code == 403
    assert marketing.get("/api/v1/targeting?types=N5").status_code == 403


def test_nobody_can_reckon_the_share_of_negative_without_the_right(all_, marketing, ada):
    address = f"/api/v1/customers/{ada.pk}/profile"
    assert all_.get(address).json()["probabilities"]["negative"] == 0.25
    *others, negative = marketing.get(address).json()["probabilities"].values()
    assert negative is None
    assert sum(others) == 1


def test_of_a_label_in_doubt_no_chances_and_no_reasons_are_told(all_, marketing, bo):
    address = f"/api/v1/customers/{bo.pk}/profile"
    assert all_.get(address).json()["probabilities"]["negative"] == 0.25
    assert marketing.get(address).json()["probabilities"] is None
    frank, other = (key.get(f"{address}/explanation").json() for key in (all_, marketing))
    assert frank["likely"]
    assert other["likely"] == other["why"] == other["against"] == other["would_change"] == []
    assert [one["key"] for one in other["dimensions"]] == ["valence", "closeness", "intensity"]


def test_saying_what_somebody_is_does_not_open_what_is_in_doubt(all_, marketing, bo):
    Profile.objects.filter(pk=bo.pk).update(family="friend", type="R2", own_family="undetermined")
    address = f"/api/v1/customers/{bo.pk}/profile"
    assert all_.get(address).json()["probabilities"]["negative"] == 0.25
    assert marketing.get(address).json()["probabilities"] is None
    assert marketing.get(f"{address}/explanation").json()["likely"] == []
    assert "is not shown here" in marketing.get(f"/customers/{bo.pk}/").content.decode()


@pytest.mark.parametrize("query", ["next_step=repair", "next_step=repair&order=-value"])
def test_nobody_finds_by_what_is_withheld(all_, marketing, dan, query):
    found = all_.get(f"{ADDRESS}?{query}").json()["results"]
    assert [row["customer"] for row in found] == [dan.pk]
    assert marketing.get(f"{ADDRESS}?{query}").json()["results"] == []


def test_the_whole_and_personae_call_the_family_as_profiles_do(all_, marketing):
    Portfolio.objects.update(families={"negative": {"shown": 1, "value": 2.0}})
    Persona.objects.update(families={"negative": 0.25})
    for browser, family in ((all_, "negative"), (marketing, "leave_to_service")):
        assert [*browser.get("/api/v1/overview").json()["families"]] == [family]
        assert browser.get("/api/v1/personae").json()["results"][0]["families"] == {family: 0.25}


def test_what_complaints_and_promises_moved_is_told_by_right(judged, ada, key_for, root, as_, nils):
    moved = [
        {"code": code, "numbers": {"count": 1, "orders": 4, "weeks": 9}, "strength": 1.0}
        for code in ("complaints", "promises", "purchases")
    ]
    ProfileChange.objects.create(
        customer=ada, on=TODAY, recorded_at=NOW, family="friend", type="R2", old_family="fling",
        reason={"mechanism": "endowment", "moved": moved},
    )  # fmt: skip
    address = f"/api/v1/customers/{ada.pk}/profile/history"
    for scopes, left in (
        ((), {"purchases"}),
        (("complaints:read",), {"complaints", "purchases"}),
        (("complaints:read", "promises:read"), {"complaints", "promises", "purchases"}),
    ):
        (line,) = key_for(root, "customers:read", *scopes).get(address).json()["results"]
        assert {one["code"] for one in line["reason"]["moved"]} == left
        assert len(line["reason"]["says"]) == len(left - {"promises"})  # they only move the mood
    timeline = f"/api/v1/customers/{ada.pk}/timeline?kind=turns"
    keys = [key_for(root, "interactions:read", *more) for more in ((), ("complaints:read",))]
    told = [key.get(timeline).json()["results"][0]["detail"] for key in keys]
    assert ["complain" in words for words in told] == [False, True]
    assert "complained once" not in as_(nils).get(f"/customers/{ada.pk}/timeline/").content.decode()


def test_history_names_negative_types_to_few(all_, marketing, dan):
    address = f"/api/v1/customers/{dan.pk}/profile/history"
    assert all_.get(address).json()["results"][0]["type"] == "N5"
    veiled = marketing.get(address).json()["results"][0]
    assert (veiled["family"], veiled["type"], veiled["old_type"]) == (
        "leave_to_service",
        None,
        "R2",
    )


def test_an_expert_finds_only_her_profiles(as_, eve, judged, ada, bo):
    browser = as_(eve)
    found = browser.get(ADDRESS).json()["results"]
    assert [row["customer"] for row in found] == [ada.pk]
    for rest in ("", "/history"):
        assert browser.get(f"/api/v1/customers/{bo.pk}/profile{rest}").status_code == 404


def test_an_analyst_sees_numbers_not_names(as_, nils, judged):
    assert "Ada" not in as_(nils).get(ADDRESS).content.decode()


def test_the_29_types_come_with_their_rules(all_):
    found = all_.get("/api/v1/types").json()["results"]
    assert len(found) == 29
    assert all(row["do"] and row["dont"] for row in found)
    assert all_.get("/api/v1/types/R2").json()["code"] == "R2"
    assert all_.get("/api/v1/types/Z9").status_code == 404


def test_a_marketer_finds_no_negative_type_among_the_29(as_, mara, sam, company):
    seen = as_(mara).get("/api/v1/types").json()["results"]
    assert len(seen) == 23
    assert not [row["code"] for row in seen if row["family"] == "negative"]
    assert as_(mara).get("/api/v1/types/N1").status_code == 404
    assert as_(sam).get("/api/v1/types/N1").json()["code"] == "N1"


def test_personae_and_the_state_of_the_whole(all_, judged):
    assert all_.get("/api/v1/personae").json()["results"][0]["name"] == "City walkers"
    found = all_.get("/api/v1/overview").json()
    assert (found["customers"], found["currency"]) == (4, "EUR")
    assert found["families"]["friend"]["members"] == 1.2


def test_an_overview_before_the_first_scoring_says_what_to_do(all_):
    answer = all_.get("/api/v1/overview")
    assert answer.status_code == 404
    assert "score" in answer.json()["detail"]


def test_a_job_is_started_once(all_, company):
    first, second = (all_.post("/api/v1/jobs", {"kind": "score"}).json() for _ in range(2))
    assert first["state"] == "waiting"
    assert first["id"] == second["id"]
    assert all_.post(f"/api/v1/jobs/{first['id']}/cancel").json()["state"] == "cancelled"
    assert all_.post(f"/api/v1/jobs/{first['id']}/cancel").status_code == 409
    assert all_.post(f"/api/v1/jobs/{first['id']}/run-again").json()["state"] == "waiting"


def test_an_audience_is_counted_with_reasons_and_listed(all_, judged, ada, dan):
    counts = all_.get("/api/v1/targeting?families=friend,negative").json()
    assert (counts["chosen"], counts["addressed"]) == (2, 1)
    assert [row["reason"] for row in counts["left_out"]] == ["service"]
    members = all_.get("/api/v1/targeting/customers?families=friend,negative").json()
    assert members == {"results": [{"customer": ada.pk}], "next_cursor": None}
    out = all_.get("/api/v1/targeting/customers?families=negative&reason=service").json()
    assert out["results"] == [{"customer": dan.pk}]


def test_an_audience_comes_page_by_page(all_, judged, ada, cyd):
    page = all_.get("/api/v1/targeting/customers?families=friend,distant&limit=1").json()
    rest = all_.get(
        "/api/v1/targeting/customers",
        {"families": "friend,distant", "limit": 1, "cursor": page["next_cursor"]},
    ).json()
    found = [row["customer"] for row in page["results"] + rest["results"]]
    assert found == [ada.pk, cyd.pk]
    assert rest["next_cursor"] is None
