"""An export knows how many people had been erased when its reading began."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0027_count_turns_of_messages")]

    operations = [
        migrations.AddField(
            model_name="export",
            name="erased_before",
            field=models.PositiveIntegerField(null=True),
        ),
    ]
