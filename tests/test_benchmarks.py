"""The benchmarks keep up with the tables they fill."""

import pytest
from django.db import connection

from benchmarks.big_company import people
from customers.models import Customer


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_big_company_fills_whatever_columns_customers_have():
    with connection.cursor() as cursor:
        cursor.execute(people(), [3])
    assert list(Customer.objects.order_by("pk").values_list("name", flat=True)) == [
        "Customer 1", "Customer 2", "Customer 3",
    ]  # fmt: skip
