"""An export says what whoever asked for it might not know."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0025_keep_requests_through_merges'),
    ]

    operations = [
        migrations.AddField(
            model_name='export',
            name='withheld',
            field=models.JSONField(null=True),
        ),
    ]
