"""Looking for duplicates among many, against a plain self-join on the same identities and names.

    RELCRM_DATABASE_URL=postgres://… python -m benchmarks.duplicates [CUSTOMERS]

Fills an empty PostgreSQL database (default 100,000 customers, of whom every twentieth came in
twice: misspelt, with another e-mail, as an initial), prints seconds, the ratio to the self-join in
the same run, how many of the second records were found, and peak memory.
"""

import os
import random
import resource
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta

import django

TWICE = 20  # every so-manieth came in a second time
GIVEN = [
    "anna", "maria", "josef", "franz", "eva", "karin", "peter", "hans", "lukas", "laura",
    "sophie", "paul", "jakob", "julia", "lena", "max", "felix", "marie", "david", "sara",
    "thomas", "martin", "andrea", "petra", "sabine", "michael",
]  # fmt: skip
CITIES = ("Wien", "Graz", "Linz", "Salzburg", "Innsbruck", "Wels", "Villach", "Steyr")
SELF_JOIN = """
SELECT count(*) FROM (
    SELECT a.customer_id, b.customer_id FROM customers_identity a JOIN customers_identity b
    ON a.kind = b.kind AND a.value = b.value AND a.customer_id < b.customer_id
    UNION
    SELECT a.id, b.id FROM customers_customer a JOIN customers_customer b
    ON lower(a.name) = lower(b.name) AND a.id < b.id AND a.name <> ''
) AS pairs
"""


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def somebody(rng: random.Random, families: list[str], n: int) -> dict:
    given, family = rng.choice(GIVEN), rng.choice(families)
    return {
        "name": f"{given} {family}".title(),
        "email": f"{given}.{family}{n % 1000}@example.com" if rng.random() < 0.8 else "",
        "phone": f"+43660{n:07}" if rng.random() < 0.4 else "",
        "birth_on": (
            date(1940, 1, 1) + timedelta(days=rng.randrange(24_000)) if rng.random() < 0.5 else None
        ),
        "city": rng.choice(CITIES),
    }


def again(rng: random.Random, first: dict) -> dict:
    """The same person as another form, till or file knows them."""
    second, how = dict(first), rng.randrange(4)
    given, _, family = first["name"].partition(" ")
    if how == 0:
        second["name"] = f"{given[0]}. {family}"
    elif how == 1:
        at = rng.randrange(1, len(family))
        second["name"] = f"{given} {family[:at]}{family[at - 1]}{family[at:]}"
    elif how == 2:
        second["name"] = f"{family.upper()} {given}"
    else:
        second["email"] = second["email"].replace("example.com", "example.org")
    return second


def fill(count: int) -> set[tuple[int, int]]:
    """The big company, and which pairs in it are one person."""
    from customers.models import Customer, Identity

    rng = random.Random(4)
    families = ["".join(rng.choice("bdfgklmnprstvw") + rng.choice("aeiou") for _ in range(3))
                for _ in range(4_000)]  # fmt: skip
    rows, twins = [], set()
    while len(rows) < count:
        rows.append(somebody(rng, families, len(rows)))
        if len(rows) % TWICE == 0:
            rows.append(again(rng, rows[-1]))
            twins.add((len(rows) - 2, len(rows) - 1))
    made = Customer.objects.bulk_create([Customer(**row) for row in rows], batch_size=5_000)
    Identity.objects.bulk_create(
        [
            Identity(customer=each, kind=kind, value=value)
            for each in made
            for kind, value in (("email", each.email), ("phone", each.phone))
            if value
        ],
        batch_size=5_000,
    )
    return {(made[a].pk, made[b].pk) for a, b in twins}


def main(count: int) -> None:
    from django.db import connection
    from django.utils.timezone import now as clock

    from customers.actions.duplicates import find_duplicates
    from customers.models import Duplicate

    twins = fill(count)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    def self_join() -> None:
        with connection.cursor() as cursor:
            cursor.execute(SELF_JOIN)
            print(f"{count:,} customers; the self-join finds {cursor.fetchone()[0]:,} pairs")

    alone = seconds(self_join)
    counts: dict[str, int] = {}
    whole = seconds(
        lambda: counts.update(find_duplicates(now=clock(), progress=lambda *_, **__: None))
    )
    found = set(Duplicate.objects.values_list("first_id", "second_id"))
    print(f"{counts['compared']:,} pairs compared, {len(found):,} found, {counts['sure']:,} sure")
    print(f"of {len(twins):,} who came in twice, found  {len(found & twins) / len(twins):8.1%}")
    print(f"of the pairs found, one person          {len(found & twins) / len(found):8.1%}")
    print(f"plain self-join in the database         {alone:8.1f} s")
    print(f"read, compared, scored, kept            {whole:8.1f} s  {whole / alone:5.1f} x")
    print(f"once more, with everything known        {seconds(_again):8.1f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process {peak:,.0f} MB")


def _again() -> None:
    from django.utils.timezone import now as clock

    from customers.actions.duplicates import find_duplicates

    find_duplicates(now=clock(), progress=lambda *_, **__: None)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relcrm.settings")
    os.environ.setdefault("RELCRM_SECRET_KEY", "benchmark")
    django.setup()
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
