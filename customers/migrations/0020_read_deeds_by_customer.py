from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0019_keep_former_notes"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="interaction",
            name="interaction_timeline",
        ),
        migrations.AddIndex(
            model_name="interaction",
            index=models.Index(
                fields=["customer", "-occurred_at", "-id"],
                include=("kind", "occurred_on", "amount", "category", "channel"),
                name="interaction_timeline",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("restricted_at__isnull", False)),
                fields=["id"],
                name="customer_restricted",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("objects_to_profiling", True)),
                fields=["id"],
                name="customer_objecting",
            ),
        ),
    ]
