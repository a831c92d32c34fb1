"""Searching a million customers by any part of name, e-mail or city (PostgreSQL only)."""

from django.db import migrations, models

CREATE = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    # The expressions are those that Django writes for icontains and istartswith.
    "CREATE INDEX IF NOT EXISTS customer_search ON customers_customer USING gin ("
    "UPPER(name::text) gin_trgm_ops, UPPER(email::text) gin_trgm_ops, "
    "UPPER(city::text) gin_trgm_ops)",
    # The planner knows how common a word is only from statistics of these expressions.
    "ANALYZE customers_customer",
)


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in CREATE:
            schema_editor.execute(statement)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS customer_search")


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_add_contact_indexes")]

    operations = [
        migrations.RunPython(create, drop),
        migrations.AddIndex(
            "customer",
            models.Index(
                fields=["country"],
                condition=models.Q(("country", ""), _negated=True),
                name="customer_country",
            ),
        ),
    ]
