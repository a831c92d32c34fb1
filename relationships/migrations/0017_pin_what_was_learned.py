"""A month's books say by what learned from labels its last day was judged."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("relationships", "0016_keep_examples_as_rows")]

    operations = [
        migrations.AddField(
            model_name="month",
            name="learned",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="relationships.fittedmodel",
            ),
        ),
    ]
