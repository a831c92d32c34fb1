"""Whom a tried edition would call something else stands in rows, so that erasing reaches them."""

import django.db.models.deletion
from django.db import migrations, models


def forget_numbers(apps, schema_editor):
    """Trials made before lose their examples; another trial finds them anew."""
    for edition in apps.get_model("relationships", "Edition").objects.all():
        for move in edition.trial.get("moves", ()):
            move.pop("examples", None)
        edition.save(update_fields=["trial"])


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0031_note_corrections"),
        ("relationships", "0015_expire_hard_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="Example",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("before", models.CharField(max_length=12)),
                ("after", models.CharField(max_length=12)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="examples",
                        to="relationships.edition",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "customer"), name="example_once")
                ],
            },
        ),
        migrations.RunPython(forget_numbers, migrations.RunPython.noop),
    ]
