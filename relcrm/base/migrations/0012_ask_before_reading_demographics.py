from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("base", "0011_say_how_many_come_anyway")]

    operations = [
        migrations.AddField(
            model_name="company",
            name="reads_demographics",
            field=models.BooleanField(
                default=False,
                help_text="By a computer's own rules that bend the forecast where they do better; off until allowed.",
                verbose_name="may read age, gender and household size",
            ),
        ),
    ]
