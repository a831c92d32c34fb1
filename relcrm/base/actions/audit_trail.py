"""The one way in which lines leave the audit trail: for their age, by a sweep on record."""

from datetime import datetime

from django.db import connection, transaction

from relcrm.base.models import AuditLine, AuditSweep, Reading

AT_ONCE = 5_000


def audit_age(before: datetime) -> int:
    """How many lines and readings are from before this moment."""
    lines = AuditLine.objects.filter(at__lt=before).count()
    return lines + Reading.objects.filter(last_at__lt=before).count()


@transaction.atomic
def sweep_audit(before: datetime) -> int:
    """Some of what is older; the sweep that allows it is on record for good. How many went."""
    if not audit_age(before):
        return 0
    if not AuditSweep.objects.filter(before=before).exists():
        AuditSweep.objects.create(before=before)
    # The model refuses to delete, so that nobody does it by accident; the database decides.
    gone = 0
    moment = connection.ops.adapt_datetimefield_value(before)
    for table, column in (("base_auditline", "at"), ("base_reading", "last_at")):
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM {table} WHERE id IN "  # noqa: S608 (names are our own)
                f"(SELECT id FROM {table} WHERE {column} < %s ORDER BY id LIMIT {AT_ONCE})",
                [moment],
            )
            gone += cursor.rowcount
    return gone
