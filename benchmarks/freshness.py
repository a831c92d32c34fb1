"""How soon an event changes the profile, through the REST API of the real thing, started both ways.

    python -m benchmarks.freshness [EVENTS]
    RELCRM_DATABASE_URL=postgres://… python -m benchmarks.freshness [EVENTS] --filled

Embedded: `manage.py serve` (SQLite, a folder as broker). Production: web, worker and scheduler with
the commands of docker-compose.yml, on PostgreSQL and Redis. Both start empty; `--filled` is
production on a database that holds a company already (python -m benchmarks.big_company), to which
it adds its own customers. Events come one by one, a random while apart, so that each meets another
moment of the scheduler's round. Prints median and 95th percentile of the seconds from sending an
event until the profile holds it, and how many times the event's own POST that is.
"""

import argparse
import json
import os
import random
import shlex
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from relcrm.lib.processes import die_with_parent, free_port
from tests import servers

ROOT = Path(__file__).resolve().parent.parent
MEDIAN_SECONDS = 2.0  # to be reached
PEOPLE = 200
PATIENCE = 60.0
START_SECONDS = 300.0
PREPARE = f"""
import secrets
from datetime import timedelta
from django.utils.timezone import now
from customers.actions.ingest import ingest
from customers.events import Event
from customers.models import Customer, Kind
from relcrm.base.models import ApiKey, User
people = Customer.objects.bulk_create(Customer(name=f"Customer {{n}}") for n in range({PEOPLE}))
ingest(
    [Event(customer_id=one.pk, kind=Kind.PURCHASE, occurred_at=now() - timedelta(days=30 * k + 1),
           amount=40, source="before", source_id=f"{{one.pk}}-{{k}}")
     for one in people for k in range(10)], now=now())
secret = f"relcrm_{{secrets.token_urlsafe(32)}}"
ApiKey.objects.create(
    name="benchmark", prefix=secret[7:19], digest=ApiKey.digest_of(secret),
    scopes=[*ApiKey.SCOPES],
    created_by=User.objects.create_superuser(secrets.token_hex(8) + "@example.com"))
print(secret, *(one.pk for one in people))
"""


Way = Callable[[Path], AbstractContextManager["Installation"]]


class Installation:
    """A running relcrm: its address, a key, and some customers."""

    def __init__(self, port: int, environment: dict[str, str]) -> None:
        self.base = f"http://127.0.0.1:{port}"
        made = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", PREPARE], cwd=ROOT,
            env=environment, check=True, capture_output=True, text=True,
        )  # fmt: skip
        self.secret, *people = made.stdout.split()
        self.people = [int(one) for one in people]

    def ask(self, path: str, sent: dict[str, Any] | None = None) -> tuple[int, Any]:
        asked = urllib.request.Request(
            self.base + path, data=json.dumps(sent).encode() if sent else None,
            headers={"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"},
        )  # fmt: skip
        try:
            with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as problem:
            return problem.code, problem.read()
        except OSError as problem:
            return 0, str(problem)

    def orders(self, customer: int) -> int:
        status, found = self.ask(f"/api/v1/customers/{customer}/profile?fields=orders")
        return int(found["orders"]) if status == 200 else -1

    def until(self, customer: int, orders: int) -> None:
        deadline = time.perf_counter() + PATIENCE
        while self.orders(customer) != orders:
            if time.perf_counter() > deadline:
                raise SystemExit(f"customer {customer} never had {orders} orders")
            time.sleep(0.01)


@contextmanager
def embedded(folder: Path) -> Iterator[Installation]:
    port = free_port()
    environment = own(folder)
    with program([sys.executable, "manage.py", "serve", "--port", str(port)], environment):
        wait_for(port)
        yield Installation(port, environment)


@contextmanager
def production(folder: Path, database: str = "") -> Iterator[Installation]:
    port = free_port()
    with ExitStack() as stack:
        home = stack.enter_context(servers.temporary_folder())
        environment = own(folder) | {
            "RELCRM_DATABASE_URL": database or stack.enter_context(servers.postgresql(home)),
            "RELCRM_REDIS_URL": f"{stack.enter_context(servers.redis(home))}/0",
        }
        subprocess.run(command("migrate", port, folder), cwd=ROOT, env=environment, check=True)
        for name in ("web", "worker", "prompt", "scheduler"):
            stack.enter_context(program(command(name, port, folder), environment))
        wait_for(port)
        yield Installation(port, environment)


def own(folder: Path) -> dict[str, str]:
    """Nothing of whoever starts this, and their Python first."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RELCRM_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return kept | {
        "PATH": path, "RELCRM_DATA": str(folder), "RELCRM_SECRET_KEY": "b" * 50,
        "RELCRM_API_RATE": "1000000/minute", "RELCRM_LOG_LEVEL": "WARNING",
    }  # fmt: skip


def command(service: str, port: int, folder: Path) -> list[str]:
    """What the container runs; the image's own command where the service names none."""
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    words = services[service].get("command") or yaml.safe_load(
        (ROOT / "Dockerfile").read_text().partition("\nCMD ")[2].replace("\\\n", " ")
    )
    here = {
        "0.0.0.0:8000": f"127.0.0.1:{port}", "/tmp/schedule": f"{folder}/beat",
        "${RELCRM_WORKERS:-2}": "2",
    }  # fmt: skip
    return [here.get(word, word) for word in words]


@contextmanager
def program(words: list[str], environment: dict[str, str]) -> Iterator[None]:
    log = Path(environment["RELCRM_DATA"]) / "programs.log"
    with log.open("ab") as out:
        running = subprocess.Popen(
            words, cwd=ROOT, env=environment, stdout=out, stderr=out, start_new_session=True,
            preexec_fn=die_with_parent,
        )  # fmt: skip
    try:
        yield
        if running.poll() is not None:
            raise SystemExit(f"{shlex.join(words)} ended:\n{log.read_text()[-2000:]}")
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGTERM)
            try:
                running.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, signal.SIGKILL)


def wait_for(port: int) -> None:
    deadline = time.perf_counter() + START_SECONDS
    while time.perf_counter() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("The web server does not answer.")


def measure(name: str, at: Installation, events: int, rng: random.Random) -> bool:
    at.until(at.people[-1], 10)  # the worker is awake
    posts, whole = [], []
    for number in range(events):
        customer, before = at.people[number % PEOPLE], 10 + number // PEOPLE
        at.until(customer, before)
        time.sleep(rng.uniform(0, 2))
        happened = datetime.now(UTC) - timedelta(minutes=5)
        sent = {
            "source": "web", "source_id": f"{customer}-{number}", "customer": customer,
            "kind": "purchase", "occurred_at": happened.isoformat(), "amount": "20.00",
        }  # fmt: skip
        began = time.perf_counter()
        status, answer = at.ask("/api/v1/interactions", sent)
        if status != 201:
            raise SystemExit(f"refused: {status} {answer}")
        posts.append(time.perf_counter() - began)
        at.until(customer, before + 1)
        whole.append(time.perf_counter() - began)
    median, post = statistics.median(whole), statistics.median(posts)
    late = statistics.quantiles(whole, n=20)[-1]
    print(
        f"{name}: {events} events, profile changed after {median:.2f} s (median), {late:.2f} s "
        f"(95th percentile); {median / post:.0f} × the event's own POST of {1000 * post:.0f} ms",
        flush=True,
    )
    return median <= MEDIAN_SECONDS


def ways(filled: bool) -> dict[str, Way]:
    if not filled:
        return {"embedded": embedded, "production": production}
    if not (database := os.environ.get("RELCRM_DATABASE_URL", "")).startswith("postgres"):
        raise SystemExit("--filled wants RELCRM_DATABASE_URL, of a filled PostgreSQL database")
    return {"production, filled": partial(production, database=database)}


def main(events: int, filled: bool) -> int:
    reached = True
    for name, start in ways(filled).items():
        with (
            tempfile.TemporaryDirectory(prefix="relcrm-freshness-") as folder,
            start(Path(folder)) as installation,
        ):
            reached &= measure(name, installation, events, random.Random(4))
    print(f"at most {MEDIAN_SECONDS:g} s (median): {'reached' if reached else 'not reached'}")
    return int(not reached)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.freshness")
    parser.add_argument("events", type=int, nargs="?", default=60)
    parser.add_argument("--filled", action="store_true")
    asked = parser.parse_args()
    sys.exit(main(asked.events, asked.filled))
