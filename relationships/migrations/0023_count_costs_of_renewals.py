from django.db import migrations, models

CAUSES = [
    ("returns", "Returns"),
    ("service", "Service"),
    ("remedies", "Complaints put right"),
    ("messages", "Messages"),
    ("discounts", "Discounts"),
    ("margin", "What they buy earns little"),
    ("small_orders", "Small orders"),
    ("orders", "The cost of every order"),
    ("renewals", "The cost of every renewal"),
]


class Migration(migrations.Migration):
    dependencies = [("relationships", "0022_offer_wishes")]

    operations = [
        migrations.AddField("forecast", "renewing", models.FloatField(default=0)),
        migrations.AddField("forecast", "fees", models.FloatField(default=0)),
        migrations.AlterField(
            "forecast", "cause", models.CharField(blank=True, choices=CAUSES, max_length=12)
        ),
    ]
