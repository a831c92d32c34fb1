"""From which day on something about a customer was corrected, until the past is told again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0030_add_tallies")]

    operations = [
        migrations.AddField(
            model_name="customer",
            name="corrected_from_on",
            field=models.DateField(blank=True, null=True),
        ),
    ]
