"""Who was erased is not taken in again by any door, until they come back themselves."""

import gzip

import pytest

from customers.actions.customers import create_customer, resolve_customers, update_customer
from customers.actions.erasure import erase_customer, lift_erasure
from customers.actions.imports import bring
from customers.actions.sent_in import BadRows, record_sent_in
from customers.actions.take_in import take_in
from customers.models import Identity, ImportProblem, Interaction, Tombstone
from relcrm.base.models import AuditLine
from relcrm.lib.refusals import Refused
from tests.conftest import NOW


def test_a_fingerprint_cannot_be_read_and_depends_on_the_installation(bo, pia, settings):
    erase_customer(bo, by=pia, now=NOW)
    stone = Tombstone.objects.get()
    assert "bo@example.com" not in stone.digest
    assert resolve_customers("email", "", ["BO@example.com"], now=NOW) == {}
    settings.SECRET_KEY = "another-installation-" * 3
    assert len(resolve_customers("email", "", ["bo@example.com"], now=NOW)) == 1


def test_what_the_household_shares_still_means_the_others(known_ada, bo, pia):
    Identity.objects.create(customer=bo, kind="phone", value="+4366012345")
    erase_customer(known_ada, by=pia, now=NOW)
    assert resolve_customers("phone", "", ["+43 660 12345"], now=NOW) == {"+43 660 12345": bo.pk}


def test_a_form_does_not_take_them_in_again(known_ada, bo, mara, pia):
    erase_customer(known_ada, by=pia, now=NOW)
    with pytest.raises(Refused, match="asked to be erased"):
        create_customer(name="Ada", email="Ada@Example.com", by=mara, now=NOW)
    with pytest.raises(Refused, match="asked to be erased"):
        create_customer(name="Ada", numbers={"files": "A7"}, by=mara, now=NOW)
    with pytest.raises(Refused, match="asked to be erased"):
        update_customer(bo, email="ada@example.com", by=mara, now=NOW)
    assert create_customer(name="Ada", numbers={"till": "A7"}, by=mara, now=NOW)


def test_a_program_is_told_why_its_row_is_for_nobody(known_ada, bo, pia):
    erase_customer(known_ada, by=pia, now=NOW)
    rows = [
        {"email": email, "kind": "visit", "occurred_at": NOW, "source": "web", "source_id": email}
        for email in ("ada@example.com", "new@example.com")
    ]
    with pytest.raises(BadRows) as bad:
        record_sent_in(rows, create_customers=True, by=None, now=NOW)
    assert list(bad.value.errors) == [0]
    assert "asked to be erased" in bad.value.errors[0]["email"]


def test_a_file_leaves_them_out_and_names_the_rows(known_ada, company, pia, tmp_path):
    erase_customer(known_ada, by=pia, now=NOW)
    file = tmp_path / "orders.csv.gz"
    rows = "A7,2026-01-05,1,10\nB1,2026-01-06,2,20\nA7,2026-01-07,3,30\n"
    file.write_bytes(gzip.compress(f"customer,date,order,amount\n{rows}".encode()))
    named = {name: name for name in ("customer", "date", "order", "amount")}
    of = bring(str(file), mapping=named, by=pia)
    counts = take_in(of, progress=lambda *_, **__: None, position=None, by=pia)
    assert (counts["rows"], counts["taken"], counts["purchases"]) == (3, 1, 1)
    assert counts["skipped"] == {"belongs to a person who asked to be erased": 2}
    problems = ImportProblem.objects.filter(of=of)
    assert [(each.row, each.value) for each in problems] == [(1, ""), (3, "")]
    assert not Interaction.objects.filter(source="files", source_id__in=["1", "3"]).exists()


def test_who_comes_back_is_let_in_again(bo, pia):
    erase_customer(bo, by=pia, now=NOW)
    with pytest.raises(Refused, match="Nobody who was erased"):
        lift_erasure("email", "", "bob@example.com", by=pia, now=NOW)
    lift_erasure("email", "", "Bo@Example.com", by=pia, now=NOW)
    assert AuditLine.objects.filter(verb="customer.erasure_lifted").exists()
    found = resolve_customers("email", "", ["bo@example.com"], now=NOW)
    assert found["bo@example.com"] != bo.pk


def test_knowing_the_erased_costs_an_import_few_queries(bo, pia, django_assert_max_num_queries):
    erase_customer(bo, by=pia, now=NOW)
    new = [f"p{n}@example.com" for n in range(400)] + ["bo@example.com"]
    with django_assert_max_num_queries(12):
        assert len(resolve_customers("email", "", new, now=NOW)) == 400
