"""Both requests of two people who were merged are kept."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0024_tell_of_promises'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='subjectrequest',
            name='request_open_once',
        ),
        migrations.AddField(
            model_name='subjectrequest',
            name='came_by_merge',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddConstraint(
            model_name='subjectrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('came_by_merge', False), ('closed_at', None), ('customer__isnull', False)), fields=('customer', 'kind'), name='request_open_once'),
        ),
    ]
