"""One walk as people take it: import, list, segment, profile, merge, and back out of all of it."""

import re

import pytest

from customers.models import Customer, Interaction
from relcrm.base.models import Company, Job
from relcrm.base.tasks import work_due_jobs

pytestmark = pytest.mark.browser

PEOPLE = """Number,Name,E-mail,Phone,City
101,Ada Berger,ada.berger@example.com,+43 660 1234567,Graz
102,Ada Bergr,ada.berger@example.org,0660 1234567,Graz
103,Bela Novak,bela@example.com,,Wien
104,Cora Lind,cora@example.com,,Linz
"""
SHOP = """Customer,Date,Amount,Order
101,2026-01-10,40.00,1
101,2026-02-10,42.50,2
102,2026-02-20,39.90,3
103,2026-02-21,15.00,4
103,2026-02-30,15.00,5
104,2026-02-22,99.00,6
"""


@pytest.fixture
def walker(look_at, transactional_db, mara, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    Company.objects.update_or_create(pk=1, defaults={"name": "Larkfell", "country": "AT"})
    return look_at("/imports/", by=mara)


def bring(page, name: str, text: str) -> None:
    """A file from the upload to the worker's result, with what was recognised left as it is."""
    page.goto(f"{page.origin}/imports/")
    file = {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    page.set_input_files("input[type=file]", [file])
    page.get_by_role("button", name="Look at the file").click()
    page.wait_for_url(re.compile(r"/imports/\d+/"))
    page.get_by_role("button", name="Take in").click()
    page.get_by_text("You can leave this page").wait_for()
    worked_off(page)


def worked_off(page) -> None:
    """The worker works while nobody looks; then the same page again."""
    here = page.url
    page.goto("about:blank")
    work_due_jobs()
    assert not Job.objects.filter(state=Job.State.FAILED).exists()
    page.goto(here)


def test_from_a_file_to_one_person_less_and_back(walker):
    page = walker
    bring(page, "people.csv", PEOPLE)
    page.get_by_role("heading", name="What was stored").wait_for()
    bring(page, "shop.csv", SHOP)
    page.get_by_text("1 of 6 rows cannot be taken").or_(page.get_by_text("1 row")).first.wait_for()
    bought = page.url
    assert (Customer.objects.count(), Interaction.objects.count()) == (4, 5)

    page.goto(f"{page.origin}/customers/")
    page.locator("#customer-search").press_sequentially("berg")
    page.wait_for_url("**/customers/?q=berg*")
    page.get_by_role("link", name="Ada Berger").wait_for()

    page.goto(f"{page.origin}/segments/new/")
    page.get_by_role("button", name="Remove row 1").click()
    page.get_by_role("heading", name="4 customers").wait_for()
    page.get_by_role("button", name="Add what they did").click()
    page.wait_for_load_state("networkidle")  # what is chosen before the row is there is lost
    page.get_by_label("Row 1: when").select_option("ever")
    page.get_by_label("Row 1: days").wait_for(state="detached")
    page.get_by_label("Row 1: number").fill("2")
    page.get_by_label("Row 1: number").blur()
    page.get_by_role("heading", name="1 customer").wait_for()
    page.get_by_label("Name").fill("Came back")
    page.get_by_role("button", name="Keep").click()
    page.get_by_role("heading", name="Came back").wait_for()
    page.get_by_role("link", name="Why in").first.click()
    page.get_by_text("2 times, 82.50 EUR together").wait_for()

    page.goto(f"{page.origin}/customers/?q=Ada+Berger")
    page.get_by_role("link", name="Ada Berger").click()
    page.get_by_text("In these segments").wait_for()
    assert page.locator("#timeline").get_by_text("Bought").count() >= 2

    page.goto(f"{page.origin}/customers/duplicates/")
    page.get_by_role("button", name="Look again").click()
    page.wait_for_load_state("networkidle")
    worked_off(page)
    page.locator('#pairs a[href*="/merge/"]').first.click()
    page.get_by_role("button", name="Merge them").click()
    page.wait_for_url(re.compile(r"/customers/\d+/$"))
    assert Customer.objects.count() == 3
    page.locator("#timeline").get_by_text("€39.90").wait_for()

    page.goto(f"{page.origin}/customers/merges/")
    page.get_by_role("button", name=re.compile("^Undo")).click()
    page.wait_for_url(re.compile(r"/customers/\d+/$"))
    assert Customer.objects.count() == 4
    assert Interaction.objects.count() == 5

    page.goto(bought)
    page.get_by_role("button", name="Undo this import").click()
    page.wait_for_load_state("networkidle")
    worked_off(page)
    assert (Customer.objects.count(), Interaction.objects.count()) == (4, 0)
