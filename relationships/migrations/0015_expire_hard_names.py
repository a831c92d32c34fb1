"""Finds the names that leave the history after a year without looking through all of it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('relationships', "0014_add_forecasts"),
    ]

    operations = [
        migrations.AddIndex(
            model_name='profilechange',
            index=models.Index(condition=models.Q(('type__in', ('N4', 'N5')), ('old_type__in', ('N4', 'N5')), _connector='OR'), fields=['on'], name='profile_change_expires'),
        ),
        migrations.AddIndex(
            model_name='snapshot',
            index=models.Index(condition=models.Q(('type__in', ('N4', 'N5'))), fields=['on'], name='snapshot_expires'),
        ),
    ]
