"""How fast a CSV file becomes rows of a table, as a ratio to the database's own fastest way.

    python -m benchmarks.imports [--rows 1000000]

On PostgreSQL against COPY of the same rows into the same indexed table, on SQLite against
executemany; both sides are measured in this run, on the same table, emptied in between. Prints the
most memory that the process has held, for a file of a tenth of the rows and for the whole one: it
must not grow with the file. Empties and fills tables of the database it is given.
"""

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--only", choices=["postgresql", "sqlite"])
    wanted = parser.parse_args()
    if wanted.only:
        measured(wanted.only, wanted.rows, wanted.customers)
        return 0
    for vendor, environment in databases():
        for rows in (wanted.rows // 10, wanted.rows):
            command = [sys.executable, "-m", "benchmarks.imports", "--only", vendor,
                       "--rows", str(rows), "--customers", str(wanted.customers)]  # fmt: skip
            done = subprocess.run(command, cwd=ROOT, env=environment)
            if done.returncode:
                return done.returncode
    return 0


def databases() -> list[tuple[str, dict[str, str]]]:
    """Each in an environment of its own; PostgreSQL is the one of RELCRM_DATABASE_URL."""
    base = os.environ | {"RELCRM_SECRET_KEY": "benchmark"}
    sqlite = dict(base)
    sqlite["RELCRM_DATA"] = tempfile.mkdtemp(prefix="relcrm-imports-")
    sqlite["RELCRM_DATABASE_URL"] = f"sqlite:///{sqlite['RELCRM_DATA']}/benchmark.db"
    found = [("sqlite", sqlite)]
    if base.get("RELCRM_DATABASE_URL", "").startswith("postgres"):
        found.insert(0, ("postgresql", base))
    else:
        print("imports: set RELCRM_DATABASE_URL to measure PostgreSQL too", flush=True)
    return found


def measured(vendor: str, rows: int, customers: int) -> None:
    from django.core.management import call_command

    from benchmarks import ingest  # sets Django up

    call_command("migrate", verbosity=0)
    columns = ingest.purchases(rows, customers, random.Random(8))
    with tempfile.TemporaryDirectory(dir=os.environ["RELCRM_DATA"]) as folder:
        ready, shop = Path(folder) / "ready.csv", Path(folder) / "shop.csv"
        names = ingest.write_ready(ready, columns, rows)
        ingest.write_shop(shop, columns)
        ingest.empty(ingest.TABLE, "customers_customer", "customers_import")
        ingest.people(customers)
        del columns
        way = "COPY" if vendor == "postgresql" else "executemany"
        plain = ingest.seconds(lambda: ingest.fastest(ready, names))
        ingest.empty(ingest.TABLE, "customers_customer", "customers_import")
        ingest.know(customers)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        taken = ingest.seconds(lambda: ingest.load(shop))
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(
        f"imports on {vendor}, {rows:,} rows from a file: {way} {plain:.1f} s, load {taken:.1f} s, "
        f"ratio {plain / taken:.2f} (to reach 0.40); memory grew by {grown / 1024:.0f} MB",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
