"""List, search, map, types and value as people see them: no barriers, no sideways scrolling."""

import pytest
from django.utils import timezone

from relationships.models import Portfolio, Profile

pytestmark = pytest.mark.browser

PAGES = (
    "/customers/", "/customers/?value_least=1", "/customers/new/", "/search/?q=ada",
    "/relationships/map/", "/relationships/map/?x0=0.1&x1=0.4&y0=0.1&y1=0.4",
    "/relationships/types/", "/relationships/types/R2/", "/relationships/value/",
)  # fmt: skip


@pytest.fixture
def scored(company, ada, bo):
    now = timezone.now()
    likely = {"low": 800.0, "expected": 1000.0, "high": 1200.0}
    for customer, place in ((ada, 0.3), (bo, 0.8)):
        Profile.objects.create(
            customer=customer, as_of=now.date(), scored_at=now, family="friend", type="R2",
            next_step="repair", alive=0.8, value_low=10.0, value=100.0, value_high=300.0,
            closeness=place, intensity=place, valence=0.2,
        )  # fmt: skip
    Portfolio.objects.create(
        as_of=now.date(), computed_at=now, customers=2, alive=1.6,
        families={"friend": {"shown": 2, "members": 1.8, "value": 1000.0, "alive": 1.6} | likely},
        types={"R2": {"shown": 2, "value": 1000.0}}, value={"horizon_weeks": 52} | likely,
        cells=[{"x": n, "y": n, "family": "friend", "n": n, "mood": 0.1} for n in (6, 16)],
        ranks=[{"n": 1, "value": 500.0, "alive": 0.8, "least": 500.0, "most": 500.0}] * 2,
    )  # fmt: skip


@pytest.mark.parametrize(("theme", "size"), [("light", "desktop"), ("dark", "phone")])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_read_by_everyone(look_at, root, scored, path, theme, size):
    page = look_at(path, by=root, theme=theme, size=size)
    page.has_no_barriers()
    page.does_not_scroll_sideways()


def test_j_and_enter_open_the_first_customer(look_at, root, scored, bo):
    page = look_at("/customers/", by=root)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/customers/{bo.pk}/")


def test_searching_as_one_types_narrows_the_list_and_the_address(look_at, root, scored):
    page = look_at("/customers/", by=root)
    page.locator("#customer-search").press_sequentially("nov")
    page.wait_for_url("**/customers/?q=nov*")
    assert page.locator("a.name").all_inner_texts() == ["Ada Novak"]


def test_ticking_shows_what_can_be_done(look_at, root, scored):
    page = look_at("/customers/", by=root)
    assert not page.get_by_text("Export chosen").is_visible()
    page.locator("thead input").check()
    assert page.get_by_text("2 chosen").is_visible()
    assert page.get_by_text("Export chosen").is_visible()


def test_ctrl_k_finds_a_customer_from_anywhere(look_at, root, scored, ada):
    page = look_at("/relationships/types/", by=root)
    page.keyboard.press("Control+k")
    page.keyboard.type("novak")
    page.locator(".palette").get_by_text("Ada Novak").first.wait_for()
    # Leaving while an answer is still on its way would be heard as a failed request.
    page.wait_for_load_state("networkidle")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/customers/{ada.pk}/")


def test_the_map_is_complete_without_scripts_and_zooms_with_them(look_at, root, scored):
    plain = look_at("/relationships/map/", by=root, scripts=False)
    assert plain.locator("figure.map svg a").count() == 2
    live = look_at("/relationships/map/", by=root)
    box = live.locator("svg.plot").bounding_box()
    live.mouse.move(box["x"] + 60, box["y"] + box["height"] - 40)
    live.mouse.down()
    live.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    live.mouse.up()
    live.wait_for_url("**x0=*")
    assert live.get_by_text("1 person here").is_visible()
