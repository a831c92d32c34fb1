"""`make benchmark`: a big company in a PostgreSQL started here, then every benchmark, one by one.

    python -m benchmarks [CUSTOMERS]      default 1,000,000, with ten interactions each

With RELCRM_DATABASE_URL set, that (filled or empty) PostgreSQL database holds the big company
instead. What empties tables has always a server of its own. A benchmark that misses a figure does
not stop the others; the end is 1 when one did.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests import servers

ROOT = Path(__file__).resolve().parent.parent
STEPS = (
    ("The big company", ["-m", "benchmarks.big_company"]),
    ("Fitting beside lifetimes", ["-m", "benchmarks.fit"]),
    ("Models of buying", ["-m", "benchmarks.value"]),
    ("Fitting the big company", ["manage.py", "fit"]),
    ("Scoring everyone", ["-m", "benchmarks.scoring"]),
    ("The overview's sums", ["manage.py", "score", "--all"]),
    ("Pages", ["-m", "benchmarks.pages"]),
    ("API", ["-m", "benchmarks.api"]),
    ("Segments", ["-m", "benchmarks.segments"]),
    ("Contact", ["-m", "benchmarks.contact"]),
    ("First visit", ["-m", "benchmarks.first_visit"]),
)
ALONE = (
    ("Ingest", ["-m", "benchmarks.ingest"]),
    ("Imports", ["-m", "benchmarks.imports"]),
    ("Duplicates", ["-m", "benchmarks.duplicates"]),
    ("Freshness", ["-m", "benchmarks.freshness"]),
)


def main(customers: str) -> int:
    given, codes = os.environ.get("RELCRM_DATABASE_URL"), []
    with database(given) as environment:
        for title, command in STEPS:
            more = [customers] if command[-1] == "benchmarks.big_company" else []
            codes.append(run(title, command + more, environment))
    for title, command in ALONE:
        with database(None) as environment:
            codes.append(run(title, command, environment))
    return max(codes)


@contextmanager
def database(given: str | None) -> Iterator[dict[str, str]]:
    """The environment of a database with its tables: the one given, else one for a while."""
    with ExitStack() as stack:
        environment = os.environ | {"RELCRM_SECRET_KEY": "benchmark"}
        if not given:
            folder = stack.enter_context(servers.temporary_folder())
            environment["RELCRM_DATABASE_URL"] = stack.enter_context(servers.postgresql(folder))
            environment["RELCRM_DATA"] = str(folder / "relcrm")
        if run("Migrations", ["manage.py", "migrate", "-v0"], environment):
            raise SystemExit("The database cannot be prepared.")
        yield environment


def run(title: str, command: list[str], environment: dict[str, str]) -> int:
    print(f"\n━━ {title}", flush=True)
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "1000000"))
