"""Bringing an installation up to date before it serves: database and static files."""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from relcrm.lib.static import UNPUBLISHED

MIGRATING = 7_353_276  # our number among PostgreSQL's advisory locks


def migrate() -> bool:
    """Bring the database up to date; whether there was anything to do.

    Several may start at once: one migrates, the others wait and find it done.
    """
    with _one_at_a_time():
        if not pending_migrations():
            return False
        call_command("migrate", interactive=False, verbosity=0)
    return True


def unreachable_database() -> str:
    """Why the database cannot be asked anything, and what to do; "" when it answers."""
    try:
        connection.ensure_connection()
    except OperationalError as problem:
        reason = str(problem).strip().splitlines()[0]
        return (
            f"The database cannot be reached ({reason}). "
            "Start it, or mend RELCRM_DATABASE_URL; without that setting SQLite is used."
        )
    return ""


def pending_migrations() -> int:
    """How many migrations the database has not seen."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATING])
    else:
        with (settings.DATA / "migrating").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def publish_static() -> bool:
    """Copy, name by content and compress what pages ask for, unless nothing has changed."""
    stamp = Path(settings.STATIC_ROOT) / ".published"
    wanted = _fingerprint()
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    call_command(
        "collectstatic",
        interactive=False,
        verbosity=0,
        clear=stamp.exists(),
        ignore_patterns=UNPUBLISHED,
    )
    stamp.write_text(wanted)
    return True


def missing_scripts() -> str:
    """What to do about scripts that were not bundled; "" when all are there.

    Everything else works without them, so nobody is kept from starting.
    """
    static = settings.ROOT / "static"
    missing = [
        source.name
        for source in sorted((static / "src").glob("*.js"))
        if not (static / "dist" / source.name).exists()
    ]
    if not missing:
        return ""
    return (
        f"static/dist has no {', '.join(missing)}: pages that need it will fail. "
        "Bundle the scripts with `make setup` and start again."
    )


def _fingerprint() -> str:
    """Changes when our own files or the packages change."""
    found = hashlib.sha256((settings.ROOT / "requirements.txt").read_bytes())
    for file in sorted((settings.ROOT / "static").rglob("*")):
        if file.is_file():
            found.update(f"{file}\0{file.stat().st_mtime_ns}\0".encode())
    return found.hexdigest()
