from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("relationships", "0021_count_fees_of_contracts")]

    operations = [
        migrations.AddField(
            model_name="offer", name="wishes", field=models.JSONField(blank=True, default=list)
        ),
        migrations.AddField(
            model_name="gap",
            name="treated_wish",
            field=models.CharField(blank=True, db_default="", default="", max_length=24),
        ),
    ]
