"""The browser that other tests look through."""

import pytest

pytestmark = pytest.mark.browser


def test_sign_in_is_the_first_page_a_stranger_sees(look_at):
    page = look_at("/admin/", quiet=False)
    assert page.get_by_role("textbox").count() >= 1


def test_a_signed_in_admin_comes_in_by_session(look_at, root):
    page = look_at("/admin/", by=root, quiet=False)
    assert page.url.endswith("/admin/")
    assert page.title() != ""


def test_barriers_are_found_where_there_are_some(look_at):
    page = look_at("/admin/login/", quiet=False)
    page.set_content("<img src='data:,'><p>no title, no language, no alternative text")
    with pytest.raises(AssertionError, match="image-alt"):
        page.has_no_barriers()
