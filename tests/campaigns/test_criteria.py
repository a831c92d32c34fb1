"""Criteria: read from anywhere, kept as JSON, shared as an address."""

from datetime import date

import pytest
from django.http import QueryDict

from campaigns.criteria import Criteria, Malformed, read

FULL = Criteria(
    purpose="win_back",
    types=("R4", "D3"),
    families=("distant",),
    steps=("remind",),
    personae=(3,),
    value_least=-20.0,
    value_most=400.5,
    alive_least=0.1,
    alive_most=0.5,
    last_order_from=date(2025, 1, 1),
    last_order_to=date(2026, 1, 31),
    countries=("AT", "DE"),
)


def test_json_and_address_lead_back_to_the_same_criteria():
    assert read(FULL.as_json()) == FULL
    assert read(dict(QueryDict(FULL.as_query()).lists())) == FULL
    assert read({}) == Criteria()


def test_what_was_not_given_is_not_written_down():
    assert Criteria(types=("R4",)).as_json() == {"purpose": "news", "types": ["R4"]}


def test_countries_may_be_typed_as_people_type_them():
    assert read({"countries": "at, de AT"}).countries == ("AT", "DE")


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"purpose": "spam"}, "purpose", "Choose one of"),
        ({"types": ["R4", "Z9"]}, "types", "no “Z9”"),
        ({"families": "enemy"}, "families", "no “enemy”"),
        ({"steps": ["hug"]}, "steps", "no “hug”"),
        ({"personae": ["x"]}, "personae", "numbers"),
        ({"value_least": "much"}, "value_least", "such as 120"),
        ({"value_least": "nan"}, "value_least", "such as 120"),
        ({"alive_least": "60"}, "alive_least", "from 0 to 1"),
        ({"last_order_from": "31.3.2026"}, "last_order_from", "2026-03-31"),
        ({"countries": "Austria"}, "countries", "two letters"),
        ({"value_least": "9", "value_most": "1"}, "value_most", "less than"),
        ({"value_least": ["1", "2"]}, "value_least", "one value"),
    ],
)
def test_what_makes_no_sense_is_named_with_its_remedy(given, field, words):
    with pytest.raises(Malformed) as problem:
        read(given)
    assert words in problem.value.errors[field]
    assert list(problem.value.errors) == [field]


def test_negative_types_exist_only_for_those_who_may_see_them():
    for given in ({"types": ["N5"]}, {"families": ["negative"]}):
        assert read(given, frank=True) != Criteria()
        with pytest.raises(Malformed):
            read(given)
