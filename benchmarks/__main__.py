"""`make benchmark`: a big company in a PostgreSQL started here, then every benchmark, one by one.

    python -m benchmarks [CUSTOMERS]      default 1,000,000, with ten interactions each

With RELCRM_DATABASE_URL set, that (filled or empty) PostgreSQL database is used instead.
"""

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from tests import servers

ROOT = Path(__file__).resolve().parent.parent
STEPS = (
    ("The big company", ["-m", "benchmarks.big_company"]),
    ("Fitting beside lifetimes", ["-m", "benchmarks.fit"]),
    ("Fitting the big company", ["manage.py", "fit"]),
    ("Scoring everyone", ["-m", "benchmarks.scoring"]),
    ("The overview's sums", ["manage.py", "score", "--all"]),
    ("Pages", ["-m", "benchmarks.pages"]),
    ("API", ["-m", "benchmarks.api"]),
    ("Ingest", ["-m", "benchmarks.ingest"]),
    ("Imports", ["-m", "benchmarks.imports"]),
    ("First visit", ["-m", "benchmarks.first_visit"]),
)


def main(customers: str) -> int:
    with ExitStack() as stack:
        environment = os.environ | {"RELCRM_SECRET_KEY": "benchmark"}
        if not os.environ.get("RELCRM_DATABASE_URL"):
            folder = stack.enter_context(servers.temporary_folder())
            environment["RELCRM_DATABASE_URL"] = stack.enter_context(servers.postgresql(folder))
            environment["RELCRM_DATA"] = str(folder / "relcrm")
        run("Migrations", ["manage.py", "migrate", "-v0"], environment)
        for title, command in STEPS:
            more = [customers] if command[-1] == "benchmarks.big_company" else []
            if code := run(title, command + more, environment):
                return code
    return 0


def run(title: str, command: list[str], environment: dict[str, str]) -> int:
    print(f"\n━━ {title}", flush=True)
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "1000000"))
