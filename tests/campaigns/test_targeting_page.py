"""The targeting page: pick, see at once, keep, export; with and without htmx."""

import csv
import io

import pytest
from django.utils import timezone

from campaigns.models import Audience
from customers.models import Customer, Kind
from feedback import actions as complaints
from relcrm.base.models import AuditLine
from tests.campaigns.test_targeting import judged
from tests.conftest import TODAY, happened
from tests.exports import exported

PAGE = "/campaigns/targeting/"


@pytest.fixture
def friends(ada, dan, company):
    judged(ada, "R4", value=400, value_low=300, value_high=520)
    judged(dan, "R2", value=150, value_low=100, value_high=210)


def text(reply):
    return reply.content.decode()


def test_the_page_counts_who_is_in_and_who_is_left_out(as_, mara, sam, friends, dan):
    complaints.file_complaint(dan, subject="Late", by=sam, now=timezone.now())
    page = text(as_(mara).get(PAGE))
    assert "1 person may be addressed" in page
    assert "1 is left out" in page
    assert "A complaint is open" in page
    assert "Ada Novak" in page
    assert "Dan Okafor" not in page


def test_who_is_left_out_opens_from_the_reason(as_, mara, sam, friends, dan):
    complaints.file_complaint(dan, subject="Late", by=sam, now=timezone.now())
    page = text(as_(mara).get(f"{PAGE}?left_out=complaint"))
    assert "Dan Okafor" in page
    assert "Ada Novak" not in page


def test_what_was_picked_stays_picked_and_is_in_the_address(as_, mara, friends):
    page = text(as_(mara).get(f"{PAGE}?types=R4&purpose=win_back&value_least=10"))
    assert 'value="R4" checked' in page.replace("  ", " ")
    assert 'value="win_back" checked' in page
    assert 'value="10"' in page


def test_htmx_gets_the_result_alone(as_, mara, friends):
    piece = text(as_(mara).get(PAGE, headers={"HX-Request": "true", "HX-Target": "result"}))
    assert piece.lstrip().startswith('<div class="stack-5" id="result"')


def test_criteria_that_make_no_sense_say_what_would_mend_them(as_, mara, company):
    page = text(as_(mara).get(f"{PAGE}?value_least=much&countries=Austria"))
    assert "Write a number, such as 120." in page
    assert "two letters" in page
    assert "may be addressed" not in page


def test_criteria_that_mean_nobody_say_so(as_, mara, company):
    assert "These criteria mean nobody" in text(as_(mara).get(f"{PAGE}?types=M2"))


def test_an_empty_company_is_told_where_to_begin_instead(as_, mara, company):
    page = text(as_(mara).get(PAGE))
    assert "There is nobody to address yet" in page
    assert 'href="/imports/"' in page


def test_a_marketer_neither_sees_nor_picks_negative_types(as_, mara, root, dan, company):
    judged(dan, "N5")
    page = text(as_(mara).get(f"{PAGE}?left_out=service"))
    assert "Please leave to service" in page
    for name in ("Adversary", "Captive", 'value="negative"'):
        assert name not in page
    assert "no “N5” to choose" in text(as_(mara).get(f"{PAGE}?types=N5"))
    assert "Adversary" in text(as_(root).get(f"{PAGE}?types=N5&left_out=service"))


def test_somebody_never_scored_is_too_early_to_tell(as_, mara, bo, company):
    assert "Too early to tell" in text(as_(mara).get(PAGE))


def test_an_audience_is_kept_opened_and_forgotten(as_, mara, friends):
    browser = as_(mara)
    criteria = "purpose=news&types=R4"
    reply = browser.post(f"{PAGE}save/", {"criteria": criteria, "name": "Friends"})
    assert reply.headers["Location"] == f"{PAGE}?{criteria}"
    audience = Audience.objects.get()
    assert f'href="{PAGE}?purpose=news&amp;types=R4"' in text(browser.get(PAGE))
    browser.post(f"/campaigns/audiences/{audience.pk}/forget/")
    assert not Audience.objects.exists()


def test_an_audience_of_a_negative_type_is_there_for_those_who_may_know_it(as_, mara, root):
    browser = as_(root)
    browser.post(f"{PAGE}save/", {"criteria": "types=N5", "name": "Takers"})
    assert "Takers" in text(browser.get(PAGE))
    assert "Takers" not in text(as_(mara).get(PAGE))
    there = f"/campaigns/audiences/{Audience.objects.get().pk}/forget/"
    assert as_(mara).post(there).status_code == 404


def test_a_name_that_is_taken_is_refused(as_, mara, friends):
    browser = as_(mara)
    for status in (302, 409):
        reply = browser.post(f"{PAGE}save/", {"criteria": "", "name": "Friends"})
        assert reply.status_code == status


def test_the_export_holds_those_who_may_be_addressed_and_is_on_record(as_, mara, sam, friends, dan):
    complaints.file_complaint(dan, subject="Late", by=sam, now=timezone.now())
    body = exported(as_(mara), f"{PAGE}export/", {"criteria": "families=friend"})
    rows = list(csv.DictReader(io.StringIO(body)))
    assert [row["email"] for row in rows] == ["ada@example.com"]
    assert list(rows[0]) == ["customer", "name", "email", "language"]
    line = AuditLine.objects.get(verb="audience.exported")
    assert (line.user, line.detail["people"]) == (mara, 1)


def test_no_cell_of_an_export_runs_as_a_formula(as_, mara, company):
    formula = Customer.objects.create(name='=HYPERLINK("http://x")', email="+1@example.com")
    happened(formula, Kind.PURCHASE, TODAY, 10)
    body = exported(as_(mara), f"{PAGE}export/", {"criteria": ""})
    row = next(csv.DictReader(io.StringIO(body)))
    assert row["name"] == '\'=HYPERLINK("http://x")'
    assert row["email"] == "'+1@example.com"


def test_an_export_needs_a_button_and_people(as_, mara, company):
    assert as_(mara).get(f"{PAGE}export/").status_code == 405
    reply = as_(mara).post(f"{PAGE}export/", {"criteria": ""})
    assert reply.status_code == 409
    assert "nothing to export" in text(reply)


def test_only_those_who_target_come_in(client, as_, sam, nils, pia, company):
    assert client.get(PAGE).status_code == 302
    for colleague in (sam, nils, pia):
        assert as_(colleague).get(PAGE).status_code == 403
        assert as_(colleague).post(f"{PAGE}export/", {"criteria": ""}).status_code == 403


def test_the_page_costs_the_same_however_many_are_meant(
    as_, mara, company, django_assert_max_num_queries
):
    browser = as_(mara)
    for people in (1, 20):
        while Customer.objects.count() < people:
            judged(Customer.objects.create(name="Someone", email="x@example.com"), "R4")
        # session, user, company, personae, countries, audiences, segments, and the rules of
        # contact (policy, waivers) before the counts and the members (2)
        with django_assert_max_num_queries(13):
            browser.get(PAGE)
