"""The settings: company, team, keys, jobs, audit, each behind its role."""

import re
from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from relcrm.base.actions import jobs
from relcrm.base.models import ApiKey, AuditLine, Company, Job, User
from tests.conftest import NOW

ADMIN_PAGES = ["/settings/", "/settings/team/", "/settings/team/new/", "/settings/keys/"]
COMPANY = {
    "name": "Alpine Boots", "currency": "EUR", "zone": "Europe/Vienna", "country": "AT",
}  # fmt: skip


@pytest.mark.parametrize("page", ADMIN_PAGES)
def test_only_admins_see_the_settings(page, as_, root, mara, company):
    assert as_(root).get(page).status_code == 200
    assert as_(mara).get(page).status_code == 403


@pytest.mark.parametrize("number", ["%C2%B2", "9" * 30, "9" * 5000, "-1"])
def test_an_address_with_a_strange_number_is_answered(as_, root, company, number):
    for page in ("/settings/jobs/?after=", "/settings/audit/?after=", "/settings/audit/?who="):
        assert as_(root).get(page + number).status_code == 200
    assert as_(root).get(f"/?against={number}").status_code == 200


def test_nobody_changes_the_address_they_sign_in_with_by_themselves(as_, nils, company):
    sent = {"action_add": "", "email": "thief@example.org"}
    assert as_(nils).post("/accounts/email/", sent).status_code == 404
    assert not EmailAddress.objects.filter(email="thief@example.org").exists()
    assert as_(nils).get("/accounts/password/change/").status_code == 200


def test_a_changed_company_is_scored_again_and_on_record(as_, root, company):
    as_(root).post("/settings/", COMPANY)
    line = AuditLine.objects.get(verb="company.changed")
    assert line.detail["after"]["name"] == "Alpine Boots"
    assert Job.objects.filter(kind="score").count() == 1


def test_a_wrong_currency_is_named_beside_its_field(as_, root, company):
    reply = as_(root).post("/settings/", COMPANY | {"currency": "Euro"})
    assert reply.status_code == 422
    assert Company.objects.get().currency == "EUR"


def test_the_day_looked_at_is_set_and_reset(as_, root, company):
    as_(root).post("/settings/as-of/", {"day": "1998-06-30"})
    assert Company.objects.get().as_of == date(1998, 6, 30)
    page = as_(root).get("/settings/").content.decode()
    assert "as of 30 June 1998" in page
    as_(root).post("/settings/as-of/", {"today": "1"})
    assert Company.objects.get().as_of is None


def test_a_day_that_has_not_come_is_refused(as_, root, company):
    assert as_(root).post("/settings/as-of/", {"day": "2999-01-01"}).status_code == 409


def test_an_admin_adds_a_colleague_who_can_sign_in(as_, client, root, company):
    fields = {"name": "Ida", "email": "ida@example.com", "role": "service"}
    as_(root).post("/settings/team/new/", fields | {"password": "a long enough secret"})
    login = {"login": "Ida@example.com", "password": "a long enough secret"}
    assert client.post("/accounts/login/", login).status_code == 302
    assert AuditLine.objects.filter(verb="colleague.added").count() == 1


def test_a_short_password_is_refused_with_words(as_, root, company):
    fields = {"name": "Ida", "email": "ida@example.com", "role": "service", "password": "short"}
    reply = as_(root).post("/settings/team/new/", fields)
    assert reply.status_code == 422
    assert "too short" in reply.content.decode()


def test_the_last_admin_stays(as_, root, company):
    url = f"/settings/team/{root.pk}/"
    typed = {"name": "Root", "email": root.email, "role": "marketer", "is_active": "on"}
    reply = as_(root).post(url, typed)
    assert reply.status_code == 409
    assert User.objects.get(pk=root.pk).role == "admin"


def test_a_colleague_who_leaves_cannot_sign_in(as_, root, mara, company):
    typed = {"name": "Mara", "email": mara.email, "role": "marketer"}
    as_(root).post(f"/settings/team/{mara.pk}/", typed)
    assert not User.objects.get(pk=mara.pk).is_active


def test_an_admin_gives_a_colleague_another_address_and_the_former_opens_nothing(
    as_, root, mara, company
):
    EmailAddress.objects.create(user=mara, email=mara.email, primary=True, verified=True)
    typed = {"name": "Mara", "email": "mara@new.example", "role": "marketer", "is_active": "on"}
    assert as_(root).post(f"/settings/team/{mara.pk}/", typed).status_code == 302
    assert User.objects.get(pk=mara.pk).email == "mara@new.example"
    assert not EmailAddress.objects.exists()
    for address, status in (("mara@example.com", 200), ("mara@new.example", 302)):
        login = {"login": address, "password": "correct horse"}
        assert Client().post("/accounts/login/", login).status_code == status
    line = AuditLine.objects.get(verb="colleague.changed")
    assert line.detail["after"]["email"] == "another"
    assert "mara@" not in str(line.detail)


def test_two_colleagues_never_share_an_address(as_, root, mara, sam, company):
    typed = {"name": "Mara", "email": "SAM@example.com", "role": "marketer", "is_active": "on"}
    reply = as_(root).post(f"/settings/team/{mara.pk}/", typed)
    assert reply.status_code == 422
    assert "already in the team" in reply.content.decode()


def test_a_key_is_shown_once_and_kept_as_a_fingerprint(as_, root, company):
    asked = {"name": "shop", "scopes": ["customers:read"], "days": "90"}
    page = as_(root).post("/settings/keys/", asked).content.decode()
    key = ApiKey.objects.get()
    secret = page.split('class="secret">')[1].split("<")[0]
    assert ApiKey.digest_of(secret) == key.digest
    assert secret not in as_(root).get("/settings/keys/").content.decode()


def test_a_key_without_scope_is_not_made(as_, root, company):
    assert as_(root).post("/settings/keys/", {"name": "shop"}).status_code == 422
    assert not ApiKey.objects.exists()


def test_a_revoked_key_is_revoked_only_once(as_, root, company):
    as_(root).post("/settings/keys/", {"name": "shop", "scopes": ["jobs:read"], "days": ""})
    url = f"/settings/keys/{ApiKey.objects.get().pk}/revoke/"
    assert as_(root).post(url).status_code == 302
    assert as_(root).post(url).status_code == 409


def test_a_job_shows_how_far_it_is_and_how_long_it_takes(as_, mara, company):
    job = jobs.ask_for("score", "Judge every relationship", by=mara, unit="customers")
    Job.objects.update(state="running", done=500, total=2000, started_at=NOW - timedelta(days=1))
    page = as_(mara).get(f"/settings/jobs/{job.pk}/").content.decode()
    assert "500 of 2,000 customers" in page
    assert "left" in page


def test_a_job_is_cancelled_from_its_page(as_, mara, company):
    job = jobs.ask_for("score", "Judge every relationship", by=mara)
    as_(mara).post(f"/settings/jobs/{job.pk}/cancel/")
    job.refresh_from_db()
    assert job.state == "cancelled"
    as_(mara).post(f"/settings/jobs/{job.pk}/run-again/")
    job.refresh_from_db()
    assert job.state == "waiting"


def test_an_analyst_sees_jobs_but_runs_none(as_, nils, mara, company):
    job = jobs.ask_for("score", "Judge every relationship", by=mara)
    assert as_(nils).get("/settings/jobs/").status_code == 200
    assert as_(nils).post(f"/settings/jobs/{job.pk}/cancel/").status_code == 403


def test_the_job_list_costs_the_same_for_one_and_for_twenty(
    as_, mara, company, django_assert_num_queries
):
    browser = as_(mara)
    jobs.ask_for("score", "Judge", by=mara)
    for more in (0, 20):
        for _ in range(more):
            jobs.ask_for("score", "Judge", by=mara)
        with django_assert_num_queries(4):  # session, user, company, jobs
            browser.get("/settings/jobs/")


def test_older_jobs_are_a_page_that_stays_there_and_leads_back(as_, mara, company):
    first = jobs.ask_for("score", "The very first", by=mara)
    Job.objects.bulk_create(Job(kind="score", title="Judge") for _ in range(50))
    browser = as_(mara)
    newest = browser.get("/settings/jobs/").content.decode()
    assert first.title not in newest
    older = re.search(r'href="(\?after=[^"]+)" rel="next"', newest)[1]
    page = browser.get(f"/settings/jobs/{older}").content.decode()
    assert first.title in page
    assert f'hx-get="/settings/jobs/{older}"' in page  # every three seconds
    newer = re.search(r'href="(\?before=[^"]+)" rel="prev"', page)[1]
    assert first.title not in browser.get(f"/settings/jobs/{newer}").content.decode()


def test_the_audit_trail_is_for_admins_and_the_privacy_officer(as_, root, pia, mara, company):
    as_(root).post("/settings/", COMPANY)
    page = as_(pia).get("/settings/audit/?verb=company").content.decode()
    assert "company.changed" in page
    assert as_(mara).get("/settings/audit/").status_code == 403
