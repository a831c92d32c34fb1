"""Moves between any two days of many customers are counted once, and kept for who asks next."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("relationships", "0017_pin_what_was_learned")]

    operations = [
        migrations.CreateModel(
            name="Comparison",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("then", models.DateField()),
                ("now", models.DateField()),
                ("moves", models.JSONField()),
                ("is_final", models.BooleanField()),
                ("counted_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-counted_at"],
                "constraints": [
                    models.UniqueConstraint(fields=["then", "now"], name="comparison_once")
                ],
            },
        ),
    ]
