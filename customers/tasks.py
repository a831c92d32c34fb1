"""What beat asks of this app: to forget what is not needed any more."""

from celery import shared_task
from django.utils.timezone import now as clock

from customers.actions import undo


@shared_task(name="customers.forget_old_changes")
def forget_old_changes() -> int:
    """What rows were before imports that can be undone no more; returns how many."""
    return undo.forget_old(clock())
