"""Consents are added, never changed or removed; wordings never change. The database sees to it.

SQLite forgets triggers when a table is made anew: a later migration that alters these tables must
run `guard` again (a test fails when the triggers are gone).
"""

from django.db import migrations

NO = "consents are added, never changed or removed"
NO_WORDS = "a wording never changes; add a version"
OPEN = "EXISTS (SELECT 1 FROM customers_ledgerkey WHERE customer = OLD.customer_id)"

POSTGRESQL = (
    f"""CREATE OR REPLACE FUNCTION customers_consent_kept() RETURNS trigger AS $$
    BEGIN
        IF NOT {OPEN} THEN
            RAISE EXCEPTION '{NO}' USING ERRCODE = 'restrict_violation';
        END IF;
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        IF (to_jsonb(NEW) - 'customer_id') IS DISTINCT FROM (to_jsonb(OLD) - 'customer_id') THEN
            RAISE EXCEPTION '{NO}' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$ LANGUAGE plpgsql""",
    "DROP TRIGGER IF EXISTS consent_kept ON customers_consent",
    "CREATE TRIGGER consent_kept BEFORE UPDATE OR DELETE ON customers_consent "
    "FOR EACH ROW EXECUTE FUNCTION customers_consent_kept()",
    f"""CREATE OR REPLACE FUNCTION customers_wording_kept() RETURNS trigger AS $$
    BEGIN
        RAISE EXCEPTION '{NO_WORDS}' USING ERRCODE = 'restrict_violation';
    END $$ LANGUAGE plpgsql""",
    "DROP TRIGGER IF EXISTS wording_kept ON customers_wording",
    "CREATE TRIGGER wording_kept BEFORE UPDATE ON customers_wording "
    "FOR EACH ROW EXECUTE FUNCTION customers_wording_kept()",
)
OTHERS = (
    "id, purpose, channel, brand_id, state, wording_id, source, proof, at, recorded_at, recorded_by"
)
SQLITE = (
    "DROP TRIGGER IF EXISTS consent_kept",
    f"CREATE TRIGGER consent_kept BEFORE DELETE ON customers_consent WHEN NOT {OPEN} "
    f"BEGIN SELECT RAISE(ABORT, '{NO}'); END",
    "DROP TRIGGER IF EXISTS consent_stays",
    f"CREATE TRIGGER consent_stays BEFORE UPDATE OF customer_id ON customers_consent "
    f"WHEN NOT {OPEN} BEGIN SELECT RAISE(ABORT, '{NO}'); END",
    "DROP TRIGGER IF EXISTS consent_unchanged",
    f"CREATE TRIGGER consent_unchanged BEFORE UPDATE OF {OTHERS} ON customers_consent "
    f"BEGIN SELECT RAISE(ABORT, '{NO}'); END",
    "DROP TRIGGER IF EXISTS wording_kept",
    "CREATE TRIGGER wording_kept BEFORE UPDATE ON customers_wording "
    f"BEGIN SELECT RAISE(ABORT, '{NO_WORDS}'); END",
)


def guard(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in POSTGRESQL if vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement, params=None)


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS customers_consent_kept() CASCADE")
        schema_editor.execute("DROP FUNCTION IF EXISTS customers_wording_kept() CASCADE")
        return
    for name in ("consent_kept", "consent_stays", "consent_unchanged", "wording_kept"):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("customers", "0009_add_consent_and_outbox")]

    operations = [migrations.RunPython(guard, unguard)]
