"""The customer form: everything one may know of a person, checked where it is typed."""

import pytest

from customers import places
from customers.models import Customer
from relcrm.pages.habits import habits
from tests.conftest import NOW


@pytest.fixture
def form_for(as_, mara, company, ada):
    browser = as_(mara)
    return lambda **sent: browser.post(f"/customers/{ada.pk}/edit/", {"name": "Ada"} | sent)


def test_every_fact_is_kept_and_shown(form_for, as_, mara, ada):
    answer = form_for(
        country="AT", zone="Europe/Vienna", language="DE_at", birth_on="1984-05-06",
        gender="woman", education="degree", occupation="nurse", household_size="3",
        interests="hiking, hiking, cooking",
    )  # fmt: skip
    assert answer.status_code == 302
    ada.refresh_from_db()
    assert (ada.zone, ada.language, ada.household_size) == ("Europe/Vienna", "de-AT", 3)
    assert ada.interests == ["hiking", "cooking"]
    page = as_(mara).get(f"/customers/{ada.pk}/?whole=yes").content.decode()
    for fact in ("6 May 1984", "Austria", "degree", "nurse", "de-AT", "Europe/Vienna"):
        assert fact in page


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"language": "klingon!"}, "is no language"),
        ({"birth_on": "1812-01-01"}, "between 1900 and today"),
        ({"birth_on": "2999-01-01"}, "between 1900 and today"),
        ({"birth_year": "2099"}, "still to come"),
        ({"age_band": "20-30"}, "Select a valid choice"),
        ({"household_size": "0"}, "greater than or equal to 1"),
        ({"hour_from": "9"}, "both hours or none"),
        ({"hour_from": "9", "hour_to": "9"}, "no time at all"),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(form_for, sent, words):
    answer = form_for(**sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_stated_channels_hours_and_pace_stand_beside_observed_ones(form_for, as_, mara, ada):
    Customer.objects.filter(pk=ada.pk).update(preferences={"channel": "email", "wish": "friend"})
    form_for(channel_email="likes", channel_sms="never", hour_from="18", hour_to="21", pace="2")
    ada.refresh_from_db()
    assert ada.preferences == {
        "wish": "friend", "channels": {"email": "likes", "sms": "never"}, "hours": [18, 21],
        "pace_per_month": 2,
    }  # fmt: skip
    page = as_(mara).get(f"/customers/{ada.pk}/?whole=yes").content.decode()
    assert "They asked for 18 to 21" in page
    form_for()
    ada.refresh_from_db()
    assert ada.preferences == {"wish": "friend"}


def test_a_form_that_changes_nothing_writes_nothing(as_, mara, company, ada):
    Customer.objects.filter(pk=ada.pk).update(
        preferences={"channel": "email", "hours": [8, 10]}, country="AT", age_band="25-34"
    )
    ada.refresh_from_db()
    browser = as_(mara)
    form = browser.get(f"/customers/{ada.pk}/edit/").context["form"]
    sent = {name: form[name].value() for name in form.fields}
    before = ada.changed_at
    browser.post(
        f"/customers/{ada.pk}/edit/", {k: v for k, v in sent.items() if v not in (None, False)}
    )
    ada.refresh_from_db()
    assert ada.changed_at == before
    assert ada.preferences == {"channel": "email", "hours": [8, 10]}


def test_an_age_band_is_said_when_no_more_is_known(form_for, as_, mara, ada):
    form_for(age_band="25-34")
    assert "25 to 34" in as_(mara).get(f"/customers/{ada.pk}/?whole=yes").content.decode()


def test_countries_and_languages_are_read_in_their_usual_spellings():
    assert places.country("austria") == places.country("at") == "AT"
    assert places.countries()["CI"] == "Côte d’Ivoire"
    assert places.language("zh-hant_tw") == "zh-Hant-TW"
    named = [places.language_name(code) for code in ("de", "de-AT", "en-GB", "tlh", "")]
    assert named == ["German", "German (de-AT)", "British English", "tlh", ""]
    with pytest.raises(ValueError, match="no country"):
        places.country("Atlantis")


def test_habits_are_read_off_the_last_purchases(company, ada, bo):
    found = {
        habit.about: habit.words
        for habit in habits(ada, NOW, company.tzinfo, "EUR", names_goods=True)
    }
    assert found["Usual basket"] == "€40"
    assert found["Mostly at"] == "8 to 12 o'clock"  # ten or eleven in Vienna
    assert found["Read off"] == "24 purchases"
    assert habits(bo, NOW, company.tzinfo, "EUR", names_goods=True) == []
