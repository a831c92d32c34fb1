"""Phones that came without a country are read once the company says where it is."""

from customers.actions.respell import run_respell
from customers.models import Customer, Identity
from relcrm.base.actions.company import update_company
from relcrm.base.models import AuditLine, Job
from tests.conftest import NOW


def phoned(number: str, **facts: object) -> Customer:
    made = Customer.objects.create(phone=number, **facts)
    Identity.objects.create(customer=made, kind="phone", value=number)
    return made


def test_phones_are_read_in_the_company_s_country_or_the_customer_s_own(company, root):
    here = phoned("066012345")
    there = phoned("03012345678", country="DE")
    whole = phoned("+4366054321")
    strange = phoned("12")
    Identity.objects.create(customer=here, kind="phone", value="+4366012345")
    update_company(company, {"country": "AT"}, by=root, now=NOW)
    job = Job.objects.get(kind="respell")
    result = run_respell(job, lambda *_, **__: None)
    assert result == {
        "phones read": 2, "customers whose phone is in no country": str(strange.pk),
    }  # fmt: skip
    phones = {each.pk: each.phone for each in Customer.objects.all()}
    assert phones == {
        here.pk: "+4366012345", there.pk: "+493012345678", whole.pk: "+4366054321",
        strange.pk: "12",
    }  # fmt: skip
    assert here.identities.get().value == "+4366012345", "once, not twice"
    assert AuditLine.objects.get(verb="phones.respelt").detail["phones"] == 2
    assert run_respell(job, lambda *_, **__: None)["phones read"] == 0
