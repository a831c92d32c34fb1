"""One spelling for each way to recognise somebody, and nobody is made twice."""

import threading

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from customers import identities
from customers.actions.customers import create_customer, resolve_customers, update_customer
from customers.engine.duplicates.names import Names, stand
from customers.models import Customer, Identity
from relcrm.lib.refusals import Refused
from tests.conftest import NOW

SPELLINGS = [
    ("email", " Ada@Example.COM ", "ada@example.com"),
    ("email", "ａｄａ＠example.com", "ada@example.com"),
    ("email", "ada\u200b@example.com", "ada@example.com"),
    ("email", "mailto:Ada@Example.com", "ada@example.com"),
    ("email", "ada@xn--mller-kva.at", "ada@müller.at"),
    ("email", "ADA@MÜLLER.at", "ada@müller.at"),
    ("phone", "+43 (0)660 123-45", "+4366012345"),
    ("phone", "0660/123 45", "+4366012345"),
    ("phone", "0043 660 12345", "+4366012345"),
    ("phone", "tel:+43-660-12345", "+4366012345"),
    ("phone", "٠٦٦٠١٢٣٤٥", "+4366012345"),
    ("phone", "+1 (415) 555-2671", "+14155552671"),
    ("phone", "110 / 7", "+431107"),
    ("phone", "1", "1"),
    ("phone", "nobody", ""),
    ("external", " A-17 ", "A-17"),
]


@pytest.mark.parametrize(("kind", "told", "kept"), SPELLINGS)
def test_many_spellings_are_one(kind, told, kept):
    assert identities.normal(kind, told, "AT") == kept


def test_two_boxes_stay_two():
    assert identities.normal("email", "weiß@x.at") != identities.normal("email", "weiss@x.at")


def test_a_phone_without_country_is_where_the_company_is(company):
    assert identities.normal("phone", "0660 12345") == "066012345"
    company.country = "AT"
    company.save()
    assert identities.normal("phone", "0660 12345") == "+4366012345"


def test_a_phone_is_where_the_customer_is(company, mara):
    company.country = "AT"
    company.save()
    gil = create_customer(by=mara, now=NOW, name="Gil", phone="030 901820", country="DE")
    assert gil.phone == "+4930901820"
    update_customer(gil, by=mara, now=NOW, phone="(020) 7946 0958", country="GB")
    assert gil.phone == "+442079460958"
    assert gil.identities.count() == 2


@given(st.text(max_size=400), st.sampled_from(list(Identity.Kind.values)))
@settings(max_examples=300, deadline=None)
def test_a_spelling_fits_its_column_and_is_its_own_spelling(told, kind):
    found = identities.normal(kind, told, "AT")
    assert len(found) <= (32 if kind == "phone" else 254)
    assert identities.normal(kind, found, "AT") == found


def test_what_is_too_long_is_told_apart(db):
    long = [f"{'x' * 300}{end}@example.com" for end in "ab"]
    found = resolve_customers("email", "", long, now=NOW)
    assert len(set(found.values())) == 2
    assert resolve_customers("email", "", [long[0].upper()], now=NOW) == {
        long[0].upper(): found[long[0]]
    }
    assert set(Customer.objects.values_list("email", flat=True)) == {""}


@pytest.mark.parametrize("facts", [{"email": "x" * 250 + "@example.com"}, {"phone": "nobody"}])
def test_what_nobody_can_be_reached_by_is_refused(facts, db, mara):
    with pytest.raises(Refused, match="can be reached by"):
        create_customer(by=mara, now=NOW, name="Gil", **facts)


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("Ada Novak", "NOVAK, Ada", Names.SAME),
        ("Dr. José García", "Jose Garcia", Names.SAME),
        ("Ada Novak", "Ada Nowak", Names.ALIKE),
        ("Sofia Rossi", "Sophia Rossi", Names.ALIKE),
        ("Ada Novak", "A. Novak", Names.PART),
        ("Ada Novak", "Novak", Names.PART),
        ("Ada Novak", "Novak A.", Names.PART),
        ("Novak Ada", "Ada Nowak", Names.ALIKE),
        ("Mario Rossi", "Maria Rossi", Names.NEAR),
        ("Hans Huber jun.", "Hans Huber", Names.NEAR),
        ("Ada Novak", "Ada", Names.NEAR),
        ("Ada Novak", "Ben Novak", Names.DIFFERENT),
        ("Ada Novak", "", Names.UNKNOWN),
    ],
)
def test_names_stand_to_each_other(one, other, how):
    assert stand(one, other) == stand(other, one) == how


def test_nobody_is_made_twice_under_one_name(db, mara):
    ada = create_customer(by=mara, now=NOW, name="Ada Novak", email="ada@example.com")
    for again in ("Ada Novak", "NOVAK Ada", "Ada Nowak", ""):
        with pytest.raises(Refused, match=f"Customer {ada.pk} is known") as refusal:
            create_customer(by=mara, now=NOW, name=again, email="ADA@example.com")
        assert refusal.value.more == {"customer": ada.pk}
    assert Customer.objects.count() == 1


def test_whom_a_file_brought_without_a_name_is_not_made_again(db, mara):
    resolve_customers("email", "", ["ada@example.com"], now=NOW)
    with pytest.raises(Refused, match="is known by this email"):
        create_customer(by=mara, now=NOW, name="Ada Novak", email="ada@example.com")


def test_a_household_shares_an_e_mail_and_a_phone(db, mara):
    shared = {"email": "novak@example.com", "phone": "+43 660 12345"}
    made = [
        create_customer(by=mara, now=NOW, name=name, **shared)
        for name in ("Ada Novak", "Ben Novak", "Cara Novak")
    ]
    assert Identity.objects.filter(value="novak@example.com").count() == 3
    namesake = create_customer(by=mara, now=NOW, name="Ben Novak", is_another=True, **shared)
    assert len({each.pk for each in [*made, namesake]}) == 4


def at_once(work, times: int = 4) -> list[Exception]:
    """`work(n)` in so many threads, each with a connection of its own, released together."""
    start, problems = threading.Barrier(times), []

    def run(n: int) -> None:
        try:
            start.wait(10)
            work(n)
        except Exception as problem:  # noqa: BLE001 (handed to the test)
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "facts", [{"email": "a@x.at"}, {"phone": "+43 660 12345"}, {"numbers": {"shop": "17"}}], ids=str
)
def test_forms_and_programs_at_once_make_one(facts):
    problems = at_once(lambda n: create_customer(by=None, now=NOW, name="Ada Novak", **facts))
    assert [type(problem) for problem in problems] == [Refused] * 3
    assert Customer.objects.count() == 1
    assert all(problem.more == {"customer": Customer.objects.get().pk} for problem in problems)


@pytest.mark.django_db(transaction=True)
def test_a_file_and_a_form_at_once_make_one():
    def work(n: int) -> None:
        if n % 2:
            create_customer(by=None, now=NOW, name="Ada Novak", email="ada@example.com")
        else:
            resolve_customers("email", "", ["ada@example.com", f"{n}@example.com"], now=NOW)

    problems = at_once(work)
    assert {type(problem) for problem in problems} <= {Refused}
    assert Customer.objects.filter(email="ada@example.com").count() == 1
    assert Identity.objects.filter(value="ada@example.com").count() == 1
