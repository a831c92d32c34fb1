"""Brands: each with a sender, limits and hours of its own, and of two rules the stricter."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core import mail

from customers.contact.actions.brands import BrandContact, add_brand, update_brand_contact
from customers.contact.actions.manners import set_up_sender, update_policy
from customers.contact.actions.outbox import Draft, queue_message
from customers.contact.queries.verdict import may_contact
from customers.contact.tasks import send_due
from customers.models import BrandManners, Kind, Sender, StrayMail
from relcrm.base import readings
from relcrm.base.models import AuditLine, Brand, Reading
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY, happened


@pytest.fixture
def alpine(company, root):
    return add_brand("Alpine Shoes", by=root, now=NOW)


def keep(brand, root, **told):
    update_brand_contact(brand, BrandContact(**told), by=root, now=NOW)


def verdict(customer, brand=None, now=NOW):
    return may_contact(customer, purpose="marketing", channel="email", brand=brand, now=now)


def test_a_brand_is_strict_only_about_its_own_messages(alpine, bo, root):
    keep(alpine, root, weekly_limit=1)
    happened(bo, Kind.MESSAGE_SENT, TODAY - timedelta(days=2), channel="email")
    assert verdict(bo, alpine)
    happened(bo, Kind.MESSAGE_SENT, TODAY - timedelta(days=1), channel="email", brand=alpine)
    assert verdict(bo)
    no = verdict(bo, alpine)
    assert no.rule.key == "week"
    assert no.words == (
        "Heard from us enough this week: Alpine Shoes keeps to 1 messages in seven days."
    )
    assert no.allowed_at.date() == TODAY + timedelta(days=7)  # the sixth is a Sunday
    assert verdict(bo, alpine, now=no.allowed_at)


def test_the_companys_limit_counts_every_brand(alpine, bo, root):
    keep(alpine, root, weekly_limit=20)
    for days in (1, 2, 3):
        happened(bo, Kind.MESSAGE_SENT, TODAY - timedelta(days=days), channel="email")
    no = verdict(bo, alpine)
    assert "The limit is 3 messages of any kind" in no.words
    assert no.allowed_at.date() == TODAY + timedelta(days=4)


def test_a_message_that_is_leaving_counts_for_its_brand(alpine, bo, root, monkeypatch):
    monkeypatch.setattr("customers.contact.tasks.clock", lambda: NOW)
    keep(alpine, root, weekly_limit=1, footer="Alpine Shoes\n1 Peak Road, 6020 Innsbruck")
    for key in ("1", "2"):
        queue_message(
            bo,
            Draft(
                channel="email",
                purpose="marketing",
                subject="News",
                text="x",
                dedupe_key=key,
                origin="test",
                brand=alpine,
            ),
            by=None,
            now=NOW,
        )
    send_due()
    assert len(mail.outbox) == 1


def test_quiet_hours_of_both_hold(alpine, bo, root):
    """The company is open from 8 to 20 o'clock on six days, the brand from 10 on, on Wednesdays."""
    assert verdict(bo, alpine)  # Monday, noon
    keep(alpine, root, quiet_from=time(22), quiet_until=time(10), days="2")
    no = verdict(bo, alpine)
    assert no.rule.key == "quiet"
    assert no.allowed_at == datetime(2026, 3, 4, 9, tzinfo=UTC)  # ten o'clock in Vienna
    assert verdict(bo)


def test_hours_that_leave_no_time_are_refused_from_either_side(alpine, root):
    with pytest.raises(Refused, match="no time is left"):
        keep(alpine, root, quiet_from=time(8), quiet_until=time(20))
    with pytest.raises(Refused, match="no time is left"):
        keep(alpine, root, days="6")
    assert not BrandManners.objects.exists()
    keep(alpine, root, days="2")
    with pytest.raises(Refused, match="Alpine Shoes"):
        update_policy({"days": "01"}, by=root, now=NOW)
    with pytest.raises(Refused, match="or neither"):
        keep(alpine, root, quiet_from=time(8))


def test_a_brand_writes_in_its_own_name_with_its_own_address(alpine, bo, root, monkeypatch):
    monkeypatch.setattr("customers.contact.tasks.clock", lambda: NOW)
    told = {"name": "Holding <all@example.com>", "reply_to": "help@example.com"}
    set_up_sender(
        channel="email", way="mail", footer="Holding, Vienna", by=root, now=NOW, **told
    )  # fmt: skip
    keep(alpine, root, name="Alpine <hello@alpine.example>", footer="Peak Road 1\n<Innsbruck>")
    for key, brand in (("1", alpine), ("2", None)):
        queue_message(
            bo,
            Draft(
                channel="email",
                purpose="service",
                subject="Order",
                text="It comes.",
                html="<p>It comes.</p>",
                dedupe_key=key,
                origin="test",
                brand=brand,
            ),
            by=None,
            now=NOW,
        )
    send_due()
    theirs, ours = mail.outbox
    assert (theirs.from_email, theirs.reply_to) == (
        "Alpine <hello@alpine.example>", ["help@example.com"],
    )  # fmt: skip
    assert "Peak Road 1\n<Innsbruck>" in theirs.body
    assert "Peak Road 1<br>&lt;Innsbruck&gt;" in theirs.alternatives[0][0]
    assert (ours.from_email, "Holding, Vienna" in ours.body) == ("Holding <all@example.com>", True)


def test_brands_are_added_and_changed_on_their_page(as_, company, root, mara):
    page = "/settings/contact/brands/"
    assert as_(mara).get(page).status_code == 403
    as_(root).post(page, {"name": "Alpine  Shoes"})
    brand = Brand.objects.get()
    assert (brand.name, brand.is_default) == ("Alpine Shoes", True)
    assert as_(root).post(page, {"name": "Alpine Shoes"}).status_code == 409
    told = {"name": "Alpine <a@b.example>", "reply_to": "", "footer": "Peak Road", "days": ["1"],
            "weekly_limit": "2", "quiet_from": "21:00", "quiet_until": "09:00"}  # fmt: skip
    assert as_(root).post(f"{page}{brand.pk}/", told).status_code == 302
    shown = as_(root).get(page).text
    assert "2 messages a week" in shown
    assert "quiet from 21:00 until 09:00" in shown
    assert 'value="21:00"' in as_(root).get(f"{page}{brand.pk}/").text
    assert Sender.objects.get().footer == "Peak Road"
    assert AuditLine.objects.filter(verb__startswith="brand.").count() == 2
    wrong = as_(root).post(f"{page}{brand.pk}/", told | {"weekly_limit": "0"})
    assert wrong.status_code == 422


def test_returned_mail_is_looked_at_and_put_away(as_, company, root):
    for number in range(60):
        StrayMail.objects.create(
            sender="x@example.com", subject=f"Mail {number}", problem="It is nothing.",
            raw=b"Hi <b>you</b>\x00\xff", digest=str(number), came_at=NOW,
        )  # fmt: skip
    page = "/settings/contact/returned/"
    first = as_(root).get(page)
    assert first.text.count("x@example.com") == 50
    older = first.context["page"].after
    assert as_(root).get(page, {"after": older}).text.count("x@example.com") == 10
    mail_ = StrayMail.objects.first()
    assert "Hi &lt;b&gt;you&lt;/b&gt;" in as_(root).get(f"{page}{mail_.pk}/").text
    assert as_(root).post(f"{page}{mail_.pk}/away/").status_code == 302
    assert not StrayMail.objects.filter(pk=mail_.pk).exists()
    assert AuditLine.objects.filter(verb="stray_mail.viewed").exists()


def test_the_outbox_pages_back_and_says_who_was_shown(as_, company, bo, mara):
    for number in range(60):
        queue_message(
            bo,
            Draft(
                channel="email",
                purpose="service",
                subject=f"N{number}",
                text="x",
                dedupe_key=str(number),
                origin="test",
            ),
            by=None,
            now=NOW,
        )
    readings.forget()
    first = as_(mara).get("/outbox/", {"state": "queued"})
    older = first.context["page"].after
    second = as_(mara).get("/outbox/", {"state": "queued", "after": older})
    assert len(second.context["page"].rows) == 10
    back = as_(mara).get("/outbox/", {"state": "queued", "before": second.context["page"].before})
    assert [m.pk for m in back.context["page"].rows] == [m.pk for m in first.context["page"].rows]
    readings.flush()
    told = Reading.objects.get(resource="outbox")
    assert (told.people, told.calls) == (1, 3)
