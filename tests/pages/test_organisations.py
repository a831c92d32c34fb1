"""Organisations: made, found, joined, left, and their members' joint timeline."""

import pytest

from customers.actions.organisations import (
    change_organisation,
    join_organisation,
    leave_organisation,
    make_organisation,
)
from customers.models import Kind, Organisation
from relcrm.base.models import AuditLine
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY, happened


@pytest.fixture
def club(company, ada, bo, mara):
    club = make_organisation(name="Hiking club", domain="www.Hike.example", by=mara, now=NOW)
    for customer in (ada, bo):
        join_organisation(customer, club, by=mara, now=NOW)
    company.as_of = TODAY
    company.save()
    return club


def test_members_come_and_leave_with_a_trace(club, ada, bo, mara):
    assert club.domain == "hike.example"
    with pytest.raises(Refused, match="already"):
        join_organisation(ada, club, by=mara, now=NOW)
    leave_organisation(ada, by=mara, now=NOW)
    with pytest.raises(Refused, match="no organisation"):
        leave_organisation(ada, by=mara, now=NOW)
    change_organisation(club, name="Club", domain="", by=mara, now=NOW)
    with pytest.raises(Refused, match="1 to 200"):
        make_organisation(name=" ", by=mara, now=NOW)
    verbs = AuditLine.objects.filter(subject_kind="customers.organisation").order_by("pk")
    assert [line.verb for line in verbs] == [
        "organisation.made", "organisation.joined", "organisation.joined", "organisation.left",
        "organisation.changed",
    ]  # fmt: skip


def test_the_page_joins_the_timelines_of_its_members(as_, mara, club, ada, bo):
    happened(bo, Kind.VISIT, TODAY, channel="shop")
    answer = as_(mara).get(f"/organisations/{club.pk}/")
    page = answer.content.decode()
    assert "Hiking club" in page
    assert "Bo Lind:" in page
    assert "Ada Novak:" in page
    older = answer.context["timeline"].older
    rest = as_(mara).get(
        f"/organisations/{club.pk}/", {"before": str(older)},
        headers={"HX-Request": "true", "HX-Target": "older"},
    )  # fmt: skip
    assert rest.content.decode().count("<li") == 24 + 2 - 20


def test_an_organisation_is_found_by_name_and_by_domain(as_, mara, club):
    Organisation.objects.create(name="Other")
    browser = as_(mara)
    for asked in ("hiking", "hike.example"):
        page = browser.get(f"/organisations/?q={asked}").content.decode()
        assert "Hiking club" in page
        assert "Other" not in page
    assert "Hiking club" in browser.get("/search/?q=hiking").content.decode()


def test_members_are_added_and_taken_off_on_the_page(as_, sam, club, cyd):
    browser, path = as_(sam), f"/organisations/{club.pk}/change/"
    browser.post(path, {"number": f"#{cyd.pk}"})
    cyd.refresh_from_db()
    assert cyd.organisation == club
    browser.post(path, {"off": cyd.pk})
    cyd.refresh_from_db()
    assert cyd.organisation is None
    assert browser.post(path, {"off": cyd.pk}).status_code == 404
    browser.post(path, {"name": "Hikers", "domain": ""})
    assert browser.post("/organisations/new/", {"name": "New"}).status_code == 302
    assert set(Organisation.objects.values_list("name", flat=True)) == {"Hikers", "New"}


def test_a_member_is_found_by_name_with_and_without_script(as_, sam, eve, club, cyd, company):
    path = f"/organisations/{club.pk}/"
    page = as_(sam).get(f"{path}?who=moreau").content.decode()
    assert f'name="number" value="{cyd.pk}"' in page
    piece = as_(sam).get(f"{path}?who=moreau", headers={"HX-Request": "true",
                                                        "HX-Target": "candidates"})  # fmt: skip
    assert "<html" not in piece.content.decode()
    assert "Cyd Moreau" in piece.content.decode()
    assert "Nobody of this name" in as_(sam).get(f"{path}?who=ada").content.decode()
    assert "Cyd Moreau" not in as_(eve).get(f"{path}?who=moreau").content.decode()


def test_analysts_see_no_organisation_and_experts_those_of_their_customers(
    as_, nils, eve, club, ada, bo
):
    assert as_(nils).get(f"/organisations/{club.pk}/").status_code == 403
    page = as_(eve).get(f"/organisations/{club.pk}/").content.decode()
    assert "Ada Novak" in page
    assert "Bo Lind" not in page
    other = Organisation.objects.create(name="Other")
    assert as_(eve).get(f"/organisations/{other.pk}/").status_code == 404
