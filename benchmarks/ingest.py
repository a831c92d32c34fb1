"""How fast interactions come in, as ratios to COPY of the same rows into the same indexed table.

    RELCRM_DATABASE_URL=postgres://… python benchmarks/ingest.py [--rows 1000000]

Empties and fills tables of the database it is given: give it one of its own. Prints one line a
figure; both sides of a ratio are measured in this run, on the same table, emptied in between.
"""

# ruff: noqa: E402 (Django is set up before what needs it is imported)
import argparse
import csv
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relcrm.settings")
os.environ.setdefault("RELCRM_SECRET_KEY", "benchmark")
os.environ.setdefault("RELCRM_DATA", tempfile.mkdtemp(prefix="relcrm-benchmark-"))

import django

django.setup()

from django.core.management import call_command
from django.db import connection, transaction

from customers.actions import imports, take_in
from customers.actions.customers import resolve_customers
from customers.actions.ingest import ingest_in_slices
from customers.events import DEFAULTS, Events
from customers.models import Customer
from relcrm.base.models import User
from relcrm.lib import bulk

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FIRST = date(2023, 1, 1)
TABLE = "customers_interaction"
EVERYTHING = (
    "customers_importbefore", "customers_importbatch", "customers_importproblem",
    "customers_import", "customers_orderline", TABLE, "customers_identity", "customers_customer",
)  # fmt: skip


def empty(*tables: str) -> None:
    if User.objects.exists():
        raise SystemExit("Somebody signs in to this database: it would be emptied here.")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for table in EVERYTHING:
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608 (our own names)
            return
        cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
        cursor.execute("CHECKPOINT")


def people(count: int) -> None:
    columns = {"id": list(range(1, count + 1)), "created_at": NOW, "changed_at": NOW}
    bulk.add_rows(connection, Customer, columns, count)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE customers_customer")


def purchases(rows: int, customers: int, rng: random.Random) -> dict[str, bulk.Column]:
    days = [FIRST + timedelta(days=number) for number in range(1_100)]
    instants = {day: datetime(day.year, day.month, day.day, 12, tzinfo=UTC) for day in days}
    chosen = [rng.choice(days) for _ in range(rows)]
    return {
        "customer_id": [rng.randint(1, customers) for _ in range(rows)],
        "kind": "purchase",
        "occurred_at": [instants[day] for day in chosen],
        "occurred_on": chosen,
        "amount": [Decimal(rng.randint(100, 20_000)).scaleb(-2) for _ in range(rows)],
        "source": "shop",
        "source_id": [f"order-{number:09d}" for number in range(rows)],
    }


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def plain_copy(columns: dict[str, bulk.Column], rows: int) -> None:
    """COPY of the same rows straight into the table with its indexes and foreign keys."""
    bulk.fill(connection, TABLE, columns | {"recorded_at": NOW} | plain_defaults(columns), rows)


def plain_defaults(columns: dict[str, bulk.Column]) -> dict[str, bulk.Column]:
    return {name: text for name, text in DEFAULTS.items() if name not in columns}


def in_memory(rows: int, customers: int) -> None:
    columns = purchases(rows, customers, random.Random(7))
    for turn in (1, 2):
        times = {}
        for name, work in {
            "COPY": lambda: plain_copy(columns, rows),
            "ingest": lambda: ingest_in_slices(Events(columns), now=NOW),
        }.items():
            empty(TABLE, "customers_customer")
            people(customers)
            times[name] = seconds(work)
        again = seconds(lambda: ingest_in_slices(Events(columns), now=NOW))
        print(
            f"ingest, {rows:,} rows in memory, run {turn}: COPY {times['COPY']:.1f} s, "
            f"ingest {times['ingest']:.1f} s, ratio {times['COPY'] / times['ingest']:.2f} "
            f"(to reach 0.60); the same rows again {again:.1f} s"
        )


def write_ready(path: Path, columns: dict[str, bulk.Column], rows: int) -> list[str]:
    """The rows of our table as a file that COPY and executemany take as it is."""
    whole = columns | {"recorded_at": NOW} | plain_defaults(columns)
    lists = [value if bulk.is_list(value) else [value] * rows for value in whole.values()]
    with path.open("w", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows(zip(*lists, strict=True))
    return list(whole)


def write_shop(path: Path, columns: dict[str, bulk.Column]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["customer", "date", "amount"])
        writer.writerows(
            zip(columns["customer_id"], columns["occurred_on"], columns["amount"], strict=True)
        )


def copy_file(path: Path, names: list[str]) -> None:
    statement = f"COPY {TABLE} ({', '.join(names)}) FROM STDIN WITH (FORMAT csv)"
    with connection.cursor() as cursor, cursor.copy(statement) as to, path.open("rb") as file:
        while block := file.read(1 << 20):
            to.write(block)


def fastest(path: Path, names: list[str]) -> None:
    """The database's own fastest way for a file that is ready for it."""
    if connection.vendor == "postgresql":
        return copy_file(path, names)
    marks = ", ".join(["%s"] * len(names))
    statement = f"INSERT INTO {TABLE} ({', '.join(names)}) VALUES ({marks})"
    with path.open(newline="") as file, transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(statement, csv.reader(file))


def know(customers: int) -> None:
    """The customers of the shop's file, as a first import would leave them."""
    numbers = list(map(str, range(1, customers + 1)))
    for start in range(0, customers, 20_000):
        resolve_customers("external", "files", numbers[start : start + 20_000], now=NOW)


def load(path: Path) -> None:
    of = imports.bring(str(path), by=None)
    take_in.take_in(of, progress=lambda *_, **__: None, position=None, by=None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--customers", type=int, default=100_000)
    wanted = parser.parse_args()
    if connection.vendor != "postgresql":
        sys.exit("Set RELCRM_DATABASE_URL to an empty PostgreSQL database: postgres://…")
    call_command("migrate", verbosity=0)
    in_memory(wanted.rows, wanted.customers)


if __name__ == "__main__":
    main()
