"""What customers have: from purchases and by hand, and when they choose again."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from customers import segments
from customers.actions.owned import (
    ask_for_owned,
    follow_purchases,
    give_up_product,
    own_product,
    run_owned,
    update_product,
)
from customers.models import Kind, OrderLine, OwnedProduct, Product
from customers.queries.owned import having
from relcrm.base.models import AuditLine, Job
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY, happened


@pytest.fixture
def boots(db) -> Product:
    return Product.objects.create(sku="R3", name="Ridge 3", category="boots",
                                  expected_life_weeks=104)  # fmt: skip


@pytest.fixture
def socks(db) -> Product:
    return Product.objects.create(sku="S1", name="Wool socks")


def bought(customer, product, on: date, kind: str = Kind.PURCHASE, quantity: int = 1) -> None:
    row = happened(customer, kind, on, 90)
    OrderLine.objects.create(
        interaction=row, product=product, quantity=quantity, unit_price=Decimal(90)
    )


def test_what_lasts_is_owned_since_its_last_purchase(boots, socks, ada, bo):
    bought(ada, boots, date(2023, 5, 1))
    bought(ada, boots, date(2025, 4, 7))
    bought(ada, socks, date(2025, 4, 7))
    assert follow_purchases(1, 1_000_000) == 1
    row = OwnedProduct.objects.get()
    assert (row.customer, row.product, row.since_on) == (ada, boots, date(2025, 4, 7))
    assert row.next_choice_on == date(2025, 4, 7) + timedelta(weeks=104)
    assert follow_purchases(1, 1_000_000) == 0, "nothing is written twice"


def test_what_was_sent_back_is_gone(boots, ada):
    bought(ada, boots, date(2025, 4, 7))
    follow_purchases(1, 1_000_000)
    bought(ada, boots, date(2025, 4, 20), Kind.RETURN)
    assert follow_purchases(1, 1_000_000) == 1
    assert OwnedProduct.objects.get().gone_on == date(2025, 4, 20)
    bought(ada, boots, date(2025, 6, 1))
    follow_purchases(1, 1_000_000)
    assert OwnedProduct.objects.get().gone_on is None


def test_what_somebody_said_is_not_overruled_by_purchases(boots, ada, mara):
    bought(ada, boots, date(2025, 4, 7))
    own_product(ada, boots, since_on=date(2025, 8, 1), by=mara, now=NOW)
    assert follow_purchases(1, 1_000_000) == 0
    row = OwnedProduct.objects.get()
    assert row.since_on == date(2025, 8, 1)
    give_up_product(row, on=TODAY, by=mara)
    with pytest.raises(Refused, match="no more since 2 March 2026"):
        give_up_product(row, on=TODAY, by=mara)
    with pytest.raises(Refused, match="still to come"):
        own_product(ada, boots, since_on=TODAY + timedelta(days=9), by=mara, now=NOW)
    verbs = set(AuditLine.objects.values_list("verb", flat=True))
    assert {"product.owned", "product.gone"} <= verbs


def test_the_next_choice_is_said_as_a_month(boots, ada, bo, mara):
    own_product(ada, boots, since_on=date(2025, 3, 10), by=mara, now=NOW)
    own_product(bo, boots, since_on=date(2023, 1, 1), by=mara, now=NOW)
    assert having(ada, TODAY)[0].again == "chooses again probably in March 2027"
    assert having(bo, TODAY)[0].again == "its usual life ended in December 2024"
    assert having(bo, TODAY)[0].is_due
    assert having(bo, date(2022, 1, 1)) == []


def test_another_expected_life_moves_every_next_choice(boots, ada, mara):
    own_product(ada, boots, since_on=date(2025, 3, 10), by=mara, now=NOW)
    update_product(boots, expected_life_weeks=52, by=mara)
    assert OwnedProduct.objects.get().next_choice_on == date(2025, 3, 10) + timedelta(weeks=52)
    update_product(boots, expected_life_weeks=None, by=mara)
    assert OwnedProduct.objects.get().next_choice_on is None


def test_the_job_reads_everybody_and_is_asked_for_only_where_something_lasts(boots, ada, bo):
    assert ask_for_owned(by=None) is None
    bought(ada, boots, date(2025, 4, 7))
    job = ask_for_owned(by=None)
    seen = []
    assert run_owned(job, lambda done, **more: seen.append(done)) == {"products": 1}
    assert seen[-1] == max(ada.pk, bo.pk)  # it counts by numbers, in strides
    assert Job.objects.get() == job


def test_the_profile_and_the_list_foresee_the_next_choice(as_, mara, boots, ada, bo, company):
    browser = as_(mara)
    sent = {"product": "ridge 3", "since": "2024-12-01"}
    piece = browser.post(f"/customers/{ada.pk}/owned/", sent, headers={"HX-Request": "true"})
    assert "Ridge 3" in piece.content.decode()
    again = OwnedProduct.objects.get().next_choice_on
    assert again == date(2024, 12, 1) + timedelta(weeks=104)
    assert "Ridge 3" in browser.get(f"/customers/{ada.pk}/?whole=yes").content.decode()
    page = browser.get("/customers/?choosing=12").content.decode()
    assert "Ada Novak" in page
    assert "Bo Lind" not in page
    assert browser.post(f"/customers/{ada.pk}/owned/", {"product": "?"}).status_code == 409
    wrong = browser.post(f"/customers/{ada.pk}/owned/", {"product": "R3", "since": "2026-99-01"})
    assert wrong.status_code == 409
    browser.post(f"/customers/{ada.pk}/owned/", {"gone": OwnedProduct.objects.get().pk})
    assert OwnedProduct.objects.get().gone_on is not None


def test_segments_ask_for_tags_own_fields_and_what_they_have(boots, root):
    from customers.actions.custom import define_field
    from customers.segments.fields import every_field

    define_field(key="shoe_size", label="Shoe size", kind="number", unit="EU", by=root)
    found = every_field()
    assert {"tag", "age_band", "next_choice_on", "has_product", "custom.shoe_size"} <= set(found)
    assert found["custom.shoe_size"].kind == segments.Kind.NUMBER
