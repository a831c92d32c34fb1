"""Each kind of data is kept for as long as its rule says; sums stay, and every run is on record."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import now as clock

from customers.actions.customers import resolve_customers
from customers.actions.retention import (
    apply_retention,
    ask_for_retention,
    dry_run,
    limit,
    set_retention,
)
from customers.models import Customer, Interaction, Kind, Remainder, RetentionRule
from customers.retention import shelves
from feedback.actions import file_complaint, resolve_complaint
from feedback.models import Complaint
from relcrm.base import audit
from relcrm.base.models import AuditLine, AuditSweep
from relcrm.base.tasks import work_due_jobs
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY, happened

pytestmark = pytest.mark.django_db


def silently(*_args, **_more):
    """No progress to show."""


def keep(by, **months):
    set_retention({key.replace("__", "."): n for key, n in months.items()}, by=by, now=NOW)


def test_months_end_at_the_companys_midnight(company):
    assert limit(1, NOW) == datetime(2026, 2, 2, tzinfo=company.tzinfo)


def test_trying_out_counts_and_removes_nothing(company, ada, pia):
    keep(pia, interaction__purchase=12)
    gone = Interaction.objects.filter(occurred_on__lt=date(2025, 3, 2)).count()
    assert dry_run(NOW) == {"interaction.purchase": gone}
    assert gone > 5
    assert ada.interactions.count() == 24


def test_old_rows_go_their_sums_stay_and_the_rest_is_judged_anew(company, ada, pia):
    happened(ada, Kind.VISIT, TODAY - timedelta(days=900))
    keep(pia, interaction__purchase=12)
    before = ada.interactions.filter(kind=Kind.PURCHASE).count()
    removed = apply_retention(now=NOW, progress=silently)["interaction.purchase"]
    assert ada.interactions.filter(kind=Kind.PURCHASE).count() == before - removed
    assert ada.interactions.filter(kind=Kind.VISIT).exists()
    sums = Remainder.objects.filter(kind=Kind.PURCHASE)
    assert sum(row.number for row in sums) == removed
    assert sum(row.amount for row in sums) == Decimal(40 * removed)
    ada.refresh_from_db()
    assert ada.touched_at == NOW
    line = AuditLine.objects.get(verb="retention.applied")
    assert line.detail == {"what": "interaction.purchase", "months": 12, "removed": removed}
    assert apply_retention(now=NOW, progress=silently) == {}


def test_settled_complaints_go_with_their_line_and_open_ones_stay(company, ada, bo, sam, pia):
    long_ago = NOW - timedelta(days=800)
    settled, still_open = (
        file_complaint(who, subject="Soles", by=sam, now=long_ago) for who in (ada, bo)
    )
    resolve_complaint(settled, resolution="Replaced.", by=sam, now=long_ago)
    keep(pia, complaint=24)
    assert dry_run(NOW) == {"complaint": 1}
    apply_retention(now=NOW, progress=silently)
    assert list(Complaint.objects.all()) == [still_open]
    assert Interaction.objects.filter(kind=Kind.COMPLAINT).count() == 1


def test_people_of_whom_nothing_is_heard_are_erased_and_may_come_back(company, cyd, bo, pia):
    Customer.objects.filter(pk=cyd.pk).update(
        last_seen_on=TODAY - timedelta(days=900), created_at=NOW - timedelta(days=1500),
        changed_at=NOW - timedelta(days=900),
    )  # fmt: skip
    keep(pia, quiet_customer=24)
    assert apply_retention(now=NOW, progress=silently) == {"quiet_customer": 1}
    cyd.refresh_from_db()
    assert cyd.erased_at == NOW
    assert Customer.objects.present().get() == bo
    found = resolve_customers("email", "", ["cyd@example.com"], now=NOW)
    assert found["cyd@example.com"] != cyd.pk


def test_the_audit_trail_is_kept_for_a_year_at_least(company, pia):
    with pytest.raises(Refused, match="at least 12 months"):
        keep(pia, audit=6)
    now = clock()
    audit.record("customer.viewed", by=pia, at=now - timedelta(days=1000))
    audit.record("customer.viewed", by=pia, at=now - timedelta(days=30))
    keep(pia, audit=24)
    assert apply_retention(now=now, progress=silently) == {"audit": 1}
    assert AuditLine.objects.filter(verb="customer.viewed").count() == 1
    assert AuditSweep.objects.count() == 1


def test_a_rule_is_set_changed_and_dropped_on_record(company, pia):
    keep(pia, interaction__visit=6)
    keep(pia, interaction__visit=6)
    keep(pia, interaction__visit=None)
    assert not RetentionRule.objects.exists()
    told = [line.detail for line in AuditLine.objects.filter(verb="retention.set").order_by("id")]
    assert [(each["before"], each["after"]) for each in told] == [(None, 6), (6, None)]
    with pytest.raises(Refused, match="nothing that is kept"):
        keep(pia, gossip=3)


def test_the_nightly_job_applies_the_rules(company, ada, pia):
    assert ask_for_retention(by=None) is None
    keep(pia, interaction__purchase=1)
    job = ask_for_retention(by=None)
    assert work_due_jobs() == 1
    job.refresh_from_db()
    assert job.result["removed"]["interaction.purchase"] == 24
    assert not ada.interactions.exists()


def test_every_kind_of_interaction_has_a_shelf(company):
    ours = {key for key in shelves() if key.startswith("interaction.")}
    assert ours == {f"interaction.{kind}" for kind in Kind} - {
        "interaction.complaint", "interaction.promise_kept", "interaction.promise_broken",
    }  # fmt: skip
    assert {"complaint", "audit", "quiet_customer", "profile_change", "request"} <= set(shelves())


def test_the_page_shows_the_dry_run_and_applies_it(company, ada, pia, as_):
    page = as_(pia)
    assert page.post("/privacy/retention/", {"interaction.purchase": "12"}).status_code == 302
    shown = page.get("/privacy/retention/").content.decode()
    assert "would be forgotten for their age" in shown
    assert page.post("/privacy/retention/apply/").status_code == 302
    assert page.post("/privacy/retention/", {"audit": "3"}).status_code == 422
