"""Snapshots of every relationship at each month's end and change, and the books of each month."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0027_count_turns_of_messages'),
        ('relationships', '0006_add_list_and_map_indexes'),
    ]

    operations = [
        migrations.AddField(
            model_name='profilechange',
            name='is_reconstructed',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name='Month',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(unique=True)),
                ('facts', models.JSONField(default=dict)),
                ('closed_at', models.DateTimeField(null=True)),
                ('customers', models.PositiveIntegerField(default=0)),
                ('families', models.JSONField(default=dict)),
                ('types', models.JSONField(default=dict)),
                ('moves', models.JSONField(default=dict)),
                ('preceded', models.JSONField(default=dict)),
                ('calibration', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='relationships.fittedmodel')),
                ('value_model', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='relationships.fittedmodel')),
            ],
            options={
                'ordering': ['-on'],
            },
        ),
        migrations.CreateModel(
            name='Snapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('is_close', models.BooleanField()),
                ('family', models.CharField(choices=[('fling', 'Fling'), ('friend', 'Friend'), ('marriage', 'Marriage'), ('distant', 'Distant'), ('negative', 'Negative'), ('undetermined', 'Too early to tell')], max_length=12)),
                ('type', models.CharField(blank=True, max_length=2)),
                ('held', models.SmallIntegerField()),
                ('chances', models.BinaryField()),
                ('confidence', models.SmallIntegerField()),
                ('valence', models.SmallIntegerField(null=True)),
                ('closeness', models.SmallIntegerField(null=True)),
                ('intensity', models.SmallIntegerField(null=True)),
                ('alive', models.SmallIntegerField(null=True)),
                ('value', models.FloatField(null=True)),
                ('turn', models.CharField(blank=True, choices=[('', 'None'), ('exploration', 'Getting to know each other'), ('endowment', 'Growing closer'), ('recovery', 'Coming back'), ('neglect', 'Fading'), ('betrayal', 'Let down')], max_length=12)),
                ('seen', models.FloatField(null=True)),
                ('told', models.SmallIntegerField(null=True)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='snapshots', to='customers.customer')),
            ],
            options={
                'ordering': ['-on'],
                'indexes': [models.Index(fields=['on', 'customer'], name='snapshot_day')],
                'constraints': [models.UniqueConstraint(fields=('customer', 'on'), name='snapshot_once_a_day')],
            },
        ),
    ]
