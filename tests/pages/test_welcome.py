"""The first admin: made once, by whoever has the key that was printed at the start."""

import pytest

from relcrm.base.actions.welcome import welcome_first_admin, welcome_key
from relcrm.base.models import AuditLine, Company, User
from relcrm.lib.refusals import Refused

FORM = {
    "company_name": "Alpine Shoes",
    "name": "Ruth",
    "email": "ruth@example.com",
    "password": "a mountain of shoes",
}


@pytest.mark.django_db
def test_the_printed_address_makes_the_first_admin_and_signs_them_in(client):
    page = client.get("/welcome/", {"key": welcome_key()})
    assert welcome_key() in page.text
    answer = client.post("/welcome/", FORM | {"key": welcome_key()})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    ruth = User.objects.get()
    assert (ruth.role, ruth.is_superuser) == (User.Role.ADMIN, True)
    assert ruth.check_password(FORM["password"])
    assert Company.objects.get().name == "Alpine Shoes"
    assert AuditLine.objects.get(verb="user.first_admin").user == ruth
    assert client.get("/").status_code == 200


@pytest.mark.django_db
def test_without_the_key_nobody_comes_in(client):
    answer = client.post("/welcome/", FORM | {"key": "guessed"})
    assert answer.status_code == 409
    assert "not the key" in answer.text
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_weak_password_is_refused_with_the_reason(client):
    page = client.post("/welcome/", FORM | {"key": welcome_key(), "password": "short"})
    assert "at least 12 characters" in page.text
    assert not User.objects.exists()


def test_where_somebody_works_already_there_is_no_such_page(client, mara):
    assert client.get("/welcome/", {"key": welcome_key()}).status_code == 404
    assert client.post("/welcome/", FORM | {"key": welcome_key()}).status_code == 404


def test_of_two_first_admins_the_second_is_refused(mara):
    with pytest.raises(Refused, match="has its people already"):
        welcome_first_admin(key=welcome_key(), **FORM)


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_first_page_can_be_read_and_filled_in_by_everyone(look_at, theme, size):
    page = look_at(f"/welcome/?key={welcome_key()}", theme=theme, size=size)
    page.has_no_barriers()
    page.does_not_scroll_sideways()
    for label, value in (
        ("Your company", "Alpine Shoes"),
        ("Your name", "Ruth"),
        ("e-mail", "ruth@example.com"),
        ("A password", "a mountain of shoes"),
    ):
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Open the house").click()
    page.wait_for_url("**/")
    assert User.objects.get().email == "ruth@example.com"
