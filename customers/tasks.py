"""The tasks of this app, gathered where Celery looks for them."""

from celery import shared_task
from django.utils.timezone import now as clock

from customers.actions import undo
from customers.contact.tasks import send_due

__all__ = ["forget_old_changes", "send_due"]


@shared_task(name="customers.forget_old_changes")
def forget_old_changes() -> int:
    """What rows were before imports that can be undone no more; returns how many."""
    return undo.forget_old(clock())
