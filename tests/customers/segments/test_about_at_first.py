"""Where counting everybody takes long, a segment says about how many at first, and then exactly."""

import pytest

from customers.actions.segments import keep_segment
from customers.models import Customer
from customers.queries.sampled import at_first, stretches
from customers.segments import Reader
from relcrm.base.models import Company
from tests.conftest import NOW, TODAY
from tests.customers.segments.test_segment_pages import ROW
from tests.customers.segments.test_segments import OFTEN

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture(autouse=True)
def nothing_is_quick(company, monkeypatch):
    """As in a company so large that no rule is counted at once."""
    Company.objects.update(as_of=TODAY)
    for name in ("few", "quick"):
        monkeypatch.setitem(at_first.__kwdefaults__, name, 0)


@pytest.fixture
def segment(mara, ada, bo, dan):
    return keep_segment("Often", rule=OFTEN, reader=Reader.of(mara), by=mara, now=NOW)


def test_the_builder_says_about_and_asks_again_by_itself(as_, mara, ada, bo, dan):
    browser = as_(mara)
    at_once = browser.post("/segments/new/", ROW).content.decode()
    assert "About 2 customers" in at_once
    assert "likely 2 to 2" in at_once
    assert 'hx-trigger="load"' in at_once
    assert "Ada Novak" in at_once
    piece = {"HX-Request": "true", "HX-Target": "found"}
    exact = browser.post("/segments/new/", ROW | {"do": "exactly"}, headers=piece).content.decode()
    assert "2 customers" in exact
    assert "About" not in exact
    assert 'id="rule-form"' not in exact
    assert 'hx-trigger="load"' not in exact


def test_without_scripts_a_button_counts_everybody(as_, mara, ada, bo, dan):
    page = as_(mara).post("/segments/new/", ROW | {"do": "exactly"}).content.decode()
    assert "2 customers" in page
    assert "About" not in page
    assert 'id="rule-form"' in page


def test_a_segments_page_says_about_and_leads_to_the_number(as_, mara, segment):
    browser = as_(mara)
    page = browser.get(f"/segments/{segment.pk}/").content.decode()
    assert "About 2 customers" in page
    assert 'href="?exactly' in page
    assert "Ada Novak" in page
    exact = browser.get(f"/segments/{segment.pk}/?exactly").content.decode()
    assert "2 customers" in exact
    assert "About" not in exact


def test_what_is_not_answered_in_time_is_counted_about(company, ada, bo, monkeypatch):
    """A statement that takes three seconds, whatever the planner thinks of it."""
    slow = Customer.objects.extra(where=["pg_sleep(3) IS NOT NULL"])
    told = at_first(
        lambda span: slow if span is None else Customer.objects.filter(span.q("pk")),
        quick=1e12,
    )  # fmt: skip
    assert told.low == told.high == Customer.objects.count()


def test_stretches_hold_everybody_once_the_newest_first(ada, bo, dan):
    some = stretches(few=0)
    assert some[0].first > some[-1].last
    for newer, older in zip(some, some[1:], strict=False):
        assert newer.first == older.last + 1
    assert some[-1].first <= ada.pk <= some[0].last
