"""A message that a person sends again goes under a new name, so that reports tell the tries apart."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0025_keep_requests_through_merges")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="turn",
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
