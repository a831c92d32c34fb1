"""Margin and costs: typed on a page or sent by a program, checked, on record, learned from."""

from decimal import Decimal

import pytest

from customers.models.interaction import Channel
from relcrm.base.costs import CHANNELS, prices, winning
from relcrm.base.models import AuditLine, Brand, Company, Job, UnitCost

PAGE = "/settings/costs/"
COSTS = {
    "margin_rate": "42.5", "discount_rate": "10", "cost_per_order": "3", "cost_per_return": "5",
    "cost_per_contact": "4", "cost_per_minute": "0.85", "cost_per_complaint": "12",
    "cost_per_message": "0.01", "cost_per_renewal": "0.5", "horizon_weeks": "52",
}  # fmt: skip


def channel(name, amount):
    return {"kind": "message", "message-key": name, "message-amount": amount}


def category(name, per_cent):
    return {"kind": "margin", "margin-key": name, "margin-amount": per_cent}


def test_channels_are_those_of_interactions():
    assert tuple(Channel.values) == CHANNELS


def test_shares_are_typed_in_per_cent(as_, root, company):
    as_(root).post(PAGE, COSTS)
    company.refresh_from_db()
    assert (company.margin_rate, company.cost_per_minute) == (Decimal("0.425"), Decimal("0.85"))
    assert 'value="42.5"' in as_(root).get(PAGE).content.decode()


def test_a_change_is_on_record_and_everyone_is_valued_anew(as_, root, company):
    as_(root).post(PAGE, COSTS)
    line = AuditLine.objects.get(verb="company.changed")
    assert line.detail["after"]["cost_per_contact"] == "4"
    assert Job.objects.filter(kind="fit").count() == 1  # scoring follows it
    as_(root).post(PAGE, COSTS | {"cost_per_order": "4"})
    assert Job.objects.filter(kind="score").count() == 1  # nothing to learn: it holds at once


@pytest.mark.parametrize(
    "wrong", [{"cost_per_order": "-1"}, {"margin_rate": "101"}, {"discount_rate": "-5"},
              {"horizon_weeks": "0"}, {"cost_per_minute": "NaN"}],
)  # fmt: skip
def test_what_cannot_be_is_named_beside_its_field(as_, root, company, wrong):
    reply = as_(root).post(PAGE, COSTS | wrong)
    assert reply.status_code == 422
    assert "aria-invalid" in reply.content.decode()
    assert not AuditLine.objects.filter(verb="company.changed").exists()


def test_a_channel_and_a_category_may_differ_and_stop_to(as_, root, company):
    for typed in (channel("letter", "1.45"), channel("letter", "1.50"), category("boots", "55")):
        assert as_(root).post("/settings/costs/say/", typed).status_code == 302
    known = prices(company)
    assert (known.channels, known.margins) == ({"letter": 1.5}, {"boots": 0.55})
    assert AuditLine.objects.filter(verb="cost.said").count() == 3
    page = as_(root).get(PAGE).content.decode()
    assert "letter" in page and "55.0 %" in page  # noqa: PT018 (one page)
    letter = UnitCost.objects.get(key="letter")
    as_(root).post(f"/settings/costs/{letter.pk}/drop/")
    assert prices(company).channels == {}
    assert AuditLine.objects.filter(verb="cost.dropped").count() == 1


@pytest.mark.parametrize("typed", [channel("pigeon", "1"), category("boots", "140")])
def test_an_unknown_channel_or_a_margin_above_all_is_refused(as_, root, company, typed):
    assert as_(root).post("/settings/costs/say/", typed).status_code == 422
    assert not UnitCost.objects.exists()


def test_a_brand_may_have_a_margin_of_its_own(as_, root, company):
    alpine = Brand.objects.create(name="Alpine Shoes", slug="alpine", is_default=True)
    told = {"kind": "brand", "brand-key": "alpine", "brand-amount": "38"}
    assert as_(root).post("/settings/costs/say/", told).status_code == 302
    assert prices(company).brands == {str(alpine.pk): 0.38}
    assert Job.objects.filter(kind="fit").count() == 1
    for wrong in ({"brand-key": "nobody"}, {"brand-amount": "138"}):
        assert as_(root).post("/settings/costs/say/", told | wrong).status_code == 422


def test_what_winning_costs_is_on_record_and_values_nobody_anew(as_, root, company):
    told = {"kind": "acquisition", "acquisition-key": "web", "acquisition-amount": "14"}
    assert as_(root).post("/settings/costs/say/", told).status_code == 302
    assert winning() == {"web": 14.0}
    as_(root).post("/settings/costs/say/", told | {"acquisition-key": "unknown"})
    assert "Remove not recorded" in as_(root).get(PAGE).content.decode()
    assert AuditLine.objects.filter(verb="cost.said").order_by("pk")[0].detail["key"] == "web"
    assert not Job.objects.exists()
    assert (
        as_(root).post("/settings/costs/say/", told | {"acquisition-key": "ether"}).status_code
        == 422
    )


def test_only_admins_say_what_things_cost(as_, mara, company):
    for address in (PAGE, "/settings/costs/say/"):
        assert as_(mara).post(address, COSTS).status_code == 403


def test_a_program_reads_and_changes_them(company, key_for, root):
    client = key_for(root, "reports:read", "costs:write")
    sent = {"margin_rate": 0.4, "cost_per_order": 4.5, "channels": {"letter": 1.45}}
    told = client.patch("/api/v1/costs", sent, format="json").json()
    assert told == client.get("/api/v1/costs").json()
    assert (told["margin_rate"], told["channels"], told["margins"]) == (0.4, {"letter": 1.45}, {})
    told = client.patch("/api/v1/costs", {"channels": {}}, format="json").json()
    assert (told["channels"], told["cost_per_order"]) == ({}, 4.5)


@pytest.mark.parametrize(
    ("sent", "status"),
    [({"margin_rate": 1.5}, 400), ({"cost_per_order": -1}, 400), ({"price": 3}, 400),
     ({"channels": {"pigeon": 1}}, 409), ({"margins": {"boots": 2}}, 400),
     ({"brands": {"nobody": 0.4}}, 409), ({"brands": {"nobody": 4}}, 400),
     ({"winning": {"ether": 9}}, 409), ({"winning": {"web": -9}}, 400)],
)  # fmt: skip
def test_what_a_program_gets_wrong_is_refused_whole(company, key_for, root, sent, status):
    client = key_for(root, "costs:write")
    answer = client.patch("/api/v1/costs", sent | {"cost_per_return": 9}, format="json")
    assert answer.status_code == status, answer.content
    assert Company.objects.get().cost_per_return == 0
    assert not UnitCost.objects.exists()


def test_a_program_says_margins_of_brands_and_what_winning_costs(company, key_for, root):
    Brand.objects.create(name="Alpine Shoes", slug="alpine", is_default=True)
    client = key_for(root, "reports:read", "costs:write")
    sent = {"brands": {"alpine": 0.38}, "winning": {"web": 14, "unknown": 9.5}}
    told = client.patch("/api/v1/costs", sent, format="json").json()
    assert {name: told[name] for name in sent} == sent
    told = client.patch("/api/v1/costs", {"winning": {"shop": 3}}, format="json").json()
    assert (told["winning"], told["brands"]) == ({"shop": 3}, {"alpine": 0.38})


def test_all_of_a_kind_are_said_as_one(company, key_for, root, django_assert_max_num_queries):
    client = key_for(root, "costs:write")
    first = {f"category {n}": 0.5 for n in range(150)}
    assert client.patch("/api/v1/costs", {"margins": first}, format="json").status_code == 200
    second = {"category 3": 0.5, "category 4": 0.25, "new": 0.1}
    with django_assert_max_num_queries(30):
        client.patch("/api/v1/costs", {"margins": second}, format="json")
    assert prices(company).margins == second
    line = AuditLine.objects.filter(verb="costs.said").latest("pk")
    assert len(line.detail["before"]) == 150
    assert Decimal(line.detail["after"]["category 4"]) == Decimal("0.25")
    client.patch("/api/v1/costs", {"margins": second}, format="json")
    assert AuditLine.objects.filter(verb="costs.said").count() == 2  # nothing changed
    assert Job.objects.filter(kind="fit").count() == 1
    more = {f"category {n}": 0.5 for n in range(201)}
    assert client.patch("/api/v1/costs", {"margins": more}, format="json").status_code == 409


@pytest.mark.parametrize(
    ("sent", "said"),
    [({"channels": {"": 1}}, "“”: name a channel"), ({"margins": {"x" * 61: 0.4}}, "at most 60"),
     ({"channels": {"letter": 1, "pigeon": 1}}, "“pigeon”: there is no such channel"),
     ({"brands": {"nobody": 0.4}}, "no brand with the short name nobody")],
)  # fmt: skip
def test_a_program_is_told_which_line_is_wrong(company, key_for, root, sent, said):
    answer = key_for(root, "costs:write").patch("/api/v1/costs", sent, format="json")
    assert (answer.status_code, said in answer.json()["detail"]) == (409, True)


def test_how_many_come_anyway_is_said_and_values_nobody_anew(as_, company, key_for, root):
    client = key_for(root, "reports:read", "costs:write")
    assert client.get("/api/v1/costs").json()["anyway_share"] is None
    assert client.patch("/api/v1/costs", {"anyway_share": 0.3}, format="json").status_code == 200
    assert Company.objects.get().anyway_share == Decimal("0.3")
    assert client.patch("/api/v1/costs", {"anyway_share": 3}, format="json").status_code == 400
    assert not Job.objects.exists()


def test_reading_does_not_allow_to_change(company, key_for, root):
    client = key_for(root, "reports:read")
    assert client.patch("/api/v1/costs", {"cost_per_order": 1}, format="json").status_code == 403
