"""Tags: put on, taken off, one by one or from the list, counted, filtered by."""

import pytest

from customers.actions.tags import remove_tag, rename_tag, set_tags, tag_customers, untag_customers
from customers.models import Tag, Tagging
from customers.queries.tags import tags_of, tags_with_counts
from relcrm.base.models import AuditLine
from relcrm.lib.refusals import Refused
from tests.conftest import NOW


def test_a_tag_is_put_on_once_whatever_its_case(ada, bo, mara):
    assert tag_customers([ada.pk, bo.pk], " Hiking  Club ", by=mara, now=NOW) == 2
    assert tag_customers([ada.pk], "HIKING CLUB", by=mara, now=NOW) == 0
    assert tag_customers([ada.pk], "Äpfel", by=mara, now=NOW) == 1
    assert tag_customers([ada.pk], "äpfel", by=mara, now=NOW) == 0
    counts = {tag.name: tag.people for tag in tags_with_counts(mara)}
    assert counts == {"Hiking Club": 2, "Äpfel": 1}
    assert AuditLine.objects.filter(verb="customers.tagged").first().detail == {"people": 2}


def test_a_tag_comes_off_again(ada, bo, mara):
    tag_customers([ada.pk, bo.pk], "VIP", by=mara, now=NOW)
    vip = Tag.objects.get()
    assert untag_customers([ada.pk], vip, by=mara, now=NOW) == 1
    assert tags_of([ada.pk, bo.pk]) == {bo.pk: [vip]}
    assert remove_tag(vip, by=mara, now=NOW) == 1
    assert not Tagging.objects.exists()


def test_exactly_these_tags_are_set(ada, mara):
    set_tags(ada, ["b", "a"], by=mara, now=NOW)
    set_tags(ada, ["B", "c"], by=mara, now=NOW)
    assert [tag.name for tag in tags_of([ada.pk])[ada.pk]] == ["b", "c"]
    before = AuditLine.objects.count()
    set_tags(ada, ["c", "b"], by=mara, now=NOW)
    assert AuditLine.objects.count() == before


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, ","])
def test_a_tag_without_a_name_is_refused(ada, mara, name):
    with pytest.raises(Refused, match="1 to 40"):
        tag_customers([ada.pk], name, by=mara, now=NOW)


def test_a_tag_is_renamed_but_not_to_another_s_name(ada, mara):
    set_tags(ada, ["vip", "hiker"], by=mara, now=NOW)
    vip = Tag.objects.get(name="vip")
    with pytest.raises(Refused, match="already"):
        rename_tag(vip, "Hiker", by=mara, now=NOW)
    rename_tag(vip, "VIP", by=mara, now=NOW)
    assert {tag.name for tag in tags_of([ada.pk])[ada.pk]} == {"VIP", "hiker"}


def test_the_ticked_rows_of_the_list_are_tagged_and_the_list_is_filtered(
    as_, mara, ada, bo, cyd, company
):
    browser = as_(mara)
    sent = {"ids": [ada.pk, bo.pk], "tag": "spring", "list": "sort=name"}
    answer = browser.post("/customers/tag/", sent)
    assert answer["Location"] == "/customers/?sort=name"
    tag = Tag.objects.get()
    page = browser.get(f"/customers/?tag={tag.pk}").content.decode()
    assert "Ada Novak" in page
    assert "Bo Lind" in page
    assert "Cyd Moreau" not in page
    browser.post("/customers/tag/", {"ids": [ada.pk], "tag": "spring", "untag": "1"})
    assert "Ada Novak" not in browser.get(f"/customers/?tag={tag.pk}").content.decode()


def test_the_profile_puts_tags_on_and_off_in_place(as_, sam, ada, company):
    browser = as_(sam)
    piece = browser.post(f"/customers/{ada.pk}/tags/", {"name": "Hiker"},
                         headers={"HX-Request": "true"})  # fmt: skip
    assert "Hiker" in piece.content.decode()
    assert "<html" not in piece.content.decode()
    off = browser.post(f"/customers/{ada.pk}/tags/", {"off": Tag.objects.get().pk})
    assert off.status_code == 302
    assert not Tagging.objects.exists()


def test_experts_neither_tag_others_customers_nor_see_the_page_of_tags(as_, eve, bo, company):
    browser = as_(eve)
    assert browser.post(f"/customers/{bo.pk}/tags/", {"name": "x"}).status_code == 403
    assert browser.get("/settings/tags/").status_code == 403


def test_tags_are_renamed_and_removed_on_their_page(as_, mara, ada, company):
    tag_customers([ada.pk], "hikr", by=mara, now=NOW)
    tag = Tag.objects.get()
    browser = as_(mara)
    assert ">1<" in browser.get("/settings/tags/").content.decode()
    browser.post(f"/settings/tags/{tag.pk}/", {"name": "hiker"})
    assert "hiker" in browser.get("/settings/tags/").content.decode()
    browser.post(f"/settings/tags/{tag.pk}/", {"remove": "1"})
    assert not Tag.objects.exists()


def test_an_expert_counts_only_the_customers_they_look_after(as_, ada, bo, company, eve, mara):
    tag_customers([ada.pk, bo.pk], "VIP", by=mara, now=NOW)
    assert [tag.people for tag in tags_with_counts(mara)] == [2]
    assert [tag.people for tag in tags_with_counts(eve)] == [1]
    assert as_(eve).get("/api/v1/tags").json()["results"][0]["people"] == 1
