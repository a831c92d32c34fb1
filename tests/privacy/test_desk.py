"""The desk of requests, as the privacy officer walks it: in, checked, done."""

from datetime import timedelta

import pytest
from django.utils.timezone import now as clock

from customers.actions.requests import open_request
from customers.models import Customer, SubjectRequest
from relcrm.base.models import AuditLine
from relcrm.base.tasks import work_due_jobs

pytestmark = pytest.mark.django_db


def test_a_request_is_taken_in_by_the_customers_number_or_e_mail(company, ada, bo, pia, as_):
    page = as_(pia)
    today = clock().date().isoformat()
    sent = {"kind": "access", "who": str(ada.pk), "received_on": today, "came_by": "letter"}
    made = page.post("/privacy/requests/new/", sent)
    request = SubjectRequest.objects.get()
    assert made["Location"] == f"/privacy/requests/{request.pk}/"
    assert (request.customer, request.came_by) == (ada, "letter")
    unknown = page.post("/privacy/requests/new/", sent | {"who": "nobody@nowhere.example"})
    assert unknown.status_code == 422
    page.post("/privacy/requests/new/", sent | {"who": "", "asked_by": "A stranger"})
    assert SubjectRequest.objects.filter(customer=None).count() == 1


def test_the_desk_marks_what_is_late_and_counts(company, ada, bo, pia, as_):
    now = clock()
    open_request("access", customer=ada, by=pia, now=now - timedelta(days=40))
    open_request("access", customer=bo, by=pia, now=now)
    page = as_(pia)
    late = page.get("/privacy/requests/?show=overdue").content.decode()
    assert "1 request is late" in late
    assert "Ada Novak" in late
    assert "Bo Lind" not in late


def test_the_list_costs_the_same_with_many_rows(company, pia, as_, django_assert_max_num_queries):
    page, now = as_(pia), clock()
    for number in range(20):
        who = Customer.objects.create(name=f"Person {number}")
        open_request("access", customer=who, by=pia, now=now)
    page.get("/privacy/requests/")
    with django_assert_max_num_queries(6):
        page.get("/privacy/requests/")


def test_access_from_identity_to_the_link(company, ada, pia, as_):
    request = open_request("access", customer=ada, by=pia, now=clock())
    page, at = as_(pia), f"/privacy/requests/{request.pk}/"
    page.post(f"{at}identity/", {"how": "answered from the address we write to"})
    page.post(f"{at}take/")
    page.post(f"{at}package/")
    assert work_due_jobs() == 1
    shown = page.get(at).content.decode()
    assert "/privacy/yours/" in shown
    package = request.packages.get()
    assert page.post(f"/privacy/packages/{package.pk}/")["Content-Type"] == "application/zip"
    page.post(f"{at}done/", {"answer": "Sent the link."})
    request.refresh_from_db()
    assert (request.state, request.owner) == ("done", pia)
    assert AuditLine.objects.filter(verb="request.viewed", subject_id=request.pk).exists()


def test_erasure_offers_the_data_first_and_closes_the_request(company, ada, pia, as_):
    request = open_request("erasure", customer=ada, by=pia, now=clock())
    page = as_(pia)
    assert page.post(f"/privacy/customers/{ada.pk}/package/").status_code == 302
    work_due_jobs()
    shown = page.get(f"/customers/{ada.pk}/erase/").content.decode()
    assert "Download the package" in shown
    page.post(f"/customers/{ada.pk}/erase/")
    request.refresh_from_db()
    assert request.state == "done"
    assert page.get(f"/privacy/requests/{request.pk}/").status_code == 200


@pytest.mark.parametrize("verb", ["extend", "refuse", "done"])
def test_what_needs_words_is_refused_without_them(company, ada, pia, as_, verb):
    request = open_request("restriction", customer=ada, by=pia, now=clock())
    answer = as_(pia).post(f"/privacy/requests/{request.pk}/{verb}/")
    assert answer.status_code == 409
    assert request.is_open


def test_a_restriction_is_seen_on_the_page_and_lifted_there(company, ada, pia, as_):
    request = open_request("restriction", customer=ada, by=pia, now=clock())
    page, at = as_(pia), f"/privacy/requests/{request.pk}/"
    page.post(f"{at}identity/", {"how": "passport"})
    page.post(f"{at}done/")
    assert "use restricted" in page.get(at).content.decode()
    page.post(f"{at}lift/")
    ada.refresh_from_db()
    assert ada.restricted_at is None
    assert page.post(f"{at}nonsense/").status_code == 404
