"""Fills an empty PostgreSQL database with a big company: by default 1,000,000 customers.

    RELCRM_DATABASE_URL=postgres://… python -m benchmarks.big_company [CUSTOMERS] [PER_CUSTOMER]

A filled database stays as it is. Everything is made by the database itself from a fixed seed,
about PER_CUSTOMER interactions each (default 10), purchases only, over two years.
"""

import os
import sys
import time

import django

PEOPLE = {
    "name": "'Customer ' || n", "email": "'c' || n || '@example.com'",
    "interests": "'[]'", "preferences": "'{}'", "created_at": "now()", "changed_at": "now()",
    "first_seen_on": "DATE '2026-01-01'", "last_seen_on": "DATE '2026-01-01'",
}  # fmt: skip
# Each customer's number of purchases is geometric, their days lean to the beginning.
# `c.id * 0` makes the database draw anew for every customer.
INTERACTIONS = """
INSERT INTO customers_interaction (customer_id, kind, occurred_at, occurred_on, channel, amount,
    currency, category, reason, source, source_id, recorded_at)
SELECT c.id, 'purchase', day + interval '10 hours', day, 'web',
       round(exp(2.5 + 1.5 * random())::numeric, 2),
       '', '', '', 'benchmark', c.id || '-' || k, now()
FROM customers_customer c
CROSS JOIN LATERAL (
    SELECT 1 + floor(-ln(random() + c.id * 0 + 1e-9) * (%s - 0.5))::int AS n
) AS rate
CROSS JOIN LATERAL (
    SELECT k, DATE '2024-01-01' + floor(730 * power(random() + c.id * 0, 1.2))::int AS day
    FROM generate_series(1, rate.n) AS k
) AS bought
"""


def people() -> str:
    """INSERT of so many customers of whom nothing else is known, whatever columns there are."""
    from customers.models import Customer

    columns = {
        field.column: "false" if field.get_internal_type() == "BooleanField" else "''"
        for field in Customer._meta.concrete_fields
        if not field.null and not field.primary_key
    } | PEOPLE
    return (
        f"INSERT INTO customers_customer ({', '.join(columns)}) "
        f"SELECT {', '.join(columns.values())} FROM generate_series(1, %s) AS n"
    )


def main(customers: int, per_customer: float) -> None:
    from django.db import connection

    from customers.models import Customer

    if known := Customer.objects.count():
        print(f"{known:,} customers are there already; none are added")
        return
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.42)")
        cursor.execute(people(), [customers])
        cursor.execute(INTERACTIONS, [per_customer])
        cursor.execute("VACUUM ANALYZE customers_customer")
        cursor.execute("VACUUM ANALYZE customers_interaction")
        cursor.execute("SELECT count(*) FROM customers_interaction")
        print(f"{customers:,} customers, {cursor.fetchone()[0]:,} interactions")
    print(f"made in {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relcrm.settings")
    os.environ.setdefault("RELCRM_SECRET_KEY", "benchmark")
    django.setup()
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000,
        float(sys.argv[2]) if len(sys.argv) > 2 else 10.0,
    )
