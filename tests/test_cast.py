"""The world of the tests is what its page says."""


def test_ada_bought_every_month_for_two_years(ada):
    assert ada.interactions.count() == 24


def test_nobody_signs_up_by_themselves(client, db):
    assert "closed" in client.get("/accounts/signup/").content.decode().lower()
