from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("relationships", "0023_count_costs_of_renewals")]

    operations = [
        migrations.AddField(
            model_name="forecast", name="covariates_factor", field=models.FloatField(default=1)
        ),
        migrations.AddField(
            model_name="forecast",
            name="covariates_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("tenure", "How long they have been with us"),
                    ("complaint", "Complaints"),
                    ("promise_broken", "Broken promises"),
                    ("promise_kept", "Kept promises"),
                    ("traits", "Age, gender and household"),
                    ("no_complaint", "No complaints"),
                    ("no_promise_broken", "No broken promises"),
                    ("no_promise_kept", "No kept promises"),
                ],
                default="",
                max_length=20,
            ),
        ),
    ]
