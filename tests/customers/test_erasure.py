"""Somebody is forgotten: in every table, with a receipt, and no file brings them back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps

from customers.actions.erasure import emptied, erase_customer
from customers.actions.notes import change_note, write_note
from customers.actions.requests import open_request
from customers.contact.actions.ledger import Said, record_consent
from customers.models import (
    Arrival,
    ContactKey,
    Customer,
    CustomField,
    CustomValue,
    DataPackage,
    Duplicate,
    Identity,
    Import,
    ImportBefore,
    ImportProblem,
    Interaction,
    Kind,
    Merge,
    Message,
    Modifier,
    OrderLine,
    Organisation,
    OwnedProduct,
    Product,
    Question,
    Remainder,
    Segment,
    SegmentMember,
    SignUp,
    SignUpForm,
    Tag,
    Tagging,
    Tally,
    Task,
    Waiver,
)  # fmt: skip
from customers.queries.erasure import known, places
from feedback.actions import file_complaint
from feedback.promises.actions import make_promise
from feedback.promises.outcomes import state_outcome
from relationships.engine.value import PARTS
from relationships.models import (
    Edition,
    Example,
    Forecast,
    Gap,
    Override,
    Profile,
    ProfileChange,
    Snapshot,
)
from relcrm.base.models import AuditLine, FirstAnswer
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY, happened


@pytest.fixture
def known_ada(company, ada, eve, sam):
    """Ada with a row in every table that knows customers."""
    for kind, source, value in (
        ("email", "", "ada@example.com"), ("phone", "", "+4366012345"), ("external", "files", "A7"),
    ):  # fmt: skip
        Identity.objects.create(customer=ada, kind=kind, source=source, value=value)
    order = ada.interactions.first()
    OrderLine.objects.create(interaction=order, quantity=1, unit_price=40)
    note = write_note(ada, "Ada says: mornings", by=sam, now=NOW)
    change_note(note, "Ada says: evenings", by=sam, now=NOW)
    file_complaint(ada, subject="Soles", text="Ada says: off", severity=1, by=sam, now=NOW)
    size = CustomField.objects.create(key="size", label="Size", kind="text")
    CustomValue.objects.create(customer=ada, field=size, text="Ada says: 39")
    Tally.objects.create(customer=ada, kind="purchase")
    Tagging.objects.create(customer=ada, tag=Tag.objects.create(name="VIP"), tagged_at=NOW)
    Modifier.objects.create(customer=ada, kind="discreet", reason="They asked", set_at=NOW)
    Task.objects.create(customer=ada, what="Call Ada Novak", due_on=TODAY, owner=sam)
    Question.objects.create(customer=ada, text="Ada says: why?", asked_by=sam, asked_at=NOW)
    shoe = Product.objects.create(sku="R3")
    OwnedProduct.objects.create(customer=ada, product=shoe, since_on=TODAY)
    vips = Segment.objects.create(name="VIPs", kind="static", created_at=NOW, changed_at=NOW)
    SegmentMember.objects.create(segment=vips, customer=ada, added_at=NOW)
    form = SignUpForm.objects.create(
        slug="spring", name="Spring", title="News", created_at=NOW, changed_at=NOW
    )
    SignUp.objects.create(
        form=form, version=1, customer=ada, state="confirmed", at=NOW, confirmed_at=NOW
    )
    SignUp.objects.create(
        form=form, version=1, email="ada@example.com", told={"name": "Ada Novak"}, at=NOW
    )
    Message.objects.create(
        to="ada@example.com", channel="email", purpose="service", text="Confirm?", origin="test",
        dedupe_key="2", next_attempt_at=NOW, expires_at=NOW, created_at=NOW,
    )  # fmt: skip
    Profile.objects.create(customer=ada, as_of=TODAY, scored_at=NOW, family="friend")
    ProfileChange.objects.create(customer=ada, on=TODAY, recorded_at=NOW, family="friend")
    Override.objects.create(
        customer=ada, family="friend", next_step="thank", reason="Ada says: friends",
        until=TODAY, set_at=NOW,
    )  # fmt: skip
    Forecast.objects.create(
        customer=ada, as_of=TODAY, horizon_weeks=52, purchase_days=2, spent=80,
        **dict.fromkeys(("value", *PARTS, "one_year", "two_years", "three_years", "lifetime"), 1.0),
    )  # fmt: skip
    Snapshot.objects.create(
        customer=ada, on=TODAY, is_close=True, family="friend", held=5, chances=bytes(29),
        confidence=40,
    )  # fmt: skip
    edition = Edition.objects.create(version=2, document={}, note="Ours", created_at=NOW)
    Example.objects.create(edition=edition, customer=ada, before="R2", after="D4")
    Gap.objects.create(
        customer=ada, as_of=TODAY, label="crowded", gap=0.6, confidence=0.5, wish="close friend",
        is_stated=True, want_fling=0, want_friend=1, want_marriage=0, want_distant=0,
    )  # fmt: skip
    promise = make_promise(name="In time", words="In three days.", by=sam, now=NOW)
    state_outcome(promise, ada, is_kept=False, occurred_at=NOW, source="by hand", source_id="1",
                  reason="Ada says: late", by=sam, now=NOW)  # fmt: skip
    double = Customer.objects.create(name="Ada Nowak")
    Duplicate.objects.create(first=ada, second=double, score=0.9, found_at=NOW)
    Merge.objects.create(
        survivor=ada, into=ada.pk, merged=99, merged_at=NOW, row={"name": "Ada Nowak"}
    )
    Arrival.objects.create(interaction=order, identity=ada.identities.first())
    of = Import.objects.create(file_name="people.csv")
    ImportBefore.objects.create(of=of, customer=ada, interaction=order, before={"city": "Graz"})
    words = {"asked_by": "Ada Novak", "contact": "ada@example.com", "words": "Ada says: all of it"}
    asked = open_request("access", customer=ada, by=sam, now=NOW, **words)
    DataPackage.objects.create(
        customer=ada, request=asked, content=b"Ada Novak", asked_at=NOW, expires_at=NOW
    )
    said = Said("marketing", "email", "form", proof={"address": "ada@example.com"})
    record_consent(ada, said, by=sam, now=NOW)
    ContactKey.objects.create(customer=ada, key="k" * 22)
    Waiver.objects.create(
        rule="week", purpose="marketing", customer=ada, reason="Ada says yes", asked_by=sam,
        asked_at=NOW, until=NOW,
    )  # fmt: skip
    Message.objects.create(
        customer=ada, channel="email", purpose="service", text="Dear Novak", origin="test",
        dedupe_key="1", next_attempt_at=NOW, expires_at=NOW, created_at=NOW,
    )  # fmt: skip
    ada.organisation = Organisation.objects.create(name="Household Novak")
    ada.interests, ada.birth_on, ada.phone = ["hiking"], TODAY, "+4366012345"
    ada.save()
    return ada


def our_models():
    ours = {"customers", "feedback", "relationships", "campaigns", "base", "pages"}
    return [model for model in apps.get_models() if model._meta.app_label in ours]


def test_every_model_that_knows_a_customer_is_emptied(known_ada, bo, pia):
    """A new table fails here until the fixture above has a row in it; then erasing must reach it.
    Bo's rows stay."""
    knowing = {place.model for place in places()}
    pointing = {
        model for model in our_models()
        for field in model._meta.fields if field.related_model is Customer
    }  # fmt: skip
    assert pointing <= knowing
    assert OrderLine in knowing
    assert known(known_ada).keys() == knowing
    erase_customer(known_ada, by=pia, now=NOW)
    assert known(known_ada) == {}
    assert known(bo) == {Interaction: 1}


def test_the_row_that_stays_says_nothing(known_ada, pia):
    erase_customer(known_ada, by=pia, now=NOW)
    row = Customer.objects.get(pk=known_ada.pk)
    assert {name: getattr(row, name) for name in emptied(Customer)} == emptied(Customer)
    assert (row.created_at, row.changed_at, row.erased_at) == (NOW, NOW, NOW)
    assert row.touched_at is None


def test_no_text_in_the_database_names_them_any_more(known_ada, pia, sam):
    of = Import.objects.create(file_name="people.csv")
    ImportProblem.objects.create(of=of, row=1, value="ada@example.com", reason="has no date")
    FirstAnswer.objects.create(
        caller="key:1", key="k", request_digest="d", body={"customer": known_ada.pk, "text": "off"}
    )
    erase_customer(known_ada, by=pia, now=NOW)
    for model in our_models():
        told = "\n".join(map(str, model._base_manager.values_list()))
        for personal in ("Novak", "ada@example.com", "66012345", "A7'", "Ada says", "hiking"):
            assert personal not in told, model


def test_a_household_s_name_goes_with_its_last_member_only(known_ada, bo, pia):
    bo.organisation = known_ada.organisation
    bo.save()
    erase_customer(known_ada, by=pia, now=NOW)
    assert Organisation.objects.exists()
    erase_customer(bo, by=pia, now=NOW)
    assert not Organisation.objects.exists()


def test_the_receipt_is_in_the_audit_trail_and_counts(known_ada, pia):
    receipt = erase_customer(known_ada, by=pia, now=NOW)
    line = AuditLine.objects.get(verb="customer.erased")
    assert (line.pk, line.user, line.subject_id) == (receipt.number, pia, known_ada.pk)
    assert line.detail["removed"]["customers.Interaction"] == 27
    assert line.detail["removed"]["feedback.Complaint"] == 1


def test_sums_survive_month_by_month(known_ada, bo, pia):
    happened(bo, Kind.PURCHASE, TODAY - timedelta(days=10), 15)
    erase_customer(known_ada, by=pia, now=NOW)
    bought = Remainder.objects.filter(kind=Kind.PURCHASE)
    assert sum(row.number for row in bought) == 24
    assert sum(row.amount for row in bought) == Decimal(24 * 40)
    month = (TODAY - timedelta(days=10)).replace(day=1)
    before = bought.get(month=month)
    erase_customer(bo, by=pia, now=NOW)
    after = bought.get(month=month)
    assert (after.number, after.amount) == (before.number + 2, before.amount + 30)


def test_nobody_is_erased_twice(bo, pia):
    erase_customer(bo, by=pia, now=NOW)
    with pytest.raises(Refused, match="already erased on 2 March 2026"):
        erase_customer(bo, by=pia, now=NOW)
