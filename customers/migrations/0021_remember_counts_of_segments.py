import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0020_read_deeds_by_customer"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="segment",
            name="segment_name_once",
        ),
        migrations.AddField(
            model_name="segment",
            name="forgotten_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="segment",
            name="people",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="segment",
            name="counted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="segment",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("name"),
                condition=models.Q(("forgotten_at", None)),
                name="segment_name_once",
            ),
        ),
        migrations.CreateModel(
            name="SegmentCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField()),
                ("people", models.PositiveIntegerField()),
                (
                    "segment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="counts",
                        to="customers.segment",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="segmentcount",
            constraint=models.UniqueConstraint(
                fields=("segment", "on"), name="segment_count_once_a_day"
            ),
        ),
    ]
