"""A message that a person sends again goes under a new name, so that reports tell the tries apart."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0026_say_what_exports_withhold")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="turn",
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
