"""A new zone moves what happened around midnight to its right day."""

from datetime import UTC, date, datetime

from customers.models import Customer, Interaction
from relcrm.base.actions import jobs
from relcrm.base.tasks import work_due_jobs


def test_a_purchase_at_midnight_belongs_to_the_day_of_the_new_zone(company):
    late = Interaction.objects.create(
        customer=Customer.objects.create(name="Ada"),
        kind="purchase",
        occurred_at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC),
        occurred_on=date(2026, 3, 1),
        source="test",
        source_id="1",
    )
    job = jobs.ask_for("redate", "Date every interaction in the new zone", by=None)
    work_due_jobs()
    late.refresh_from_db()
    job.refresh_from_db()
    assert late.occurred_on == date(2026, 3, 2)
    assert job.result == {"changed": 1}
