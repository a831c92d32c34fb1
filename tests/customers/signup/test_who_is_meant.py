"""Who stands behind a confirmed address: never a twin, never somebody else, nothing overwritten."""

from datetime import date

import pytest

from customers.actions.customers import create_customer, update_customer
from customers.actions.erasure import erase_customer
from customers.contact import policy
from customers.contact.queries.standing import every_standing
from customers.contact.queries.verdict import may_contact
from customers.models import Consent, Customer, CustomField, Identity, Message, Sender, SignUp
from customers.queries import custom as reads
from customers.signup.actions.confirming import confirm, is_double, take_up
from customers.signup.actions.forms import change_form
from customers.signup.actions.sign_up import Filled, sign_up
from relcrm.base.models import Brand
from relcrm.lib.refusals import Refused
from tests.conftest import NOW


@pytest.fixture
def known_ada(root) -> Customer:
    return create_customer(
        name="Ada Novak", email="ada@example.com", by=root, now=NOW, interests=["boots"],
        birth_on=date(1980, 5, 1),
    )  # fmt: skip


def filled(form, email="ada@example.com", way="page", **told) -> Filled:
    said = [(ask.wording_id, ask.channel) for ask in form.asks.all()]
    return Filled(email, told, said, way)


def confirmed(form, **told) -> Customer:
    made = sign_up(form, filled(form, **told), by=None, now=NOW)
    take_up(made.pk, now=NOW)
    made.refresh_from_db()
    confirm(made, proof={}, now=NOW)
    return made.customer


def test_somebody_known_is_found_and_no_fact_of_theirs_is_overwritten(form, known_ada):
    size = CustomField.objects.create(key="size", label="Size", kind="text")
    found = confirmed(
        form, name="ada novák", birth_on="1999-01-01", language="de", phone="+4366012345",
        interests=["hiking", "boots"], **{"custom.size": "39", "custom.gone": "x"},
    )  # fmt: skip
    assert found == known_ada
    assert (found.name, found.birth_on) == ("Ada Novak", date(1980, 5, 1))
    assert (found.phone, found.language) == ("+4366012345", "de"), "what was empty is filled in"
    assert found.interests == ["boots", "hiking"]
    assert reads.values([found.pk], [size])[found.pk][size.pk] == "39"


@pytest.mark.parametrize("name", ["", "Ada", "Novak", "A. Novak", "Ada Nowak"])
def test_a_part_of_the_name_is_the_same_person(form, known_ada, name):
    assert confirmed(form, name=name) == known_ada


def test_another_name_on_a_shared_address_is_another_person(form, known_ada):
    emil = confirmed(form, name="Emil Novak")
    assert emil != known_ada
    assert not known_ada.consents.exists()
    assert confirmed_again(form, emil) == emil


def confirmed_again(form, person) -> Customer:
    SignUp.objects.all().delete()
    return confirmed(form, name=person.name)


def test_an_address_somebody_has_given_up_does_not_lead_to_them(form, known_ada, root):
    """Its new owner would otherwise say yes for the old one, to another mail box."""
    update_customer(known_ada, email="ada@new.example", by=root, now=NOW)
    assert Identity.objects.filter(customer=known_ada, value="ada@example.com").exists()
    newcomer = confirmed(form)
    assert newcomer != known_ada
    assert newcomer.email == "ada@example.com"
    assert not known_ada.consents.exists()


def test_a_phone_leads_to_nobody(form, known_ada, root):
    """Nothing shows whose it is; whoever types it would get at another's record."""
    update_customer(known_ada, phone="+4366012345", by=root, now=NOW)
    made = sign_up(
        form,
        filled(form, "eva@example.com", phone="+4366012345", name="Ada Novak"),
        by=None,
        now=NOW,
    )
    take_up(made.pk, now=NOW)
    confirm(made, proof={}, now=NOW)
    assert made.customer != known_ada


def test_who_was_erased_is_not_brought_back(form, known_ada, pia):
    erase_customer(known_ada, by=pia, now=NOW)
    with pytest.raises(Refused, match="asked us to forget it"):
        confirmed(form)
    assert not Customer.objects.present().exists()


def test_without_confirmation_a_stranger_is_signed_up_at_once(form, mara):
    change_form(form, is_double_opt_in=False, by=mara, now=NOW)
    made = sign_up(form, filled(form), by=None, now=NOW)
    take_up(made.pk, now=NOW)
    line = Consent.objects.get()
    assert (line.state, line.customer.email) == ("granted", "ada@example.com")
    assert "nobody" in line.proof["confirmed_by"]
    assert not Message.objects.exists()


@pytest.mark.parametrize("how", ["address", "former address", "phone", "erased", "plain form"])
def test_even_without_confirmation_nobody_known_is_signed_up_by_others(
    form, known_ada, mara, pia, how
):
    change_form(form, is_double_opt_in=False, by=mara, now=NOW)
    told, way, email = {}, "page", "ada@example.com"
    if how == "former address":
        update_customer(known_ada, email="ada@new.example", by=mara, now=NOW)
    elif how == "phone":
        update_customer(known_ada, phone="+4366012345", by=mara, now=NOW)
        told, email = {"phone": "+4366012345"}, "eva@example.com"
    elif how == "erased":
        erase_customer(known_ada, by=pia, now=NOW)
    elif how == "plain form":
        way, email = "site", "eva@example.com"
    made = sign_up(form, filled(form, email, way, **told), by=None, now=NOW)
    take_up(made.pk, now=NOW)
    made.refresh_from_db()
    assert made.state == "asked"
    assert not Consent.objects.exists()
    assert Message.objects.get().to == email


def test_a_stranger_changes_nothing_about_somebody_known(form, known_ada):
    """Not even that they are asked: news go on as before until the owner of the address acts."""
    before = may_contact(known_ada, purpose="marketing", channel="email", now=NOW).rule
    made = sign_up(form, filled(form, name="Eva Evil"), by=None, now=NOW)
    take_up(made.pk, now=NOW)
    known_ada.refresh_from_db()
    assert known_ada.name == "Ada Novak"
    assert not known_ada.consents.exists()
    assert may_contact(known_ada, purpose="marketing", channel="email", now=NOW).rule == before
    assert not known_ada.messages.exists()


def test_double_opt_in_is_the_companys_unless_the_form_says(form, mara):
    change_form(form, is_double_opt_in=None, by=mara, now=NOW)
    assert not is_double(form)
    row = policy.current()
    row.is_double_opt_in = True
    row.save()
    assert is_double(form)
    change_form(form, is_double_opt_in=False, by=mara, now=NOW)
    assert not is_double(form)


def test_a_yes_by_sms_is_asked_again_by_sms(form, words, mara):
    """A link in a mail does not show whose phone it is."""
    Sender.objects.create(channel="sms", way="webhook", address="https://sms.example", secret="s")
    phone = {"what": "phone", "is_required": False, "label": ""}
    change_form(form, facts=[phone], asks=[(words, "email"), (words, "sms")], by=mara, now=NOW)
    ada = confirmed(form, phone="+4366012345")
    states = dict(ada.consents.values_list("channel", "state"))
    assert states == {"email": "granted", "sms": "requested"}
    asked = Message.objects.get(channel="sms")
    assert "/confirm/" in asked.text


def test_a_yes_by_sms_for_a_number_that_is_not_theirs_is_not_kept(form, words, mara, known_ada):
    update_customer(known_ada, phone="+4366099999", by=mara, now=NOW)
    phone = {"what": "phone", "is_required": False, "label": ""}
    change_form(form, facts=[phone], asks=[(words, "sms")], by=mara, now=NOW)
    assert confirmed(form, phone="+4366012345") == known_ada
    assert not known_ada.consents.exists()


def test_a_yes_on_a_brands_form_is_for_that_brand(form, mara):
    alpine = Brand.objects.create(name="Alpine", slug="alpine", is_default=True)
    urban = Brand.objects.create(name="Urban", slug="urban")
    change_form(form, brand=urban, by=mara, now=NOW)
    ada = confirmed(form)
    assert ada.consents.get().brand == urban
    assert {each.state for each in every_standing(ada) if not each.brand} == {""}
    change_form(form, brand=alpine, by=mara, now=NOW)
    SignUp.objects.all().delete()
    assert confirmed(form).consents.latest("pk").brand is None, "the default one is the company"
