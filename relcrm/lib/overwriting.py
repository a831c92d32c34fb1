"""What was deleted on SQLite leaves the disk too, and not only the tables."""

from typing import Any

PATIENCE_MS = 2_000


def overwrite(connection: Any) -> bool:
    """Whether the log of writes was emptied. Deleted rows are zeroed in their pages (the pragma
    secure_delete), but older pages stand in the log until it is; while somebody reads, the next
    time must do. PostgreSQL's rows are overwritten by its own cleaning."""
    if connection.vendor != "sqlite":
        return False
    with connection.cursor() as cursor:
        (before,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
        try:
            is_busy, _pages, _moved = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {before}")
    return not is_busy
