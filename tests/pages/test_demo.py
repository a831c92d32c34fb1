"""The demo company: loaded whole, judged, labelled, and only where nobody else is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from django.db import IntegrityError

from customers.models import (
    Consent,
    Customer,
    CustomValue,
    Interaction,
    Kind,
    Message,
    OrderLine,
    OwnedProduct,
    Question,
    Segment,
    SignUpForm,
    Tagging,
    Task,
)
from customers.queries import segments
from feedback.models import Complaint, Outcome, Promise
from relationships.models import Offer, Portfolio, Profile
from relcrm.base.models import AuditLine, Company, User
from relcrm.lib.refusals import Refused
from relcrm.pages.demo import company, people

LAST = date(2026, 2, 28)
MORNING = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def shop():
    return company.invent(LAST, customers=40, seed=3)


@pytest.fixture
def loaded(db, shop, tmp_path):
    company.load(shop, sign_in_file=tmp_path / "sign-in.json", now=MORNING)
    return shop


def test_every_fact_of_the_invented_world_is_in_the_database(loaded):
    assert Customer.objects.count() == 40
    told = Interaction.objects.exclude(source=Outcome.SOURCE)  # how promises went is worked out
    assert told.count() == len(loaded.events)
    assert OrderLine.objects.count() == len(loaded.order_lines)
    assert Complaint.objects.count() == len(loaded.complaints)
    bought = loaded.events[loaded.events["kind"] == "purchase"]
    stored = sum(Interaction.objects.filter(kind=Kind.PURCHASE).values_list("amount", flat=True))
    assert float(stored) == pytest.approx(bought["amount"].sum(), abs=0.005)


def test_its_promises_were_kept_and_broken_by_what_its_customers_met_with(loaded):
    assert Promise.objects.count() == 3
    assert Outcome.objects.filter(is_kept=True, event__kind=Kind.SUPPORT).exists()
    assert Outcome.objects.filter(is_kept=False).exists()
    assert Interaction.objects.filter(source=Outcome.SOURCE).count() == Outcome.objects.count()


def test_some_came_by_its_sign_up_form_and_one_never_confirmed(loaded):
    form = SignUpForm.objects.get()
    assert form.is_open
    assert form.sign_ups.confirmed().count() == 6
    assert form.sign_ups.waiting().count() == 1
    lines = Consent.objects.filter(source=form.source, state="granted")
    assert lines.count() == 6
    assert not Message.objects.exists(), "nobody is written to"


def test_the_team_noted_something_of_each_kind(loaded):
    assert CustomValue.objects.filter(number__range=(35, 48)).exists()
    assert Tagging.objects.exists()
    assert Task.objects.open().exists()
    assert Question.objects.open().exists()
    assert OwnedProduct.objects.held().filter(next_choice_on__isnull=False).exists()
    assert User.objects.get(email__startswith="eve").expertise


def test_it_says_what_it_offers_and_keeps_segments_that_find_some(loaded):
    offered = {
        offer.brand.slug if offer.brand else "": offer.mix["friend"]
        for offer in Offer.objects.all()
    }
    assert offered == {"": 50, "larkfell": 55, "little-lark": 40}
    today = segments.asked_now(User.objects.get(email__startswith="mara"), MORNING)
    found = {one.name: segments.headcount(one, today) for one in Segment.objects.all()}
    assert len(found) == 2
    assert all(0 < n < 40 for n in found.values()), found


def test_the_company_is_labelled_as_simulated(loaded):
    assert Company.objects.get().is_simulated
    assert AuditLine.objects.filter(verb="demo.loaded").count() == 1


def test_a_complaint_and_its_line_on_the_timeline_belong_together(loaded):
    for complaint in Complaint.objects.select_related("interaction"):
        assert complaint.interaction.source_id == complaint.number
        assert complaint.interaction.customer_id == complaint.customer_id
        assert complaint.interaction.rating == complaint.severity


def test_the_printed_password_opens_every_account(loaded, tmp_path, client):
    words = people.sign_in(tmp_path / "sign-in.json")
    password = words.split("Password for all of them: ")[1].split()[0]
    assert len(password) >= 12
    assert all(user.check_password(password) for user in User.objects.all())
    assert f"{people.DOMAIN}" in words
    assert (tmp_path / "sign-in.json").stat().st_mode & 0o077 == 0


def test_where_customers_are_already_the_demo_is_refused(ada, shop, tmp_path):
    with pytest.raises(Refused, match="customers here already"):
        company.load(shop, sign_in_file=tmp_path / "sign-in.json", now=MORNING)


def test_a_load_that_breaks_at_its_end_leaves_nothing_behind(db, shop, tmp_path):
    twice = pd.concat([shop.complaints, shop.complaints], ignore_index=True)
    with pytest.raises(IntegrityError):
        company.load(
            replace(shop, complaints=twice), sign_in_file=tmp_path / "sign-in.json", now=MORNING
        )
    assert not Customer.objects.exists()
    assert not User.objects.exists()
    assert not company.is_loaded()


def test_everyone_is_judged_as_of_the_last_day_and_a_quarter_before(loaded):
    company.judge(now=MORNING, say=lambda words: None)
    assert company.is_judged()
    assert Profile.objects.count() == 40
    assert set(Portfolio.objects.values_list("as_of", flat=True)) == {
        LAST,
        LAST - timedelta(weeks=13),
    }


def test_a_shop_that_stands_still_is_looked_at_as_of_its_last_day(loaded):
    assert company.stand_still(LAST + timedelta(days=3)) is None
    assert company.stand_still(LAST + timedelta(days=30)) == LAST
    assert Company.objects.get().as_of == LAST
