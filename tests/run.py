"""`make test`: the whole suite on SQLite, then on PostgreSQL with Redis, both started here.

What another database cannot change (arithmetic, templates, files, what a browser makes of a page)
runs once, in the first pass.

One pass alone: `python -m tests.run --on postgresql …`; other arguments go to pytest.
"""

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from tests import servers

ROOT = Path(__file__).resolve().parent.parent
# Two passes side by side would share the cores; two processes each use them fully.
PROCESSES = "2"


def main(arguments: list[str]) -> int:
    on, arguments = _wanted(arguments)
    servers.ensure_programs()
    with ExitStack() as stack:
        # Both start before the first test, so that a server that cannot start is known at once.
        folder = stack.enter_context(servers.temporary_folder())
        database = stack.enter_context(servers.postgresql(folder))
        broker = stack.enter_context(servers.redis(folder))
        with_servers = {"RELCRM_DATABASE_URL": database, "RELCRM_REDIS_URL": broker}
        passes = {"sqlite": ("SQLite", {}), "postgresql": ("PostgreSQL and Redis", with_servers)}
        failed = [suite(*passes[name], arguments) for name in on]
    return max(failed)


def _wanted(arguments: list[str]) -> tuple[list[str], list[str]]:
    if arguments[:1] == ["--on"]:
        return [arguments[1]], arguments[2:]
    return ["sqlite", "postgresql"], arguments


def suite(title: str, settings: dict[str, str], arguments: list[str]) -> int:
    """One pass of pytest; 0 when everything passed. Only the settings named here count."""
    print(f"\n━━ The suite on {title}\n", flush=True)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("RELCRM_")} | settings
    command = [sys.executable, "-m", "pytest", "-n", PROCESSES, "--dist", "worksteal", *arguments]
    if settings:
        command += ["--with-database"]
    else:
        # Tests of PostgreSQL's own ways belong to the other pass, where all of them run.
        command += ["-m", "not postgres"]
    return subprocess.run(command, cwd=ROOT, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
