"""The benchmarks keep up with the tables they fill."""

import pytest
from django.db import connection

from benchmarks.big_company import MIX, interactions, people
from benchmarks.scoring import slope
from benchmarks.value import holdouts, libraries
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


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("name", "library", "theirs", "customers", "missed"),
    [
        ("BG/NBD", "lifetimes", {"seconds": 12.0}, 1_000_000, 0),
        ("BG/NBD", "lifetimes", {"seconds": 9.0}, 1_000_000, 1),
        ("BG/NBD", "lifetimes", {"seconds": 12.0}, 30_000, 1),
        ("Pareto/NBD", "lifetimes", {"failed": "not done after 1,800 seconds"}, 1_000_000, 1),
        ("MBG/NBD", "pymc-marketing", {"failed": libraries.LEFT_OUT}, 1_000_000, 1),
        ("MBG/NBD", "pymc-marketing", {"seconds": 0.5}, 30_000, 0),
    ],
)
def test_what_was_not_measured_is_missed(name, library, theirs, customers, missed, capsys):
    assert libraries._beside(name, library, {"seconds": 1.0}, theirs, customers) == missed
    was_measured = "seconds" in theirs and (customers >= 1_000_000 or library != "lifetimes")
    assert ("NOT MEASURED" in capsys.readouterr().out) != was_measured


@pytest.mark.one_database
def test_goals_of_a_shop_that_is_not_there_are_missed(capsys):
    assert holdouts.test([]) == sum(map(len, holdouts.GOALS.values())) > 0
    assert capsys.readouterr().out.count("NOT MEASURED") == holdouts.test([])


@pytest.mark.one_database
def test_growth_is_the_slope_of_seconds_over_customers_both_as_logarithms():
    assert slope([(10_000, 2.0), (100_000, 20.0), (1_000_000, 200.0)]) == pytest.approx(1)
    assert slope([(10_000, 1.0), (1_000_000, 1_000.0)]) == pytest.approx(1.5)
