"""The customer list: whom should we look after?"""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Customer, Identity
from feedback.actions import file_complaint
from relationships.engine.typology import typology
from relationships.models import Family, Portfolio, Profile
from relcrm.base.models import AuditLine
from relcrm.lib.windows import window
from relcrm.pages.queries.customers import URGENCY, how_many, parts
from relcrm.pages.wanted import Wanted, read
from tests.exports import exported
from tests.pages.listing import judged, names, people, read_page


def test_a_row_shows_relationship_likely_range_value_and_next_step(as_, root, company, ada):
    judged(ada, Family.FRIEND, 412.0, type="R2", next_step="repair")
    page = read_page(as_(root), "/customers/")
    assert names(page) == ["Ada Novak"]
    for shown in ("Casual buddy", "€412", "€206 to €824", "Repair", "Graz", "80 %"):
        assert shown in page


def test_somebody_not_scored_is_there_and_said_to_be_so(as_, mara, company, ada, bo):
    judged(ada)
    page = read_page(as_(mara), "/customers/")
    assert names(page) == ["Ada Novak", "Bo Lind"]
    assert "Not scored yet" in page
    assert names(read_page(as_(mara), "/customers/?unscored=1")) == ["Bo Lind"]


@pytest.mark.parametrize("sort", ["value", "name", "seen", "step", "alive"])
def test_walking_forward_and_back_meets_everyone_once(root, company, sort):
    made = people(19)
    # some have no value, some no judgement, some no day
    Profile.objects.filter(customer__in=made[:4]).update(value=None, alive=None, next_step="")
    Profile.objects.filter(customer__in=made[4:6]).delete()
    Customer.objects.filter(pk__in=[one.pk for one in made[::2]]).update(
        last_seen_on=timezone.now().date()
    )
    listed = parts(Wanted(sort=sort), root)
    forward, place = [], ""
    pages = []
    while True:
        page = window(listed, after=place, size=4)
        pages.append(page)
        forward += [row.pk for row in page.rows]
        if not page.after:
            break
        place = page.after
    assert sorted(forward) == sorted(one.pk for one in made)
    back = [row.pk for row in pages[-1].rows]
    place = pages[-1].before
    while place:
        page = window(listed, before=place, size=4)
        back = [row.pk for row in page.rows] + back
        place = page.before
    assert back == forward


def test_the_most_urgent_step_comes_first(root, company):
    made = people(4)
    for customer, step in zip(made, ("let_go", "thank", "repair", "welcome"), strict=True):
        Profile.objects.filter(customer=customer).update(next_step=step)
    shown = window(parts(Wanted(sort="step"), root)).rows
    assert [row.profile.next_step for row in shown] == ["repair", "welcome", "thank", "let_go"]


def test_pages_follow_by_links_and_a_broken_place_begins_anew(as_, mara, company):
    people(60)
    browser = as_(mara)
    first = read_page(browser, "/customers/?sort=name")
    older = re.search(r'href="(\?[^"]*after=[^"]+)" rel="next"', first).group(1)
    second = read_page(browser, "/customers/" + older)
    assert len(names(first)) == 50
    assert names(second)[0] == "Person 050"
    newer = re.search(r'href="(\?[^"]*before=[^"]+)" rel="prev"', second).group(1)
    assert names(read_page(browser, "/customers/" + newer)) == names(first)
    for broken in ("0.x", "9.e30", "x", "0.", "٣.x"):
        assert names(read_page(browser, f"/customers/?sort=name&after={broken}")) == names(first)


@pytest.mark.parametrize(
    "words", ["novak", "Ada", "ada@example", "graz", "A-17", "ova ada", "no ad", "GRAZ novak"]
)
def test_searching_finds_by_name_email_number_and_city(as_, mara, company, ada, bo, words):
    Identity.objects.create(customer=ada, kind="external", source="shop", value="A-17")
    found = names(read_page(as_(mara), f"/customers/?q={words}"))
    if words == "no ad":  # two letters count at the beginning of the field only
        assert found == []
    else:
        assert found == ["Ada Novak"]


def test_our_own_number_finds_one_and_nonsense_nobody(as_, mara, company, ada, bo):
    browser = as_(mara)
    assert names(read_page(browser, f"/customers/?q={bo.pk}")) == ["Bo Lind"]
    page = read_page(browser, "/customers/?q=%25nobody%25")
    assert "Nobody matches" in page
    read_page(browser, "/customers/?q=" + "9" * 190)


def test_filters_stand_in_the_address_and_hold_together(as_, root, company, ada, bo, cyd, dan):
    judged(ada, Family.MARRIAGE, 500.0, type="M1")
    judged(bo, Family.FLING, 20.0, next_step="welcome", alive=0.9)
    judged(cyd, Family.DISTANT, 5.0, alive=0.1)
    judged(dan, Family.NEGATIVE, -30.0, type="N1", next_step="repair")
    file_complaint(dan, subject="Parcel late", by=None, now=timezone.now())
    Customer.objects.filter(pk=bo.pk).update(country="AT")
    browser = as_(root)
    for query, who in {
        "family=marriage": ["Ada Novak"],
        "type=N1": ["Dan Okafor"],
        "step=welcome": ["Bo Lind"],
        "complaint=1": ["Dan Okafor"],
        "alive_most=0.2": ["Cyd Moreau"],
        "value_least=100": ["Ada Novak"],
        "value_most=0": ["Dan Okafor"],
        "country=at": ["Bo Lind"],
        "family=fling&country=DE": [],
        "family=nonsense&value_least=x&persona=²": [
            "Ada Novak",
            "Bo Lind",
            "Cyd Moreau",
            "Dan Okafor",
        ],
    }.items():
        assert names(read_page(browser, f"/customers/?{query}")) == who, query


def test_an_address_is_read_and_written_back():
    given = {"q": "x y", "sort": "seen", "value_least": "12.5", "complaint": "1", "step": "thank"}
    wanted = read(given, frank=True, sees_people=True)
    assert dict(re.findall(r"(\w+)=([^&]*)", wanted.address())) == given | {"q": "x+y"}
    assert wanted.address(q="", sort="value", value_least=None, complaint=False, step="") == "?"


def test_an_empty_company_is_invited_to_begin(as_, root, company):
    page = read_page(as_(root), "/customers/")
    assert "There are no customers yet" in page
    assert "/customers/new/" in page


def test_the_whole_list_leaves_as_a_file_without_formulas_and_is_on_record(
    as_, mara, company, ada, dan
):  # fmt: skip
    judged(ada)
    Customer.objects.filter(pk=dan.pk).update(name="=cmd()")
    sent = {"everyone": 1, "list": "q=example&sort=name"}
    lines = exported(as_(mara), "/customers/export/", sent).splitlines()
    assert lines[0].endswith("last_seen_on")
    assert len(lines) == 3
    assert any("'=cmd()" in line for line in lines)
    kept = AuditLine.objects.get(verb="customers.exported")
    assert kept.detail == {"people": 2, "criteria": {"sort": "name", "searched": True}}


def test_only_the_ticked_leave_and_nobody_is_refused(as_, mara, company, ada, bo):
    browser = as_(mara)
    sent = {"ids": [bo.pk, "x", "9" * 30], "list": ""}
    lines = exported(browser, "/customers/export/", sent).splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ["Bo Lind"]
    assert browser.post("/customers/export/", {"list": ""}).status_code == 409
    assert AuditLine.objects.filter(verb="customers.exported").count() == 1


def test_a_customer_is_added_and_changed_through_the_form(as_, mara, company):
    browser = as_(mara)
    sent = {"name": "Ida Bell", "email": "IDA@example.com", "number": "K-9", "country": "AT",
            "interests": "running, , cooking"}  # fmt: skip
    answer = browser.post("/customers/new/", sent)
    ida = Customer.objects.get(name="Ida Bell")
    assert answer.status_code == 302
    assert (ida.email, ida.country, ida.interests) == (
        "ida@example.com",
        "AT",
        ["running", "cooking"],
    )
    assert set(ida.identities.values_list("value", flat=True)) == {"ida@example.com", "K-9"}
    page = read_page(browser, f"/customers/{ida.pk}/edit/")
    assert 'value="running, cooking"' in page
    browser.post(f"/customers/{ida.pk}/edit/", sent | {"city": "Graz"})
    ida.refresh_from_db()
    assert ida.city == "Graz"
    changed = AuditLine.objects.get(verb="customer.changed")
    assert changed.detail == {"fields": ["city"]}
    assert browser.post("/customers/new/", sent | {"name": "Twin"}).status_code == 409


def test_a_form_that_says_nothing_or_nonsense_is_mended_in_place(as_, mara, company):
    answer = as_(mara).post("/customers/new/", {"country": "Austria", "email": "x"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Select a valid choice. Austria is not one" in page
    assert "Give a name, an e-mail" in as_(mara).post("/customers/new/", {}).content.decode()


def test_htmx_gets_the_list_alone(as_, mara, company, ada):
    answer = as_(mara).get("/customers/?q=ada", headers={"HX-Request": "true", "HX-Target": "list"})
    page = answer.content.decode()
    assert page.lstrip().startswith('<div class="stack-4" id="list">')
    assert "<html" not in page


@pytest.mark.parametrize("count", [1, 20])
def test_the_number_of_queries_does_not_grow(
    as_, mara, company, count, django_assert_max_num_queries
):  # fmt: skip
    people(count)
    browser = as_(mara)
    with django_assert_max_num_queries(11):
        read_page(browser, "/customers/?q=person")


def test_last_seen_is_counted_from_the_day_looked_at(as_, mara, company, ada):
    company.as_of = timezone.now().date()
    company.save()
    Customer.objects.filter(pk=ada.pk).update(last_seen_on=company.as_of - timedelta(days=12))
    assert "12 d" in read_page(as_(mara), "/customers/")


def test_every_next_step_has_its_place_in_the_order_of_urgency():
    assert sorted(URGENCY) == sorted(typology().groups)


def test_families_are_counted_as_of_the_day_one_looks_at(as_, mara, company):
    judged(Customer.objects.create(name="Ida"))
    counted = {"alive": 1.0, "value": {}, "computed_at": timezone.now()}
    for day, known in ((date(2026, 1, 31), 1_234), (timezone.now().date(), 5_678)):
        Portfolio.objects.create(as_of=day, customers=known, families={}, **counted)
    assert "5,678 customers" in as_(mara).get("/customers/").content.decode()
    company.as_of = date(2026, 1, 31)
    company.save()
    assert "1,234 customers" in as_(mara).get("/customers/").content.decode()


def test_a_filtered_list_says_how_many_of_all_it_shows(as_, mara, company, monkeypatch):
    people(60, next_step="thank")
    last = people(3, next_step="repair")
    Portfolio.objects.create(
        as_of=timezone.now().date(), customers=70, families={}, alive=1.0, value={},
        computed_at=timezone.now(),
    )  # fmt: skip
    browser = as_(mara)
    assert "60 of 70 customers" in read_page(browser, "/customers/?step=thank")
    first = read_page(browser, "/customers/?step=thank")
    older = re.search(r'href="(\?[^"]*after=[^"]+)" rel="next"', first).group(1)
    assert "60 of 70 customers" in read_page(browser, "/customers/" + older)
    assert "3 of 70 customers" in read_page(browser, "/customers/?step=repair")
    assert " of 70 customers" not in read_page(browser, "/customers/?sort=name")
    monkeypatch.setattr("relcrm.pages.queries.customers.MOST_COUNTED", 55)
    assert "more than 55 of 70 customers" in read_page(browser, "/customers/?step=thank")
    Portfolio.objects.update(customers=2)  # scored before the others came
    assert ">3 customers<" in read_page(browser, f"/customers/?step={last[0].profile.next_step}")


def test_counting_a_filtered_list_is_one_statement_with_an_end(root, company):
    people(9)
    with CaptureQueriesContext(connection) as seen:
        assert how_many(Wanted(family="friend"), root, most=5) == 6
    [counted] = [one["sql"] for one in seen if "COUNT(" in one["sql"]]
    assert "LIMIT 6" in counted
