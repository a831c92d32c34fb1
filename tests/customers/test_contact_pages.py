"""The pages about contact, as colleagues use them; and what a merge does to consents."""

from datetime import timedelta

import pytest

from customers.actions.merge import merge_customers
from customers.actions.unmerge import undo_merge
from customers.contact.actions.ledger import Said, record_consent, withdraw_consent
from customers.contact.actions.manners import approve_waiver, ask_waiver
from customers.contact.actions.outbox import Draft, queue_message
from customers.contact.queries.verdict import may_contact
from customers.models import (
    Consent,
    ContactPolicy,
    Customer,
    Interaction,
    Kind,
    Message,
    Sender,
    Suppression,
    Waiver,
    Wording,
)  # fmt: skip
from relcrm.base.models import Brand
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY, happened


def test_the_card_says_yes_or_no_and_why(as_, company, mara, bo, nils):
    withdraw_consent(bo, source="test", purpose="survey", by=None, now=NOW)
    shown = as_(mara).get(f"/customers/{bo.pk}/consents/").text
    assert "May we write to them?" in shown
    assert "They asked for no more of this." in shown
    piece = as_(mara).get(
        f"/customers/{bo.pk}/consents/", headers={"HX-Request": "true", "HX-Target": "contact"}
    ).text  # fmt: skip
    assert "<html" not in piece
    assert "News and offers: E-mail" in piece
    assert "Bo Lind" not in as_(nils).get(f"/customers/{bo.pk}/consents/").text


def test_what_a_customer_told_a_colleague_is_on_record(as_, company, sam, bo, eve, ada):
    told = {"state": "withdrawn", "what": "marketing:email", "source": "by phone"}
    assert as_(sam).post(f"/customers/{bo.pk}/consents/said/", told).status_code == 302
    line = Consent.objects.get()
    assert (line.state, line.source, line.proof) == ("withdrawn", "by phone", {"told_to": sam.pk})
    assert as_(eve).get(f"/customers/{bo.pk}/consents/").status_code == 404
    assert as_(eve).post(f"/customers/{ada.pk}/consents/said/", told).status_code == 403
    unclear = as_(sam).post(f"/customers/{bo.pk}/consents/said/", told | {"source": ""})
    assert unclear.status_code == 422


def test_a_colleague_can_hand_out_the_link_to_their_own_page(as_, client, company, sam, bo):
    shown = as_(sam).post(f"/customers/{bo.pk}/consents/link/").text
    link = shown.split("/p/")[1].split("/")[0]
    assert client.get(f"/p/{link}/").status_code == 200


def test_the_outbox_is_listed_filtered_and_worked_off(as_, company, mara, bo, nils):
    message = queue_message(
        bo,
        Draft(
            channel="email",
            purpose="marketing",
            subject="News",
            text="x",
            dedupe_key="1",
            origin="test",
        ),
        by=None,
        now=NOW,
    )
    browser = as_(mara)
    assert "News" in browser.get("/outbox/?state=queued").text
    assert "News" not in browser.get("/outbox/?state=sent").text
    assert browser.post(f"/outbox/{message.pk}/cancel/").status_code == 302
    assert browser.post(f"/outbox/{message.pk}/cancel/").status_code == 409
    assert browser.post(f"/outbox/{message.pk}/retry/").status_code == 302
    message.refresh_from_db()
    assert message.state == "queued"
    assert as_(nils).get("/outbox/").status_code == 403


@pytest.mark.parametrize("rows", [1, 20])
def test_the_outbox_costs_the_same_with_many(
    as_, company, mara, bo, rows, django_assert_max_num_queries
):
    for n in range(rows):
        queue_message(
            bo,
            Draft(
                channel="email",
                purpose="service",
                subject="x",
                text="x",
                dedupe_key=str(n),
                origin="test",
            ),
            by=None,
            now=NOW,
        )
    browser = as_(mara)
    with django_assert_max_num_queries(12):
        assert browser.get("/outbox/").status_code == 200


def test_the_settings_of_contact_are_pages(as_, company, root):
    browser = as_(root)
    for way in ("", "channels/", "words/", "suppressed/", "waivers/"):
        assert browser.get(f"/settings/contact/{way}").status_code == 200
    manners = {
        "basis": "asked", "weekly_limit": 2, "quiet_from": "21:00", "quiet_until": "07:30",
        "days": ["0", "1"], "topics": "shoes, sales, shoes", "soft_bounces": 3,
    }  # fmt: skip
    assert browser.post("/settings/contact/", manners).status_code == 302
    row = ContactPolicy.objects.get()
    assert (row.basis, row.days, row.topics) == ("asked", "01", ["shoes", "sales"])
    assert browser.post("/settings/contact/", manners | {"days": []}).status_code == 422
    words = {"key": "news", "purpose": "marketing", "language": "en", "text": "Write to me."}
    assert browser.post("/settings/contact/words/", words).status_code == 302
    assert Wording.objects.get().version == 1
    never = {"address": "No@Example.com", "channel": "email"}
    assert browser.post("/settings/contact/suppressed/", never).status_code == 302
    row = Suppression.objects.get()
    assert "no@example.com" in browser.get("/settings/contact/suppressed/?q=no").text
    assert browser.post(f"/settings/contact/suppressed/{row.pk}/lift/").status_code == 302


def test_a_secret_is_shown_once_and_private_addresses_are_refused(as_, company, root, settings):
    settings.PRIVATE_HOSTS = ["localhost"]
    told = {"channel": "sms", "way": "webhook", "address": "http://localhost:1/", "is_on": "on"}
    shown = as_(root).post("/settings/contact/channels/", told).text
    secret = Sender.objects.get().secret
    assert secret in shown
    assert secret not in as_(root).get("/settings/contact/channels/").text
    private = told | {"address": "https://127.0.0.1/"}
    assert as_(root).post("/settings/contact/channels/", private).status_code == 409


def test_a_house_rule_is_set_aside_by_two_and_law_by_nobody(as_, company, mara, pia, bo):
    for days in (1, 2, 4):
        happened(bo, Kind.MESSAGE_SENT, TODAY - timedelta(days=days))
    asked = {"purpose": "marketing", "reason": "Recall", "by": mara, "now": NOW}
    until = NOW + timedelta(days=7)
    waiver = ask_waiver(rule="week", until=until, customer=bo, **asked)
    question = {"purpose": "marketing", "channel": "email", "now": NOW}
    assert may_contact(bo, **question).rule.key == "week"
    with pytest.raises(Refused, match="somebody else"):
        approve_waiver(waiver, by=mara, now=NOW)
    approve_waiver(waiver, by=pia, now=NOW)
    assert may_contact(bo, **question)
    for law in ("unsubscribed", "own_pace", "suppressed"):
        with pytest.raises(Refused, match="law or the customer's own word"):
            ask_waiver(rule=law, until=until, **asked)
    Waiver.objects.create(
        rule="unsubscribed", purpose="marketing", reason="x", asked_by=mara, asked_at=NOW,
        approved_by=pia, until=until,
    )  # fmt: skip
    withdraw_consent(bo, source="test", by=None, now=NOW)
    assert may_contact(bo, **question).rule.key == "unsubscribed"


def test_after_a_merge_the_strictest_consent_holds_until_it_is_undone(company, ada, bo, mara):
    record_consent(ada, Said("marketing", "email", "test"), by=None, now=NOW)
    withdraw_consent(bo, source="test", at=NOW - timedelta(days=400), by=None, now=NOW)
    bo.preferences, ada.preferences = {"pace_per_month": 1}, {"pace_per_month": 4}
    bo.save()
    ada.save()
    merge = merge_customers(ada, bo, by=mara, now=NOW)
    ada.refresh_from_db()
    question = {"purpose": "marketing", "channel": "email", "now": NOW}
    assert may_contact(ada, **question).rule.key == "unsubscribed"
    assert Consent.objects.filter(customer=ada, source="merge").exists()
    assert ada.preferences["pace_per_month"] == 1
    undo_merge(merge, by=mara, now=NOW)
    ada.refresh_from_db()
    assert may_contact(ada, **question)
    assert ada.preferences["pace_per_month"] == 4
    assert not Consent.objects.filter(source="merge").exists()
    back = Customer.objects.get(name="Bo Lind")
    assert may_contact(back, **question).rule.key == "unsubscribed"
    told = Interaction.objects.filter(kind=Kind.UNSUBSCRIBED)
    assert {row.customer_id for row in told} == {back.pk}


def test_the_ledger_is_paged_newest_first_and_back(as_, company, mara, bo):
    for number in range(23):
        said = Said("survey", "email", f"call {number}", at=NOW - timedelta(days=number // 2))
        record_consent(bo, said, by=None, now=NOW)
    browser, path = as_(mara), f"/customers/{bo.pk}/consents/"
    first = browser.get(path).context["card"].page
    assert (len(first.rows), first.before) == (20, "")
    second = browser.get(path, {"after": first.after}).context["card"].page
    seen = [line.pk for line in (*first.rows, *second.rows)]
    assert seen == list(bo.consents.values_list("pk", flat=True))
    assert (len(second.rows), second.after) == (3, "")
    back = browser.get(path, {"before": second.before}).context["card"].page
    assert [line.pk for line in back.rows] == [line.pk for line in first.rows]


@pytest.mark.parametrize("who_refused", ["survivor", "merged"])
def test_a_no_to_a_brand_outlives_a_merge_and_goes_with_its_undoing(
    company, ada, bo, mara, who_refused
):
    kids = Brand.objects.create(name="Alpine Kids", slug="kids")
    refuses, agrees = (ada, bo) if who_refused == "survivor" else (bo, ada)
    withdraw_consent(
        refuses, purpose="marketing", channel="email", brand=kids, source="test",
        at=NOW - timedelta(days=40), by=None, now=NOW,
    )  # fmt: skip
    yes = Said("marketing", "email", "test", brand=kids, at=NOW - timedelta(days=4))
    record_consent(agrees, yes, by=None, now=NOW)
    merge = merge_customers(ada, bo, by=mara, now=NOW)
    question = {"purpose": "marketing", "channel": "email", "now": NOW}
    assert may_contact(ada, **question, brand=kids).rule.key == "unsubscribed"
    assert may_contact(ada, **question), "of the company's own news nobody said no"
    line = Consent.objects.get(source="merge")
    assert (line.brand, line.purpose, line.channel) == (kids, "marketing", "email")
    undo_merge(merge, by=mara, now=NOW)
    back = Customer.objects.get(name="Bo Lind")
    refused, agreed = (ada, back) if who_refused == "survivor" else (back, ada)
    assert may_contact(refused, **question, brand=kids).rule.key == "unsubscribed"
    assert may_contact(agreed, **question, brand=kids)
    assert not Consent.objects.filter(source="merge").exists()


def test_what_was_not_sent_is_on_the_timeline_with_its_reason(as_, company, mara, bo):
    withdraw_consent(bo, purpose="survey", source="by phone", by=None, now=NOW)
    queue_message(
        bo,
        Draft(
            channel="email",
            purpose="survey",
            subject="How was it?",
            text="x",
            dedupe_key="1",
            origin="test",
        ),
        by=None,
        now=NOW,
    )
    assert Message.objects.get().state == "withheld"
    shown = as_(mara).get(f"/customers/{bo.pk}/timeline/").text
    assert "We did not write" in shown
    assert "How was it?" in shown
    assert "Withdrew: Questions about how we do" in shown
