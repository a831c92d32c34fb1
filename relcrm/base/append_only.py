"""What keeps the audit trail as it was written: triggers in the database, for every connection.

A line or reading is never changed. It goes only when a sweep on record is younger than it, and
no sweep can begin less than a year back; sweeps themselves stay. docs/decisions/audit-trail.md.
"""

from typing import Any

from django.db import connections

from relcrm.base.models.audit import AuditSweep

MONTHS = AuditSweep.LEAST_MONTHS
# Table → its column of time, or None where nothing is ever forgotten.
KEPT: dict[str, str | None] = {
    "base_auditline": "at", "base_reading": "last_at", "base_auditsweep": None,
}  # fmt: skip
NO = "the audit trail can be added to, never changed"
YOUNG = f"the audit trail is kept for {MONTHS} months at least"
# Every name in these statements is our own.
# ruff: noqa: S608 (names in statements are our own; values go as parameters)
FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION relcrm_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{NO}' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE OR REPLACE FUNCTION relcrm_swept_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE since timestamptz;
BEGIN
  since := CASE TG_TABLE_NAME WHEN 'base_reading' THEN (to_jsonb(OLD)->>'last_at')::timestamptz
           ELSE (to_jsonb(OLD)->>'at')::timestamptz END;
  IF EXISTS (SELECT 1 FROM base_auditsweep WHERE before > since) THEN RETURN OLD; END IF;
  RAISE EXCEPTION '{NO}' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE OR REPLACE FUNCTION relcrm_sweep_is_old() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.before > now() - interval '{MONTHS} months' THEN
    RAISE EXCEPTION '{YOUNG}' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
"""


def install(using: str = "default") -> None:
    """Put the triggers in their places; run after every migration, as SQLite loses them when a
    table is built anew."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(FUNCTIONS)
        for statement in _statements(connection.vendor):
            cursor.execute(statement)


def lift(using: str = "default") -> None:
    """Take them away: for tests that empty every table behind themselves."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for name, table in _names():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def _names() -> list[tuple[str, str]]:
    deeds = ("update", "delete", "truncate", "insert")
    return [(f"{table}_no_{deed}", table) for table in KEPT for deed in deeds]


def _statements(vendor: str) -> list[str]:
    make = _postgresql if vendor == "postgresql" else _sqlite
    return [statement for table, column in KEPT.items() for statement in make(table, column)]


def _postgresql(table: str, column: str | None) -> list[str]:
    """The trigger that also guards TRUNCATE is one for the statement, the others for each row."""
    on = f"ON {table} FOR EACH"
    going = "relcrm_swept_only" if column else "relcrm_append_only"
    rules = [
        ("update", f"BEFORE UPDATE {on} ROW EXECUTE FUNCTION relcrm_append_only()"),
        ("delete", f"BEFORE DELETE {on} ROW EXECUTE FUNCTION {going}()"),
        ("truncate", f"BEFORE TRUNCATE {on} STATEMENT EXECUTE FUNCTION relcrm_append_only()"),
    ]
    if not column:
        rules.append(("insert", f"BEFORE INSERT {on} ROW EXECUTE FUNCTION relcrm_sweep_is_old()"))
    return [f"CREATE OR REPLACE TRIGGER {table}_no_{deed} {rule}" for deed, rule in rules]


def _sqlite(table: str, column: str | None) -> list[str]:
    """REPLACE would delete without asking the trigger, so an insert may not name a known id."""
    swept = f"WHEN NOT EXISTS (SELECT 1 FROM base_auditsweep WHERE before > OLD.{column})"
    known = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"
    young = f"datetime(NEW.before) > datetime('now', '-{MONTHS} months')"
    refuse = f"BEGIN SELECT RAISE(ABORT, '{NO}'); END"
    rules = [
        ("update", f"BEFORE UPDATE ON {table} {refuse}"),
        ("delete", f"BEFORE DELETE ON {table} {swept if column else ''} {refuse}"),
        ("insert", f"BEFORE INSERT ON {table} {known} {refuse}"),
    ]
    if not column:
        rules[-1] = (
            "insert",
            f"BEFORE INSERT ON {table} WHEN {young} BEGIN SELECT RAISE(ABORT, '{YOUNG}'); END",
        )
    return [f"CREATE TRIGGER IF NOT EXISTS {table}_no_{deed} {rule}" for deed, rule in rules]


def after_migrate(sender: Any, using: str = "default", **_more: Any) -> None:
    """Receiver of post_migrate: once the three tables are there."""
    tables = set(connections[using].introspection.table_names())
    if set(KEPT) <= tables:
        install(using)
