"""A running installation: its programs, its place, and who may start it."""

import fcntl
import hashlib
import os
import sys
import time
import urllib.request
from pathlib import Path
from typing import IO, Any
from urllib.error import URLError

from django.conf import settings

from relcrm.lib.supervisor import Crew, Member

WORKER = (
    "worker --loglevel INFO --without-gossip --without-mingle --without-heartbeat --concurrency 2"
)


class Busy(Exception):
    """The place is taken; the message says by whom and what to do."""


def take_hold(data: Path) -> IO[str]:
    """Keep the returned file open: while it is, nobody else starts this installation."""
    lock = (data / "serving").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        raise Busy(
            f"This installation ({data}) is already running (process {lock.read().strip()}). "
            "Stop that one with Ctrl-C, or set RELCRM_DATA to another folder."
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def forget_messages() -> None:
    """Messages are nudges only; those of a former run would be answered late and for nothing."""
    for message in (settings.DATA / "queue").glob("*.msg"):
        message.unlink(missing_ok=True)


def crew(host: str, port: int, say: Any) -> Crew:
    """Web, workers and scheduler of this installation, not yet started."""
    logs = settings.DATA / "logs"
    logs.mkdir(exist_ok=True)
    web = f"--bind {host}:{port} --workers 2 --threads 4 --preload --no-control-socket"
    programs = {
        "web server": ["gunicorn", "relcrm.wsgi", *web.split()],
        "worker": ["celery", "-A", "relcrm", *WORKER.split(), "--queues", "jobs"],
        "prompt worker": [
            "celery",
            "-A",
            "relcrm",
            *WORKER.split(),
            "--queues",
            "prompt",
            "--hostname",
            "prompt@%h",
        ],
        "scheduler": ["celery", "-A", "relcrm", "beat", "--loglevel", "WARNING", "--pidfile="],
    }
    environ = _environ(f"http://{host}:{port}")
    return Crew([_member(name, words, logs) for name, words in programs.items()], environ, say)


def _member(name: str, words: list[str], logs: Path) -> Member:
    log = logs / f"{name.split()[0]}.log"
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
    return Member(name, [sys.executable, "-m", *words], log)


def _environ(address: str) -> dict[str, str]:
    """Cookies are shared by all ports of a host, so each installation names its own. Links in
    mails lead to the address that was printed, unless the settings name another."""
    mark = hashlib.sha256(str(settings.DATA).encode()).hexdigest()[:8]
    ours = {"RELCRM_COOKIE": f"relcrm_{mark}", "PYTHONPATH": str(settings.ROOT)}
    if not settings.NAMED_HOSTS:
        ours["RELCRM_URL"] = address
    return ours | os.environ


def answers(address: str, within_seconds: float) -> bool:
    """Whether the web server answers before the time is over."""
    deadline = time.monotonic() + within_seconds
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{address}/health/live", timeout=5).close()  # noqa: S310 (our own)
        except (URLError, OSError):
            time.sleep(0.1)
        else:
            return True
    return False
