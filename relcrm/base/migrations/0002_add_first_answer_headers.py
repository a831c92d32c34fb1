from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("base", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="firstanswer",
            name="headers",
            field=models.JSONField(default=dict),
        ),
    ]
