"""Finds snapshots that hold a hard name without showing it, when it is to go."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("relationships", "0018_keep_moves_that_were_asked_for")]

    operations = [
        migrations.RemoveIndex(model_name="snapshot", name="snapshot_expires"),
        migrations.AddIndex(
            model_name="snapshot",
            index=models.Index(
                condition=models.Q(
                    ("type__in", ("N4", "N5")), ("held__in", (26, 27)), _connector="OR"
                ),
                fields=["on"],
                name="snapshot_hard_names",
            ),
        ),
    ]
