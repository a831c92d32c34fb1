from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0011_add_segments'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='interaction',
            name='interaction_kind_day',
        ),
        migrations.AddIndex(
            model_name='interaction',
            index=models.Index(fields=['kind', 'occurred_on', 'id'], include=('customer', 'amount', 'category', 'channel'), name='interaction_did'),
        ),
        migrations.AddIndex(
            model_name='orderline',
            index=models.Index(fields=['product', 'interaction'], name='order_line_product'),
        ),
        migrations.AddIndex(
            model_name='orderline',
            index=models.Index(condition=models.Q(('category', ''), _negated=True), fields=['category', 'interaction'], name='order_line_category'),
        ),
    ]
