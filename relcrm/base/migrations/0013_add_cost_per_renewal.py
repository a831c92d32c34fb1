from decimal import Decimal

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("base", "0012_ask_before_reading_demographics")]

    operations = [
        migrations.AddField(
            model_name="company",
            name="cost_per_renewal",
            field=models.DecimalField(
                decimal_places=2,
                default=0,
                help_text="What each fee of a contract costs to collect: payment, letters.",
                max_digits=10,
                validators=[django.core.validators.MinValueValidator(Decimal("0"))],
            ),
        ),
    ]
