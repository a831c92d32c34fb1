"""`__among`: many values in one statement, the same as `__in`."""

import pytest

from customers.models import Customer

MANY = 70_000  # more than either database takes as parameters of one statement


def test_it_finds_what_in_finds(ada, bo, cyd):
    names = ["Ada Novak", "Cyd Moreau", "Nobody", 'Quote " and \\ and , {x}', "Ünïcode ☃"]
    found = Customer.objects.filter(name__among=names)
    assert set(found) == set(Customer.objects.filter(name__in=names)) == {ada, cyd}
    assert set(Customer.objects.exclude(name__among=names)) == {bo}
    assert set(Customer.objects.filter(pk__among={ada.pk, bo.pk})) == {ada, bo}


@pytest.mark.django_db
def test_nothing_is_among_nothing(ada):
    assert not Customer.objects.filter(name__among=[]).exists()
    assert not Customer.objects.filter(pk__among=[]).exists()


def test_however_many_there_are_it_is_one_statement(ada, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert Customer.objects.filter(pk__among=range(MANY)).count() <= 1
        names = [*map(str, range(MANY)), ada.name]
        assert list(Customer.objects.filter(name__among=names)) == [ada]


def test_odd_spellings_are_taken_as_they_are(ada):
    for odd in ('"', "\\", "{a,b}", "NULL", "'", "a\nb", "☃"):
        ada.name = odd
        ada.save()
        assert Customer.objects.filter(name__among=[odd, "other"]).get() == ada
