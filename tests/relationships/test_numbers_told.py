"""Numbers that files bring as texts: read where they are numbers, of any other text nothing."""

import pytest
from django.db import connection

from customers.models import Interaction, Kind
from relationships.queries.dialect import Dialect
from tests.conftest import TODAY, happened

NUMBERS = {"7": 7, 7: 7, "7.": 7, "7.25": 7.25, 12.5: 12.5, "0": 0, "1234": 1234, "007": 7,
           "3.3333333333333335": 10 / 3, 0.1: 0.1}  # fmt: skip
NONE = ("1.2.3", "", ".", ".5", "-3", "+3", "1,5", "1e3", "12345", "9" * 400, "soon", " 7", "7 h",
        "0." + "3" * 21, None, True, [1], {"n": 1}, "Infinity", "NaN", "\u0663")  # fmt: skip


@pytest.mark.django_db
def test_a_number_is_read_and_no_other_text(ada):
    for said in (*NUMBERS, *NONE):
        happened(ada, Kind.SUPPORT, TODAY, properties={"minutes": said})
    is_told, number = Dialect(connection.vendor).number_told("minutes", digits=4)
    read = f"SELECT i.id, CASE WHEN {is_told} THEN {number} END FROM customers_interaction i"
    with connection.cursor() as cursor:
        cursor.execute(read)
        found = dict(cursor.fetchall())
    said = Interaction.objects.filter(properties__has_key="minutes").order_by("pk")
    told = [found[pk] for pk in said.values_list("pk", flat=True)]
    assert told[: len(NUMBERS)] == [pytest.approx(number) for number in NUMBERS.values()]
    assert told[len(NUMBERS) :] == [None] * len(NONE)
