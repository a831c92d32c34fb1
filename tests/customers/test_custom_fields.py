"""Facts that a company defines for itself: typed, checked, filtered by an index, in every door."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from customers import custom
from customers.actions.custom import (
    bring_back_field,
    change_field,
    define_field,
    read_values,
    retire_field,
    write_in_bulk,
)
from customers.actions.customers import create_customer, update_customer
from customers.field_forms import key_of
from customers.models import Customer, CustomField, CustomValue
from customers.queries.custom import fields_for, holders, said, values
from relcrm.base.models import AuditLine
from relcrm.lib.refusals import Refused
from tests.conftest import NOW


@pytest.fixture
def size(root):
    return define_field(key="shoe_size", label="Shoe size", kind="number", by=root)


@pytest.fixture
def terrain(root):
    return define_field(
        key="terrain", label="Terrain", kind="choice", choices=["rock", "forest"], by=root
    )


def field_of(kind: str, **more) -> CustomField:
    return CustomField(key="k", label="K", kind=kind, **more)


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        ("text", "  soft soles ", "soft soles"), ("text", "", None), ("number", None, None),
        ("number", "12,5", Decimal("12.5")), ("number", 39, Decimal(39)),
        ("number", "\N{MINUS SIGN}3", Decimal(-3)), ("number", 0.1, Decimal("0.1")),
        ("date", "2026-03-01", date(2026, 3, 1)), ("date", date(2026, 3, 1), date(2026, 3, 1)),
        ("choice", "ROCK", "rock"), ("flag", "ja", True), ("flag", False, False),
        ("flag", "No", False),
    ],
)  # fmt: skip
def test_what_is_written_is_read_as_its_type(kind, given, value):
    assert custom.read(field_of(kind, choices=["rock"]), given) == value


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("text", 5), ("text", "a\x00b"), ("text", "x" * 255), ("number", "many"), ("number", True),
        ("number", "NaN"), ("number", "1e30"), ("number", "1,000,000"), ("date", "1.3.2026"),
        ("date", 5), ("choice", "water"), ("flag", "perhaps"),
    ],
)  # fmt: skip
def test_what_is_of_another_type_is_refused_with_what_would_be_right(kind, given):
    with pytest.raises(ValueError, match=r"(Write|Choose)"):
        custom.read(field_of(kind, choices=["rock"]), given)


def test_values_are_kept_changed_and_forgotten_with_a_trace(size, terrain, ada, mara):
    update_customer(ada, by=mara, now=NOW, custom={"shoe_size": "39,5", "terrain": "rock"})
    update_customer(ada, by=mara, now=NOW, custom={"shoe_size": 39.5})
    line = AuditLine.objects.get(verb="customer.changed")
    assert line.detail == {"fields": ["custom.shoe_size", "custom.terrain"]}
    assert [one.words for one in said(ada.pk, [size, terrain])] == ["39.5", "rock"]
    update_customer(ada, by=mara, now=NOW, custom={"terrain": None})
    assert values([ada.pk], [size, terrain]) == {ada.pk: {size.pk: Decimal("39.5")}}


def test_a_new_customer_comes_with_them(size, mara):
    gil = create_customer(by=mara, now=NOW, name="Gil", custom={"shoe_size": 44})
    assert CustomValue.objects.get(customer=gil).number == 44


def test_wrong_and_unknown_values_change_nothing(size, ada, mara):
    for given, words in (({"shoe_size": "big"}, "Shoe size: Write a number"), ({"x": 1}, "“x”")):
        with pytest.raises(Refused, match=words):
            update_customer(ada, by=mara, now=NOW, city="Wels", custom=given)
    ada.refresh_from_db()
    assert ada.city == "Graz"
    assert not CustomValue.objects.exists()


def test_many_values_are_kept_at_once_and_the_last_of_several_holds(size, ada, bo, cyd):
    write_in_bulk([(ada.pk, size, Decimal(38)), (bo.pk, size, Decimal(40))])
    write_in_bulk([(ada.pk, size, None), (bo.pk, size, Decimal(41)), (bo.pk, size, Decimal(42))])
    assert values([ada.pk, bo.pk, cyd.pk], [size]) == {bo.pk: {size.pk: Decimal(42)}}


def test_holders_are_found_within_limits(size, ada, bo, cyd):
    write_in_bulk([(ada.pk, size, Decimal(38)), (bo.pk, size, Decimal(40))])

    def found(**limits):
        return set(holders(size, limits).values_list("customer_id", flat=True))

    assert found() == {ada.pk, bo.pk}
    assert found(gte=Decimal(39)) == {bo.pk}
    assert found(gte=Decimal(37), lte=Decimal("38.5")) == {ada.pk}
    assert holders(size, {"": Decimal(40)}).get().customer_id == bo.pk


@pytest.mark.parametrize(
    ("kind", "limit"),
    [("number", Decimal(5)), ("text", "a"), ("date", date(2026, 1, 1)), ("flag", True)],
)
def test_the_database_answers_from_the_index_of_the_type(db, root, kind, limit):
    """With 3,000 values of ten fields: not a look at every row."""
    fields = [define_field(key=f"f{n}", label="F", kind=kind, by=root) for n in range(10)]
    people = Customer.objects.bulk_create(Customer() for _ in range(300))
    answer = {"number": Decimal(7), "text": "b", "date": date(2026, 2, 1), "flag": True}[kind]
    write_in_bulk((one.pk, field, answer) for one in people for field in fields)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_customvalue")
    how = {"": limit} if kind in ("text", "flag") else {"gte": limit}
    plan = holders(fields[3], how).values("customer").explain()
    assert f"custom_value_{fields[0].column}" in plan


def test_a_value_has_exactly_one_type(size, ada):
    with pytest.raises(IntegrityError), transaction.atomic():
        CustomValue.objects.create(customer=ada, field=size, number=1, text="one")
    with pytest.raises(IntegrityError), transaction.atomic():
        CustomValue.objects.create(customer=ada, field=size)


def test_fields_are_refused_without_sense(size, root):
    for facts, words in (
        ({"key": "Shoe size"}, "small letters"), ({"key": "shoe_size"}, "already"),
        ({"key": "x", "kind": "song"}, "no such type"),
        ({"key": "x", "kind": "choice", "choices": [" "]}, "at least one"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=words):
            define_field(**({"label": "X", "kind": "text", "by": root} | facts))


def test_a_retired_field_is_asked_no_more_and_comes_back_with_its_values(size, ada, mara, root):
    update_customer(ada, by=mara, now=NOW, custom={"shoe_size": 39})
    retire_field(size, by=root, now=NOW)
    assert fields_for(mara) == []
    with pytest.raises(Refused, match="no custom field"):
        read_values({"shoe_size": 40})
    with pytest.raises(Refused, match="before"):
        retire_field(size, by=root, now=NOW)
    bring_back_field(size, by=root)
    assert [one.words for one in said(ada.pk, fields_for(mara))] == ["39"]
    verbs = AuditLine.objects.filter(subject_kind="customers.customfield").order_by("pk")
    assert [line.verb for line in verbs] == ["field.defined", "field.retired", "field.brought_back"]


def test_a_choice_that_went_stays_with_who_has_it(terrain, ada, mara, root):
    update_customer(ada, by=mara, now=NOW, custom={"terrain": "rock"})
    change_field(terrain, choices=["sand"], by=root)
    assert said(ada.pk, [terrain])[0].words == "rock"
    with pytest.raises(Refused, match="Choose one of: sand"):
        update_customer(ada, by=mara, now=NOW, custom={"terrain": "rock"})


def test_keys_are_made_of_the_question():
    assert key_of("Größe (cm)") == "grosse_cm"
    assert key_of("2nd name") == "field_2nd_name"


# Pages --------------------------------------------------------------------------------------


def test_the_admin_defines_changes_and_retires_a_field(as_, root, company):
    browser = as_(root)
    made = browser.post("/settings/fields/", {
        "label": "Favourite terrain", "kind": "choice", "choices": "rock\nforest", "position": 0,
    })  # fmt: skip
    field = CustomField.objects.get()
    assert (made.status_code, field.key, field.choices) == (
        302, "favourite_terrain", ["rock", "forest"],
    )  # fmt: skip
    page = f"/settings/fields/{field.pk}/"
    browser.post(page, {"label": "Terrain", "choices": "rock\nsand", "position": 2})
    field.refresh_from_db()
    assert (field.label, field.choices, field.key) == ("Terrain", ["rock", "sand"],
                                                       "favourite_terrain")  # fmt: skip
    browser.post(f"{page}retire/")
    assert "retired" in browser.get("/settings/fields/").content.decode()
    wrong = browser.post("/settings/fields/", {"label": "X", "kind": "choice", "position": 0})
    assert wrong.status_code == 422


def test_the_form_asks_for_own_fields_and_keeps_them(size, terrain, as_, mara, ada, company):
    browser = as_(mara)
    form = browser.get(f"/customers/{ada.pk}/edit/").content.decode()
    assert "Shoe size" in form
    sent = {"name": "Ada Novak", "custom_shoe_size": "39.5", "custom_terrain": "forest"}
    assert browser.post(f"/customers/{ada.pk}/edit/", sent).status_code == 302
    page = browser.get(f"/customers/{ada.pk}/?whole=yes").content.decode()
    assert "39.5" in page
    assert "forest" in page
    assert 'value="39.5"' in browser.get(f"/customers/{ada.pk}/edit/").content.decode()
    assert browser.post(f"/customers/{ada.pk}/edit/", sent | {"custom_shoe_size": "big"}
                        ).status_code == 422  # fmt: skip


def test_the_list_is_filtered_by_an_own_field(size, as_, mara, ada, bo, company):
    write_in_bulk([(ada.pk, size, Decimal(38)), (bo.pk, size, Decimal(40))])
    page = as_(mara).get("/customers/?own=shoe_size&own_from=39").content.decode()
    assert "Bo Lind" in page
    assert "Ada Novak" not in page
    plain = as_(mara).get("/customers/?own=shoe_size&own_from=large").content.decode()
    assert "Ada Novak" in plain


def test_analysts_see_no_texts_and_nothing_personal(size, as_, nils, ada, root, company):
    diet = define_field(key="diet", label="Diet", kind="text", by=root)
    born = define_field(key="first_child", label="First child", kind="date", is_personal=True,
                        by=root)  # fmt: skip
    write_in_bulk([
        (ada.pk, size, Decimal(38)), (ada.pk, diet, "vegan"), (ada.pk, born, date(2020, 1, 2)),
    ])  # fmt: skip
    page = as_(nils).get(f"/customers/{ada.pk}/?whole=yes").content.decode()
    assert "Shoe size" in page
    assert "vegan" not in page
    assert "2020" not in page
    assert "Ada" not in as_(nils).get("/customers/?own=diet&own_is=vegan").content.decode()
    rows = as_(nils).get("/customers/?own=diet&own_is=nothing").content.decode()
    assert f"Customer {ada.pk}" in rows, "a filter that does not exist for them narrows nothing"
