"""The personae page: cards, a portrait, and what it says when there is nothing to show."""

import pytest

from relationships.models import Persona, Picture
from relcrm.base.models import Job
from tests.conftest import NOW, TODAY

TRAIT = {"attribute": "interests", "level": "history", "lift": 2.4, "low": 2.1, "high": 2.7,
         "share": 0.36, "overall": 0.15, "people": 158, "stands_out": True}  # fmt: skip


def pictured(outcome="found", **more):
    return Picture.objects.create(
        as_of=TODAY,
        found_at=NOW,
        outcome=outcome,
        people=2000,
        attributes=["age", "region"],
        **more,
    )


@pytest.fixture
def walkers(company):
    pictured(best={"traits": [TRAIT], "rarer": [], "people": 400, "least": 120.0})
    return Persona.objects.create(
        name="Love history", rank=1, customers=438, found_on=TODAY, value_each=210,
        portrait={"traits": [TRAIT], "rarer": []}, families={"friend": 0.7, "negative": 0.3},
    )  # fmt: skip


def text(reply):
    return reply.content.decode()


def test_cards_show_size_value_traits_and_families(as_, mara, walkers):
    page = text(as_(mara).get("/personae/"))
    for words in ("Our customers are of 1 kind", "438 customers", "€210", "love history", "2.4 ×"):
        assert words in page


def test_the_best_customers_come_with_the_warning(as_, mara, walkers):
    page = text(as_(mara).get("/personae/"))
    assert "What sets our best customers apart" in page
    assert "none of them need be the cause" in page


def test_one_persona_has_a_portrait_with_likely_ranges(as_, mara, walkers):
    page = text(as_(mara).get(f"/personae/{walkers.pk}/"))
    assert "likely 2.1 to 2.7" in page
    assert f"/campaigns/targeting/?personae={walkers.pk}" in page


def test_negative_relationships_are_named_to_few(as_, mara, sam, walkers):
    assert "Left to service" in text(as_(mara).get("/personae/"))
    assert "Negative" in text(as_(sam).get("/personae/"))


@pytest.mark.parametrize(
    ("outcome", "words"),
    [("nothing", "do not fall into groups"), ("too_little", "Too little is known")],
)
def test_no_groups_is_an_answer(as_, mara, company, outcome, words):
    pictured(outcome)
    assert words in text(as_(mara).get("/personae/"))


def test_before_the_first_look_a_button_asks_for_it(as_, mara, sam, company):
    assert "Look for personae" in text(as_(mara).get("/personae/"))
    assert "Look for personae</button>" not in text(as_(sam).get("/personae/"))
    as_(mara).post("/personae/look/")
    assert Job.objects.get().kind == "personae"
    assert "We are looking" in text(as_(mara).get("/personae/"))
    assert as_(sam).post("/personae/look/").status_code == 403


def test_a_persona_of_before_is_gone(as_, mara, walkers):
    walkers.is_current = False
    walkers.save()
    assert as_(mara).get(f"/personae/{walkers.pk}/").status_code == 404


def test_strangers_and_experts_stay_outside(client, as_, eve, company):
    assert client.get("/personae/").status_code == 302
    assert as_(eve).get("/personae/").status_code == 403
