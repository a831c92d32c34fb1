"""Telling workers at once that something is due. Their next regular look would find it as well.

Nudges leave in a thread of their own, a few each second however many were asked for: no request
waits for the broker, and none fails with it.
"""

import logging
import threading
from functools import partial
from time import sleep

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)
PAUSE_SECONDS = 0.1  # between two rounds: what comes meanwhile is one nudge
# The regular look, and so the longest that anything waits whose nudge was lost. It costs a query or
# two each time; people who wait for a page to follow hardly notice five seconds, an hour they do.
LOOK_SECONDS = 5.0
STALE_SECONDS = 6 * LOOK_SECONDS  # by then it has come so often that a nudge tells nothing new
OURS = "relcrm"

_wanted: set[str] = set()
_wake = threading.Event()
_lock = threading.Lock()
_thread: threading.Thread | None = None


def nudge(task: str) -> None:
    """When this transaction is over. A process that has no broker, as a command, tells nobody."""
    if current_app.main == OURS:
        transaction.on_commit(partial(_want, task))


def _want(task: str) -> None:
    global _thread  # noqa: PLW0603 (one thread a process; a forked one begins its own)
    with _lock:
        _wanted.add(task)
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_tell, name="nudges", daemon=True)
            _thread.start()
    _wake.set()


def _tell() -> None:
    while _wake.wait():
        _wake.clear()
        with _lock:
            tasks = sorted(_wanted)
            _wanted.clear()
        for task in tasks:
            try:
                current_app.send_task(task, retry=False, expires=STALE_SECONDS)
            except (OperationalError, OSError):
                log.warning("%s could not be nudged; it is done with the next regular look", task)
        sleep(PAUSE_SECONDS)
