"""Fills an empty PostgreSQL database with a big company: by default 1,000,000 customers.

    RELCRM_DATABASE_URL=postgres://… python -m benchmarks.big_company [CUSTOMERS] [PER_CUSTOMER]
        [--mixed]

A filled database stays as it is. Everything is made by the database itself from a fixed seed,
about PER_CUSTOMER interactions each (default 10) over two years: purchases only, or `--mixed` with
messages, visits, help, reviews, returns and promises.
"""

import argparse
import os
import time
from collections.abc import Mapping
from itertools import accumulate

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
    rating, currency, category, reason, source, source_id, recorded_at)
SELECT c.id, kind, day + interval '10 hours', day, 'web',
       CASE WHEN kind IN ('purchase', 'return')
            THEN round(exp(2.5 + 1.5 * random())::numeric, 2) END,
       CASE WHEN kind = 'review' THEN 1 + floor(5 * random()) END,
       '', '', '', 'benchmark', c.id || '-' || k, now()
FROM customers_customer c
CROSS JOIN LATERAL (
    SELECT 1 + floor(-ln(random() + c.id * 0 + 1e-9) * (%s - 0.5))::int AS n
) AS rate
CROSS JOIN LATERAL (
    SELECT k, DATE '2024-01-01' + floor(730 * power(random() + c.id * 0, 1.2))::int AS day,
           random() + c.id * 0 AS drawn
    FROM generate_series(1, rate.n) AS k
) AS happened
CROSS JOIN LATERAL (SELECT {kind} AS kind) AS what
"""
# Shares of everything that happens.
MIX = {
    "message_sent": 0.25, "message_opened": 0.12, "visit": 0.12, "message_clicked": 0.04,
    "support": 0.03, "review": 0.02, "return": 0.01, "promise_kept": 0.005,
    "promise_broken": 0.005,
}  # fmt: skip


def interactions(mix: Mapping[str, float]) -> str:
    """INSERT of what happened; what `mix` leaves over is purchases."""
    ends = zip(mix, accumulate(mix.values()), strict=True)
    cases = " ".join(f"WHEN drawn < {end!r} THEN '{kind}'" for kind, end in ends)
    kind = f"CASE {cases} ELSE 'purchase' END" if cases else "'purchase'::text"
    return INTERACTIONS.format(kind=kind)


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


def main(customers: int, per_customer: float, *, mixed: bool) -> None:
    from django.db import connection

    from customers.models import Customer

    if known := Customer.objects.count():
        print(f"{known:,} customers are there already; none are added")
        return
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.42)")
        cursor.execute(people(), [customers])
        cursor.execute(interactions(MIX if mixed else {}), [per_customer])
        cursor.execute("VACUUM ANALYZE customers_customer")
        cursor.execute("VACUUM ANALYZE customers_interaction")
        cursor.execute("SELECT count(*) FROM customers_interaction")
        print(f"{customers:,} customers, {cursor.fetchone()[0]:,} interactions")
    print(f"made in {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relcrm.settings")
    os.environ.setdefault("RELCRM_SECRET_KEY", "benchmark")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("customers", type=int, nargs="?", default=1_000_000)
    parser.add_argument("per_customer", type=float, nargs="?", default=10.0)
    parser.add_argument("--mixed", action="store_true")
    asked = parser.parse_args()
    django.setup()
    main(asked.customers, asked.per_customer, mixed=asked.mixed)
