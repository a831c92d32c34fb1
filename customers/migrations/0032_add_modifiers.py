"""What to keep in mind of a person whatever the relationship is: discreet, vulnerable and more."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0031_note_corrections'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Modifier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('discreet', 'Discreet'), ('vulnerable', 'Vulnerable'), ('household', 'Buys for a household'), ('gift_giver', 'Buys gifts'), ('nostalgic', 'Nostalgic'), ('staff', 'One of our own'), ('influencer', 'Influencer'), ('payer', 'Pays, does not use')], max_length=12)),
                ('reason', models.CharField(max_length=300)),
                ('until', models.DateField(blank=True, null=True)),
                ('set_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='modifiers', to='customers.customer')),
                ('set_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['customer', 'kind'], name='modifier_customer'), models.Index(condition=models.Q(('ended_at', None)), fields=['kind', 'customer'], name='modifier_standing')],
            },
        ),
    ]
