"""Likely pairs on their pages: decided one by one or several at once, merged, and parted again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.actions.customers import create_customer
from customers.actions.duplicates import find_duplicates
from customers.actions.merge import merge_customers
from customers.models import Customer, Duplicate, Merge
from relcrm.base.models import AuditLine, Job
from tests.conftest import NOW

DUPLICATES = "/customers/duplicates/"


@pytest.fixture
def twin(db, company, ada, bo, mara) -> Customer:
    """Ada again, from the till."""
    Customer.objects.filter(pk=ada.pk).update(phone="+4366012345", occupation="nurse")
    twin = create_customer(
        by=mara, now=NOW, name="Adda Novak", phone="+43 660 12345", city="Linz", is_another=True,
        numbers={"till": "T1"},
    )  # fmt: skip
    find_duplicates(now=timezone.now(), progress=lambda *_, **__: None)
    return twin


MAY = {"mara": 200, "sam": 200, "root": 200, "nils": 403, "eve": 403, "pia": 403}


@pytest.mark.parametrize(("who", "answer"), MAY.items())
def test_who_may_not_edit_may_not_merge(who, answer, as_, ada, twin, request):
    client = as_(request.getfixturevalue(who))
    for path in (DUPLICATES, "/customers/merges/", f"/customers/{ada.pk}/merge/{twin.pk}/"):
        assert client.get(path).status_code == answer, path
    if answer == 403:
        pair = Duplicate.objects.get()
        for path in (f"{DUPLICATES}find/", f"{DUPLICATES}merge/", f"{DUPLICATES}{pair.pk}/",
                     f"/customers/{ada.pk}/merge/{twin.pk}/"):  # fmt: skip
            assert client.post(path).status_code == 403, path
        assert Customer.objects.filter(pk=twin.pk).exists()


def test_the_list_says_why(as_, mara, ada, twin):
    page = as_(mara).get(DUPLICATES).content.decode()
    for words in ("Ada Novak", "Adda Novak", "the same phone", "names a slip of the pen apart",
                  "likely", "till T1", "Linz"):  # fmt: skip
        assert words in page
    assert AuditLine.objects.filter(verb="duplicates.listed", user=mara).exists()


def test_a_pair_is_kept_apart_put_off_and_brought_back(as_, mara, twin):
    client, pair = as_(mara), Duplicate.objects.get()
    client.post(f"{DUPLICATES}{pair.pk}/", {"how": "dismiss"})
    assert "Adda" not in client.get(DUPLICATES).content.decode()
    assert "Adda" in client.get(f"{DUPLICATES}?state=dismissed").content.decode()
    client.post(f"{DUPLICATES}{pair.pk}/", {"how": "reopen"})
    assert "Adda" in client.get(DUPLICATES).content.decode()
    client.post(f"{DUPLICATES}{pair.pk}/", {"how": "later"})
    assert "Adda" not in client.get(DUPLICATES).content.decode()
    assert "until" in client.get(f"{DUPLICATES}?state=postponed").content.decode()


def test_one_chooses_merges_and_undoes(as_, mara, ada, twin):
    client = as_(mara)
    way = f"/customers/{ada.pk}/merge/{twin.pk}/"
    page = client.get(way).content.decode()
    assert 'name="city" value="theirs"' in page
    assert "24 events" in page
    assert "likely duplicate" not in page  # rows of ours say nothing to who decides
    answer = client.post(way, {"city": "theirs", "name": "mine"}, follow=True)
    assert answer.redirect_chain[-1][0] == f"/customers/{ada.pk}/"
    assert Customer.objects.get(pk=ada.pk).city == "Linz"
    assert "Adda Novak" in client.get("/customers/merges/").content.decode()
    back = client.post(f"/customers/merges/{Merge.objects.get().pk}/undo/", follow=True)
    assert back.redirect_chain[-1][0] == f"/customers/{twin.pk}/"
    assert Customer.objects.get(pk=ada.pk).city == "Graz"
    assert "undone" in client.get("/customers/merges/").content.decode()


def test_a_merge_that_is_too_old_offers_no_undo(as_, mara, ada, twin):
    merge_customers(ada, twin, by=mara, now=timezone.now() - timedelta(days=31))
    page = as_(mara).get("/customers/merges/").content.decode()
    assert "Adda Novak" in page
    assert "/undo/" not in page


def test_sure_pairs_are_ticked_and_merged(as_, mara, ada, twin):
    Duplicate.objects.update(is_sure=True)
    ids = [str(pair.pk) for pair in Duplicate.objects.all()]
    answer = as_(mara).post(f"{DUPLICATES}merge/", {"ids": [*ids, "x", "99999"]}, follow=True)
    assert "1 pair merged" in answer.content.decode()
    assert not Customer.objects.filter(pk=twin.pk).exists()


def test_what_is_not_sure_is_not_merged_unseen(as_, mara, twin):
    Duplicate.objects.update(is_sure=False)
    as_(mara).post(f"{DUPLICATES}merge/", {"ids": [str(Duplicate.objects.get().pk)]})
    assert Customer.objects.filter(pk=twin.pk).exists()


def test_looking_again_is_a_job_with_progress(as_, mara, twin):
    client = as_(mara)
    client.post(f"{DUPLICATES}find/")
    client.post(f"{DUPLICATES}find/")
    assert Job.objects.get().kind == "duplicates"
    assert 'role="progressbar"' in client.get(DUPLICATES).content.decode()


def test_the_old_address_leads_to_the_survivor(as_, mara, nils, eve, ada, bo, twin):
    merge_customers(bo, twin, by=mara, now=NOW)
    client = as_(mara)
    answer = client.get(f"/customers/{twin.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/customers/{bo.pk}/")
    timeline = client.get(f"/customers/{twin.pk}/timeline/?show=bought")
    assert timeline["Location"] == f"/customers/{bo.pk}/timeline/?show=bought"
    assert client.post(f"/customers/{twin.pk}/edit/").status_code == 404
    assert as_(nils).get(f"/customers/{twin.pk}/").status_code == 302
    assert as_(eve).get(f"/customers/{twin.pk}/").status_code == 404
    merge_customers(ada, bo, by=mara, now=NOW)
    assert client.get(f"/customers/{twin.pk}/")["Location"] == f"/customers/{ada.pk}/"


def test_the_timeline_tells_of_the_merge_and_its_undo(as_, mara, ada, twin):
    client = as_(mara)
    client.post(f"/customers/{ada.pk}/merge/{twin.pk}/")
    page = client.get(f"/customers/{ada.pk}/timeline/").content.decode()
    assert f"Became one with customer {twin.pk}" in page
    client.post(f"/customers/merges/{Merge.objects.get().pk}/undo/")
    page = client.get(f"/customers/{ada.pk}/timeline/").content.decode()
    assert f"Parted again from customer {twin.pk}" in page


def test_a_list_of_twenty_asks_no_more_than_a_list_of_one(
    as_, mara, ada, bo, twin, django_assert_max_num_queries
):
    for n in range(20):
        other = Customer.objects.create(name=f"Ada {n}")
        Duplicate.objects.create(first=ada, second=other, score=0.5, found_at=NOW)
    client = as_(mara)
    with django_assert_max_num_queries(18):
        client.get(DUPLICATES)


@pytest.mark.browser
@pytest.mark.parametrize(("theme", "size"), [("light", "desktop"), ("dark", "phone")])
def test_the_pages_can_be_read_by_everyone(look_at, root, mara, ada, bo, twin, theme, size):
    Duplicate.objects.create(first=ada, second=bo, score=0.995, is_sure=True, found_at=NOW,
                             reasons=[["name", "same"], ["city", "different"]])  # fmt: skip
    compare = f"/customers/{ada.pk}/merge/{twin.pk}/"
    page = look_at("", by=root, theme=theme, size=size)
    for path in (DUPLICATES, f"{DUPLICATES}?state=dismissed", compare):
        assert page.goes_on(path) == 200, path
        page.has_no_barriers()
        page.does_not_scroll_sideways()
    merge_customers(ada, twin, by=mara, now=timezone.now())
    assert page.goes_on("/customers/merges/") == 200
    page.has_no_barriers()
    page.does_not_scroll_sideways()


@pytest.mark.browser
def test_merging_and_undoing_in_a_browser(look_at, root, ada, twin):
    page = look_at(DUPLICATES, by=root)
    page.get_by_role("link", name="Merge…").click()
    page.get_by_label("Linz").check()
    page.get_by_role("button", name="Merge them").click()
    page.wait_for_url(f"**/customers/{ada.pk}/")
    page.goto(f"{page.origin}/customers/merges/")
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url(f"**/customers/{twin.pk}/")
    assert page.get_by_role("heading", name="Adda Novak").is_visible()
