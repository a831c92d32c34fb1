"""The customer list by chance to be with us, and the people in a corner of the map."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("relationships", "0005_keep_the_picture")]

    operations = [
        migrations.AddIndex(
            "profile", models.Index(fields=["-alive", "-customer"], name="profile_alive")
        ),
        migrations.AddIndex(
            "profile", models.Index(fields=["closeness", "intensity"], name="profile_map")
        ),
        migrations.AddField("portfolio", "ranks", models.JSONField(default=list)),
    ]
