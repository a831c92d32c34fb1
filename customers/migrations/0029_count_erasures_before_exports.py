"""An export knows how many people had been erased when its reading began."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0028_index_wishes")]

    operations = [
        migrations.AddField(
            model_name="export",
            name="erased_before",
            field=models.PositiveIntegerField(null=True),
        ),
    ]
