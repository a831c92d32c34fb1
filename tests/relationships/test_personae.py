"""Personae: found where there is structure, placed, pictured, and said to be missing otherwise."""

from datetime import date

import numpy as np
import pytest

from customers.models import Customer
from relationships.actions import personae as actions
from relationships.engine.personae import Trait
from relationships.models import Persona, Picture, Profile
from relationships.picture_words import name, phrase
from relcrm.base.models import Job
from tests.conftest import NOW, TODAY

RUNNERS = {"interests": ["running", "climbing"], "education": "master", "region": "Tyrol",
           "household_size": 1, "birth_year": 1998}  # fmt: skip
WALKERS = {"interests": ["gardening", "history"], "education": "school", "region": "Styria",
           "household_size": 2, "birth_year": 1955}  # fmt: skip
FAMILIES = {"interests": ["cooking", "dogs"], "education": "bachelor", "region": "Vienna",
            "household_size": 4, "birth_year": 1985}  # fmt: skip


def crowd(kinds, people=120, seed=1):
    """So many people of each kind, one in ten facts being somebody else's, judged by value."""
    rng = np.random.default_rng(seed)
    told = []
    for kind in kinds:
        for _ in range(people):
            facts = {k: (kinds[rng.integers(len(kinds))][k] if rng.random() < 0.1 else v)
                     for k, v in kind.items()}  # fmt: skip
            told.append(Customer(name="Someone", **facts))
    customers = Customer.objects.bulk_create(told)
    Profile.objects.bulk_create(
        Profile(
            customer=customer, as_of=TODAY, scored_at=NOW, family="friend", p_friend=0.8,
            p_fling=0.2, value=float(100 if customer.birth_year == 1955 else 10 + i % 7),
        )
        for i, customer in enumerate(customers)
    )  # fmt: skip
    return customers


def look(seed=1):
    shown = []

    def progress(done, *, total=None, position=None):
        shown.append((done, total))

    picture = actions.picture_customers(
        as_of=TODAY, now=NOW, rng=np.random.default_rng(seed), progress=progress
    )
    return picture, shown


@pytest.mark.slow  # thirty refits of five numbers of groups
def test_groups_that_are_there_are_found_named_and_everyone_is_placed(db):
    crowd([RUNNERS, WALKERS, FAMILIES])
    picture, shown = look()
    found = list(Persona.objects.filter(is_current=True))
    assert picture.outcome == Picture.Outcome.FOUND
    assert [one.customers for one in found] == sorted((p.customers for p in found), reverse=True)
    assert sum(one.customers for one in found) == 360 == shown[-1][0]
    assert not Profile.objects.filter(persona=None).exists()
    together = {}
    for year in (1998, 1955, 1985):
        personae = Profile.objects.filter(
            customer__birth_year=year,
            customer__region={1998: "Tyrol", 1955: "Styria", 1985: "Vienna"}[year],
        ).values_list("persona", flat=True)
        together[year] = max(set(personae), key=list(personae).count)
    assert len(set(together.values())) == 3
    names = [one.name for one in found]
    assert len(set(names)) == len(names)
    assert not any("under 25" in words or "65" in words for words in names)
    assert found[0].families["friend"] == pytest.approx(0.8)
    look(seed=2)  # a second look replaces the first
    assert Persona.objects.filter(pk__in=[one.pk for one in found]).count() == 0


@pytest.mark.slow  # as above
def test_where_people_do_not_fall_into_groups_none_is_invented(db):
    rng = np.random.default_rng(3)
    customers = crowd([RUNNERS, WALKERS, FAMILIES])
    for field in RUNNERS:
        values = [getattr(customer, field) for customer in customers]
        for customer, at in zip(customers, rng.permutation(len(customers)), strict=True):
            setattr(customer, field, values[at])
    Customer.objects.bulk_update(customers, list(RUNNERS))
    picture, _ = look()
    assert picture.outcome == Picture.Outcome.NOTHING
    assert not Persona.objects.exists()
    assert len(picture.tried) == 5


def test_purchases_alone_paint_no_picture(ada, bo, company):
    for customer in (ada, bo):
        Profile.objects.create(customer=customer, as_of=TODAY, scored_at=NOW, family="friend")
    picture, _ = look()
    assert picture.outcome == Picture.Outcome.TOO_LITTLE
    assert picture.best == {}


def test_the_best_customers_are_pictured_even_without_groups(db):
    crowd([WALKERS, RUNNERS | {"education": ""}], people=140)
    picture, _ = look()
    words = {(each["attribute"], each["level"]) for each in picture.best["traits"]}
    assert picture.outcome == Picture.Outcome.TOO_LITTLE  # 280 people
    assert ("interests", "gardening") in words
    assert ("interests", "running") in {
        (each["attribute"], each["level"]) for each in picture.best["rarer"]
    }


def trait(attribute, level, lift=2.0, share=0.5):
    return {"attribute": attribute, "level": level, "lift": lift, "share": share}


def test_a_name_says_what_they_do_and_never_age_or_gender():
    portrait = [trait("age", "65-"), trait("gender", "woman"), trait("interests", "history"),
                trait("online_share", "shop")]  # fmt: skip
    assert name(portrait, set(), 1) == "Love history, come to the shop"


def test_a_group_that_has_nothing_in_common_still_has_a_name():
    rare = [trait("interests", "dogs", share=0.1)]
    assert name(rare, set(), 2) == "More likely than most to love dogs"
    rare = [trait("category", "Boots", share=0.1)]
    assert name(rare, set(), 2) == "More likely than most to buy boots"
    assert name([trait("age", "65-")], set(), 3) == "No habits of their own"
    assert name([trait("age", "65-")], {"No habits of their own"}, 4) == "No habits of their own 4"
    assert len(name([trait("interests", "x" * 300)], set(), 1)) <= 120


@pytest.mark.parametrize(
    ("country", "words"),
    [("IE", "live in Ireland"), ("NL", "live in the Netherlands"), ("Tyrol", "live in Tyrol")],
)
def test_countries_are_written_out(country, words):
    assert phrase(Trait("country", country)) == words


def test_two_personae_never_share_a_name():
    portrait = [trait("interests", "history"), trait("online_share", "shop"),
                trait("category", "Boots")]  # fmt: skip
    taken = {"Love history, come to the shop"}
    assert name(portrait, taken, 2) == "Love history, come to the shop, mostly buy boots"


def test_asking_twice_gives_one_look(mara):
    first = actions.ask_for_personae(by=mara, as_of=date(2026, 3, 2))
    assert actions.ask_for_personae(by=mara, as_of=date(2026, 3, 2)) == first
    assert Job.objects.get().payload == {"as_of": "2026-03-02"}
