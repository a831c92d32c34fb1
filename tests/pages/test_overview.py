"""The overview: what is the state of our relationships?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.models import Import
from feedback.actions import file_complaint
from relationships.models import Portfolio
from relationships.naming import ORDER
from relcrm.base.actions import jobs as job_actions
from relcrm.base.models import Job
from relcrm.pages.overview import overview
from relcrm.pages.queries.portfolio import comparison

SHARES = {"marriage": 0.1, "friend": 0.3, "fling": 0.2, "distant": 0.3, "negative": 0.1}


def picture(days_ago: int = 0, people: int = 2000, **shares: float) -> Portfolio:
    """A snapshot as scoring everyone keeps it."""
    shares = SHARES | shares
    families = {
        family: {
            "members": people * shares[family], "shown": round(people * shares[family] / 2),
            "value": 10_000.0, "low": 8_000.0, "expected": 10_000.0, "high": 12_000.0,
        }
        for family in ORDER
    }  # fmt: skip
    families["undetermined"] = {
        "shown": people // 2, "value": 900.0, "low": 800.0, "expected": 900.0, "high": 950.0,
    }  # fmt: skip
    return Portfolio.objects.create(
        as_of=timezone.now().date() - timedelta(days=days_ago),
        customers=people,
        alive=0.8 * people,
        facts={"acted": people},
        families=families,
        value={"horizon_weeks": 52, "low": 45_000.0, "expected": 50_900.0, "high": 56_000.0},
        computed_at=timezone.now(),
    )


def test_a_company_without_customers_is_invited_to_bring_in_purchases(as_, mara, nils, company):
    assert "Bring in your purchases" in as_(mara).get("/").content.decode()
    assert "There is nothing here yet" in as_(nils).get("/").content.decode()


def test_loaded_but_not_scored_shows_the_running_job_and_looks_again(as_, mara, company, ada):
    job = job_actions.ask_for("score", "Scoring everyone", by=mara, unit="customers")
    Job.objects.filter(pk=job.pk).update(state="running", done=1200, total=2000)
    page = as_(mara).get("/").content.decode()
    assert "1,200 of 2,000 customers" in page
    assert 'aria-valuenow="1200"' in page
    assert 'hx-trigger="every 3s"' in page


def test_the_page_states_findings_and_money_with_its_likely_range(as_, root, company):
    picture()
    page = as_(root).get("/").content.decode()
    assert "2,000 customers" in page
    assert "likely €45 k to €56 k" in page
    assert "€51 k" in page
    assert "1,600" in page  # still with us
    assert "Distant" in page
    assert "Negative" in page
    assert "Compare with" not in page  # there is nothing to compare with


def test_an_earlier_picture_brings_changes_and_a_choice_of_periods(as_, root, company):
    picture(95, friend=0.36, fling=0.14)
    picture(31, friend=0.31, fling=0.19)
    picture()
    page = as_(root).get("/").content.decode()
    assert "Friends lost 6.0 points, flings gained as many" in page
    assert 'href="?against=30"' in page
    assert "1 year" not in page
    month = as_(root).get("/?against=30").content.decode()
    assert "Friends lost 1.0 points, flings gained as many" in month


def test_contacts_who_never_did_a_thing_are_no_loss_and_older_pictures_say_nothing(db):
    then, now = picture(31, people=1000), picture(people=1000)
    Portfolio.objects.filter(pk=now.pk).update(customers=4000)

    def stayed() -> float | None:
        return overview(comparison(now.as_of, None), frank=True).stayed

    assert stayed() == 0
    Portfolio.objects.filter(pk=then.pk).update(facts={})
    assert stayed() is None


def test_a_nonsense_period_is_forgiven(as_, root, company):
    picture(95)
    picture()
    for nonsense in ("x", "-1", "9" * 40, "²"):
        assert as_(root).get("/", {"against": nonsense}).status_code == 200


def test_a_marketer_reads_leave_to_service_instead_of_negative(as_, mara, company):
    picture()
    page = as_(mara).get("/").content.decode()
    assert "Left to service" in page
    assert "Negative" not in page
    assert 'data-f="negative"' not in page
    assert 'data-f="leave_to_service"' in page


def test_an_analyst_sees_numbers_but_no_complaints(as_, nils, company, dan):
    picture()
    file_complaint(dan, subject="Parcel late", by=None, now=timezone.now())
    page = as_(nils).get("/").content.decode()
    assert "Parcel late" not in page
    assert "Complaints waiting" not in page


def test_overdue_complaints_failed_jobs_and_waiting_files_need_somebody(as_, root, company, dan):
    picture()
    now = timezone.now()
    file_complaint(dan, subject="Late", filed_at=now - timedelta(days=9), by=None, now=now)
    Import.objects.create(file_name="sales.csv")
    Job.objects.create(kind="score", title="Scoring everyone", state="failed", finished_at=now)
    page = as_(root).get("/").content.decode()
    assert "Answer one complaint" in page
    assert "One complaint is overdue" in page
    assert "Name the columns of sales.csv" in page
    assert "Scoring everyone" in page
    assert "Say what your margin is" in page


def test_a_failure_that_was_made_good_needs_nobody(as_, mara, company):
    picture()
    now = timezone.now()
    Job.objects.create(kind="score", title="Scoring everyone", state="failed", finished_at=now)
    Job.objects.create(kind="score", title="Scoring everyone", state="done", finished_at=now)
    assert "Nothing. Everybody is answered" in as_(mara).get("/").content.decode()


def test_it_says_what_purchases_alone_can_tell(as_, root, company, ada):
    picture()
    page = as_(root).get("/").content.decode()
    assert "11 of 29 kinds of relationship can be told apart" in page
    assert "Referrals and praise" in page


@pytest.mark.parametrize("people", [1, 20])
def test_the_number_of_queries_does_not_grow(as_, root, company, dan, people,
                                             django_assert_max_num_queries):  # fmt: skip
    picture(95)
    picture()
    for number in range(people):
        file_complaint(dan, subject=f"Late {number}", by=None, now=timezone.now())
    browser = as_(root)
    with django_assert_max_num_queries(16):
        assert browser.get("/").status_code == 200
