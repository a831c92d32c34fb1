from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("relationships", "0020_add_renewals")]

    operations = [
        migrations.AddField(
            model_name="forecast", name="contract", field=models.FloatField(default=0)
        ),
    ]
