"""How the database is emptied behind a test that commits: of a hundred tables few were filled.

Django would empty every one and make its kinds of content and permissions anew, which took longer
than most of these tests. Here those stay, and only what was filled is emptied.
"""

from django.core.management.color import no_style
from django.db import connection
from django.test import TransactionTestCase

from relcrm.base import append_only

STAY = {"django_content_type", "auth_permission"}
MANY = 2_000  # rows from which PostgreSQL is quicker to cut everything off than to delete


def install() -> None:
    TransactionTestCase._fixture_teardown = lambda _case: empty()


def empty() -> None:
    """What only grows (audit trail, ledger) has triggers that would refuse it."""
    tables = sorted({*connection.introspection.django_table_names()} - STAY)
    filled, execute = _filled(tables), connection.ops.execute_sql_flush
    deletions = [f"DELETE FROM {table}" for table in filled]
    if connection.vendor != "postgresql":
        append_only.lift()
        execute(deletions)
        append_only.install()
    elif _filled(filled, beyond=MANY):
        append_only.lift()
        execute(connection.ops.sql_flush(no_style(), tables))
        append_only.install()
    else:
        execute([f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in filled])
        execute(deletions)
        execute([f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in filled])


def _filled(tables: list[str], *, beyond: int = 0) -> list[str]:
    """Those with more rows than so many."""
    one = "SELECT '{0}' WHERE EXISTS (SELECT 1 FROM {0} LIMIT 1 OFFSET {1})"
    if not tables:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(one.format(table, beyond) for table in tables))
        return [name for (name,) in cursor.fetchall()]
