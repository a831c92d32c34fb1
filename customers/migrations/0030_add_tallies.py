import django.db.models.deletion
from django.db import migrations, models

import relcrm.lib.packed


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0029_count_erasures_before_exports"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tallying",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("through", models.BigIntegerField(default=0)),
            ],
            options={
                "verbose_name_plural": "tallying",
            },
        ),
        migrations.CreateModel(
            name="TallyMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("customer", models.BigIntegerField()),
                ("is_lasting", models.BooleanField(db_default=False, default=False)),
            ],
            options={
                "indexes": [models.Index(fields=["customer"], name="tallymark_customer")],
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("purchase", "Purchase"),
                            ("return", "Return"),
                            ("visit", "Visit"),
                            ("message_sent", "Message sent"),
                            ("message_opened", "Message opened"),
                            ("message_clicked", "Message clicked"),
                            ("message_replied", "Message answered"),
                            ("unsubscribed", "Unsubscribed"),
                            ("support", "Asked for help"),
                            ("complaint", "Complaint"),
                            ("suggestion", "Suggestion"),
                            ("review", "Review"),
                            ("mention", "Mention"),
                            ("referral", "Referral"),
                            ("survey_answer", "Survey answer"),
                            ("subscription_started", "Subscription started"),
                            ("subscription_renewed", "Subscription renewed"),
                            ("subscription_cancelled", "Subscription cancelled"),
                            ("note", "Note"),
                            ("promise_kept", "Promise kept"),
                            ("promise_broken", "Promise broken"),
                        ],
                        max_length=24,
                    ),
                ),
                ("days", relcrm.lib.packed.Packed(editable=False, null=True, of="date")),
                ("instants", relcrm.lib.packed.Packed(editable=False, null=True, of="timestamptz")),
                ("cents", relcrm.lib.packed.Packed(editable=False, null=True, of="bigint")),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tallies",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "tallies",
                "constraints": [
                    models.UniqueConstraint(fields=("customer", "kind"), name="tally_once")
                ],
            },
        ),
    ]
