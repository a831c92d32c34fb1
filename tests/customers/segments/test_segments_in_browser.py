"""Building a segment in a real browser: rows follow what is chosen, the count follows the rows."""

import pytest

from customers.actions.rights import restrict
from customers.actions.segment_counts import count_due
from customers.actions.segments import forget_segment
from customers.models import Segment
from tests.conftest import NOW, TODAY
from tests.customers.segments.test_segments import kept

pytestmark = pytest.mark.browser

NESTED = {
    "version": 1,
    "all": [
        {"field": "age", "operator": "between", "value": [30, 40]},
        {"field": "family", "operator": "is_any_of", "value": ["friend", "fling"]},
        {"not": {"any": [
            {"did": False, "kinds": ["purchase"], "times": {"at_least": 2},
             "where": {"categories": ["shoes"]}, "within": {"since": {"kinds": ["review"]}}},
            {"did": True, "kinds": ["return"], "within": {"from": "2026-01-01"}},
        ]}},
    ],
}  # fmt: skip


@pytest.fixture(autouse=True)
def looked_at_today(transactional_db, company):
    company.as_of = TODAY
    company.save()


def test_a_segment_is_built_with_the_count_beside_it(look_at, mara, ada, bo, dan):
    page = look_at("/segments/new/", by=mara)
    page.get_by_role("button", name="Remove row 1").click()
    page.get_by_role("heading", name="3 customers").wait_for()
    page.get_by_role("button", name="Add what they did").click()
    page.get_by_role("heading", name="3 customers").wait_for()
    page.get_by_label("Row 1: number").fill("3")
    page.get_by_label("Row 1: number").blur()
    page.get_by_role("heading", name="2 customers").wait_for()
    page.get_by_label("Name").fill("Come back often")
    page.get_by_label("Row 1: when").select_option("ever")
    page.get_by_label("Row 1: days").wait_for(state="detached")
    assert page.get_by_label("Name").input_value() == "Come back often"
    page.has_no_barriers()
    page.get_by_role("button", name="Keep").click()
    page.get_by_role("heading", name="Come back often").wait_for()
    assert Segment.objects.get().rule["all"][0]["times"] == {"at_least": 3}
    page.get_by_role("link", name="Why in").first.click()
    page.get_by_text("6 times, 480.00 EUR together").wait_for()
    page.has_no_barriers()


@pytest.mark.parametrize(("theme", "size"), [("light", "desktop"), ("dark", "phone")])
def test_every_page_of_segments_can_be_read_by_everyone(look_at, mara, ada, dan, pia, theme, size):
    segment = kept(mara, NESTED, "Keen on shoes")
    count_due(NOW)
    forget_segment(kept(mara, name="Once more"), by=mara, now=NOW)
    restrict(dan, by=pia, now=NOW)
    page = look_at("", by=mara, theme=theme, size=size)
    for address in (
        "/segments/", f"/segments/{segment.pk}/?customer={ada.pk}",
        f"/segments/{segment.pk}/edit/", f"/customers/?segment={segment.pk}",
    ):  # fmt: skip
        assert page.goes_on(address) == 200, address
        page.has_no_barriers()
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, address
