"""The back office and the page that erases, as people see them: quiet under their policies."""

import pytest

from feedback.actions import file_complaint
from tests.browser import SIZES, THEMES
from tests.conftest import NOW

pytestmark = pytest.mark.browser


@pytest.fixture
def filled(company, ada, bo, sam):
    file_complaint(ada, subject="Soles came off", severity=2, by=sam, now=NOW)
    return ada


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", THEMES)
def test_the_back_office_keeps_quiet(look_at, root, filled, theme, size, tmp_path):
    page = look_at("", by=root, theme=theme, size=size)
    for path in (
        "/admin/", "/admin/customers/customer/", f"/admin/customers/customer/{filled.pk}/change/",
        "/admin/customers/interaction/?kind__exact=purchase", "/admin/base/apikey/",
    ):  # fmt: skip
        assert page.goes_on(path) == 200, path
        assert page.get_by_text("relcrm", exact=True).count()
        page.does_not_scroll_sideways()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", THEMES)
def test_the_page_that_erases_is_for_everyone(look_at, pia, filled, theme, size):
    page = look_at(f"/customers/{filled.pk}/erase/", by=pia, theme=theme, size=size)
    page.has_no_barriers()
    page.does_not_scroll_sideways()
    assert page.goes_on("/customers/erased/") == 200
    page.has_no_barriers()


def test_an_admin_erases_from_the_back_office(look_at, root, filled):
    page = look_at(f"/admin/customers/customer/{filled.pk}/change/", by=root)
    page.get_by_role("link", name="Erase…").click()
    page.get_by_role("button", name="Erase Ada Novak").click()
    assert page.get_by_text("Receipt no.").is_visible()
