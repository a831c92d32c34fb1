"""The relationship map and the types: where people are, and how each wants to be treated."""

import re

import pytest
from django.utils import timezone

from customers.models import Customer, Kind
from relationships.map_page import Area, area, cells, finding, mood_step, told
from relationships.models import Portfolio, Profile
from tests.conftest import TODAY, happened


def cell(x: int, y: int, n: int, family: str = "friend", mood: float | None = 0.0):
    return {"x": x, "y": y, "n": n, "family": family, "mood": mood}


def picture(rows=(), **more) -> Portfolio:
    now = timezone.now()
    facts = {"customers": 10, "alive": 8.0, "families": {}, "value": {}, "cells": list(rows)}
    return Portfolio.objects.create(as_of=now.date(), computed_at=now, **(facts | more))


def judged(customer: Customer, closeness: float, intensity: float, **more) -> Profile:
    now = timezone.now()
    facts = {"family": "friend", "valence": 0.3} | more
    return Profile.objects.create(
        customer=customer, as_of=now.date(), scored_at=now, closeness=closeness,
        intensity=intensity, **facts,
    )  # fmt: skip


def test_the_heading_names_the_quarter_that_holds_half_of_all():
    assert finding([cell(1, 1, 80), cell(15, 15, 20)]) == (
        "80 % keep their distance: they know us little and come rarely"
    )
    assert finding([cell(1, 15, 9), cell(15, 15, 1)]) == "90 % come often without being close to us"
    spread = [cell(1, 1, 5), cell(1, 15, 5), cell(15, 1, 5), cell(15, 15, 5)]
    assert finding(spread) == "Relationships are spread over the whole map"
    assert finding([cell(1, 1, 4)]) == ""


def test_a_place_shows_its_families_as_rings_the_largest_below():
    rows = [cell(0, 0, 30, "friend", 0.5), cell(0, 0, 10, "fling", -0.5), cell(19, 19, 5)]
    fullest, other = cells(rows, Area(), by="family", frank=True)
    assert (fullest.people, fullest.mood) == (40, 0.25)
    assert [ring.key for ring in fullest.rings] == ["fling", "friend"]
    sizes = [float(ring.radius.strip("%")) for ring in fullest.rings]
    assert sizes == sorted(sizes, reverse=True)
    assert (other.x, other.y) == ("97.5%", "2.5%")
    assert "mostly friends, warm" in fullest.words
    by_mood = cells(rows, Area(), by="mood", frank=True)
    assert [ring.key for ring in by_mood[0].rings] == ["m3"]


def test_the_map_has_no_place_for_those_left_to_service():
    rows = [cell(0, 0, 3), cell(5, 5, 1, "negative", -0.9)]
    assert told(rows, frank=False) == rows[:1]
    assert told(rows, frank=True) == rows


def test_the_key_of_the_map_draws_what_the_map_draws(as_, mara, sam, company):
    picture([cell(2, 3, 1, "distant")])
    page = as_(mara).get("/relationships/map/").content.decode()
    assert '<circle class="swatch" cx="7" cy="7" r="5.5" data-f="distant"/>' in page
    key = page[page.index('class="key"') : page.index('<p class="note">The larger')]
    assert "service" not in key  # they have no place here
    assert 'data-f="negative"' in as_(sam).get("/relationships/map/").content.decode()


def test_moods_fall_into_five_steps():
    steps = [mood_step(mood) for mood in (-0.9, -0.2, 0.0, 0.2, 0.9, None)]
    assert steps == [0, 1, 2, 3, 4, 2]


@pytest.mark.parametrize("asked", [
    {}, {"x0": "0.5"}, {"x0": "1", "x1": "0", "y0": "0", "y1": "1"},
    {"x0": "nan", "x1": "1", "y0": "0", "y1": "1"}, {"x0": "a", "x1": "1", "y0": "0", "y1": "1"},
    {"x0": "0.5", "x1": "0.50001", "y0": "0", "y1": "1"},
])  # fmt: skip
def test_an_area_that_makes_no_sense_is_the_whole_map(asked):
    assert area(asked).is_whole


def test_each_place_is_a_link_that_comes_closer(as_, mara, company, ada, bo):
    judged(ada, 0.12, 0.17)
    judged(bo, 0.8, 0.9)
    picture([cell(2, 3, 1), cell(16, 18, 1)])
    page = as_(mara).get("/relationships/map/").content.decode().replace("&amp;", "&")
    links = re.findall(r'<a href="(\?x0=[^"]+)" data-n', page)
    assert len(links) == 2
    close = as_(mara).get(f"/relationships/map/{links[0]}").content.decode()
    assert "1 person here" in close
    assert f'href="/customers/{ada.pk}/"' in close
    assert "Ada Novak" in close
    assert "Bo Lind" not in close


def test_with_many_people_a_closer_look_stays_a_density(as_, mara, company, monkeypatch):
    for number in range(12):
        judged(Customer.objects.create(name=f"P{number}"), 0.10 + number / 300, 0.15)
    picture([cell(2, 3, 12)])
    monkeypatch.setattr("relationships.views.map.MOST_DOTS", 5)
    address = "/relationships/map/?x0=0.1&x1=0.15&y0=0.1&y1=0.2"
    page = as_(mara).get(address).content.decode()
    assert "12 people here" in page
    assert "P3" not in page
    assert page.count("data-n=") > 5


def test_an_analyst_sees_numbers_on_the_map(as_, nils, company, ada):
    judged(ada, 0.12, 0.17)
    picture([cell(2, 3, 1)])
    page = as_(nils).get("/relationships/map/?x0=0.1&x1=0.15&y0=0.15&y1=0.2").content.decode()
    assert f"Customer {ada.pk}" in page
    assert "Novak" not in page


def test_the_map_says_what_it_waits_for_and_when_nobody_is_there(as_, mara, company):
    assert "There is no map yet" in as_(mara).get("/relationships/map/").content.decode()
    picture([cell(2, 3, 1)])
    nobody = as_(mara).get("/relationships/map/?x0=0.9&x1=1&y0=0.9&y1=1").content.decode()
    assert "Nobody is here" in nobody


def test_the_list_opens_the_same_people_as_the_map(as_, mara, company, ada, bo):
    judged(ada, 0.12, 0.17)
    judged(bo, 0.8, 0.9)
    page = as_(mara).get("/customers/?x0=0.1&x1=0.15&y0=0.15&y1=0.2").content.decode()
    assert "Ada Novak" in page
    assert "Bo Lind" not in page


def test_a_marketer_meets_none_of_those_left_to_service_on_the_map(as_, mara, sam, company, dan):
    picture([cell(2, 3, 1)])
    judged(dan, 0.12, 0.17, family="negative", type="N5")
    said = "colleagues in service look after them"
    assert said in as_(mara).get("/relationships/map/").content.decode()
    assert said not in as_(sam).get("/relationships/map/").content.decode()
    area = "/relationships/map/?x0=0.1&x1=0.15&y0=0.15&y1=0.2"
    assert "Dan Okafor" in as_(sam).get(area).content.decode()
    assert "Dan Okafor" not in as_(mara).get(area).content.decode()


def test_types_say_how_many_people_show_them_and_what_is_missing(as_, root, company, ada):
    picture(
        types={"R2": {"shown": 7, "value": 900.0}},
        families={"friend": {"shown": 9, "members": 12.0, "value": 1000.0}},
    )
    page = as_(root).get("/relationships/types/").content.decode()
    assert "11 of 29 types can be told apart" in page
    assert 'href="/customers/?type=R2">7</a>' in page
    assert "12 expected · 9 sure enough to show" in page
    assert "Only the family is known" in page
    assert 'href="/customers/?family=friend&amp;untyped=1">2</a>' in page
    assert "€100" in page
    assert "needs which orders were discounted" in page
    happened(ada, Kind.RETURN, TODAY)
    assert "12 of 29 types" in as_(root).get("/relationships/types/").content.decode()


def test_a_type_tells_how_to_treat_it(as_, mara, company):
    picture(types={"R2": {"shown": 7, "value": 900.0}})
    page = as_(mara).get("/relationships/types/R2/").content.decode()
    for shown in ("Casual buddy", "Keep promises", "Over-familiar tone", "Signs of danger",
                  "How it ends well", "24 hours", "See 7 people"):  # fmt: skip
        assert shown in page


def test_negative_types_exist_only_for_those_who_may_see_them(as_, mara, sam, company):
    picture()
    assert as_(mara).get("/relationships/types/N1/").status_code == 404
    assert "Let down" not in as_(mara).get("/relationships/types/").content.decode()
    assert as_(sam).get("/relationships/types/N1/").status_code == 200
    assert "Let down" in as_(sam).get("/relationships/types/").content.decode()
    assert as_(sam).get("/relationships/types/X9/").status_code == 404
