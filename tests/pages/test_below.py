"""What comes below the first screen of a profile: second, by a link without scripts, on record."""

import re

import pytest

from relcrm.base.models import AuditLine

HTMX = {"HX-Request": "true"}


def below(page: bytes) -> str:
    """The address at which the page asks for the rest of itself."""
    return re.search(r'hx-get="([^"]+/below/[^"]+)"', page.decode()).group(1)


def looks() -> int:
    return AuditLine.objects.filter(verb="customer.viewed").count()


def test_the_rest_comes_second_and_belongs_to_the_same_look(as_, mara, ada):
    browser = as_(mara)
    first = browser.get(f"/customers/{ada.pk}/").content
    assert b"What we do for them" not in first
    rest = browser.get(below(first), headers=HTMX).content
    assert b"What we do for them" in rest
    assert b"Timeline" in rest
    assert looks() == 1


def test_who_comes_for_the_rest_alone_goes_on_record(as_, mara, root, ada, bo):
    browser = as_(mara)
    browser.get(f"/customers/{ada.pk}/below/", headers=HTMX)
    assert looks() == 1
    of_bo = below(browser.get(f"/customers/{bo.pk}/").content)
    browser.get(of_bo.replace(f"/{bo.pk}/", f"/{ada.pk}/"), headers=HTMX)  # proof of another look
    assert looks() == 3
    as_(root).get(of_bo, headers=HTMX)  # of another person
    assert looks() == 4


def test_an_old_look_does_not_count(as_, mara, ada, monkeypatch):
    browser = as_(mara)
    first = below(browser.get(f"/customers/{ada.pk}/").content)
    monkeypatch.setattr("relcrm.pages.below.FOLLOWS", -1)
    browser.get(first, headers=HTMX)
    assert looks() == 2


def test_without_scripts_a_link_shows_everything(as_, mara, ada):
    browser = as_(mara)
    assert b'href="?whole=yes#timeline"' in browser.get(f"/customers/{ada.pk}/").content
    assert b"What we do for them" in browser.get(f"/customers/{ada.pk}/?whole=yes").content
    answer = browser.get(f"/customers/{ada.pk}/below/")
    assert answer.url == f"/customers/{ada.pk}/?whole=yes"


@pytest.mark.browser
def test_the_rest_is_there_when_the_page_is(look_at, root, ada):
    page = look_at(f"/customers/{ada.pk}/#desk", by=root)
    page.get_by_role("heading", name="Timeline").wait_for()
    page.wait_for_load_state("networkidle")
    page.has_no_barriers()
    assert page.locator("#desk").evaluate("card => card.getBoundingClientRect().top < innerHeight")


@pytest.mark.browser
def test_by_hand_it_is_one_press_away(look_at, root, ada):
    page = look_at(f"/customers/{ada.pk}/", by=root, scripts=False)
    page.get_by_text("Timeline, tasks and what else we know").click()
    page.get_by_role("heading", name="What we do for them").wait_for()
