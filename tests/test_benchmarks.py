"""The benchmarks keep up with the tables they fill."""

import pytest
from django.db import connection

from benchmarks.big_company import MIX, interactions, people
from customers.models import Customer, Interaction, Kind


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_big_company_fills_whatever_columns_customers_have():
    with connection.cursor() as cursor:
        cursor.execute(people(), [3])
    assert list(Customer.objects.order_by("pk").values_list("name", flat=True)) == [
        "Customer 1", "Customer 2", "Customer 3",
    ]  # fmt: skip


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize("mix", [{}, MIX])
def test_of_everything_that_happens_its_share_is_told(mix):
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.42)")
        cursor.execute(people(), [100])
        cursor.execute(interactions(mix), [20.0])
    told = Interaction.objects.count()
    bought = Interaction.objects.filter(kind=Kind.PURCHASE)
    assert bought.count() / told == pytest.approx(1 - sum(mix.values()), abs=0.1)
    assert not bought.filter(amount=None).exists()
