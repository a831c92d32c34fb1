"""Two at a time, in threads with connections of their own: released together, or one held open."""

import threading
import time
from collections.abc import Callable

from django.db import connection, transaction

from relcrm.lib.refusals import Refused

Job = Callable[[], object]
MOST_SECONDS = 10


class Threads:
    """Runs jobs beside one another; keeps what was refused, and fails with what went wrong."""

    def __init__(self) -> None:
        self.refused: list[str] = []
        self.failures: list[Exception] = []
        self.threads: list[threading.Thread] = []

    def start(self, job: Job) -> threading.Thread:
        thread = threading.Thread(target=self._work, args=(job,))
        self.threads.append(thread)
        thread.start()
        return thread

    def _work(self, job: Job) -> None:
        try:
            job()
        except Refused as no:
            self.refused.append(str(no))
        except Exception as problem:  # noqa: BLE001 (shown by the assert below)
            self.failures.append(problem)
        finally:
            connection.close()

    def end(self) -> list[str]:
        for thread in self.threads:
            thread.join()
        assert self.failures == []
        return self.refused


def at_once(*jobs: Job) -> list[str]:
    """All released at the same moment; what was refused."""
    start, threads = threading.Barrier(len(jobs)), Threads()
    for job in jobs:
        threads.start(lambda job=job: (start.wait(MOST_SECONDS), job()))
    return threads.end()


def one_behind_the_other(first: Job, second: Job) -> list[str]:
    """The second begins when the first has done its work and not committed yet, which it does as
    soon as the second waits for it, or is through without waiting; what was refused."""
    threads, done, go_on = Threads(), threading.Event(), threading.Event()

    def held_open() -> None:
        try:
            with transaction.atomic():
                first()
                done.set()
                go_on.wait(MOST_SECONDS)
        finally:
            done.set()

    threads.start(held_open)
    done.wait(MOST_SECONDS)
    behind = threads.start(second)
    until = time.monotonic() + MOST_SECONDS
    while behind.is_alive() and time.monotonic() < until and not _somebody_waits():
        time.sleep(0.01)
    go_on.set()
    return threads.end()


def _somebody_waits() -> bool:
    """For a lock of PostgreSQL; SQLite has one writer, so there the second always waits."""
    if connection.vendor != "postgresql":
        time.sleep(0.05)
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
            "AND wait_event_type = 'Lock')"
        )
        return bool(cursor.fetchone()[0])
