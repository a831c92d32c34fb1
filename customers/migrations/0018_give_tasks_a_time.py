"""Tasks may be due at a time of their day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0017_add_brand_manners_and_reports")]

    operations = [
        migrations.AddField(
            model_name="task", name="due_time", field=models.TimeField(blank=True, null=True)
        ),
    ]
