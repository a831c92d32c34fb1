"""The worker's doorway to feedback: promises are tested."""

from datetime import timedelta

from celery import shared_task
from django.utils.timezone import now as clock

from feedback.models import Promise
from feedback.promises.judging import ask_for_promises
from relcrm.base import company

RECENT = timedelta(days=35)  # what comes in later than this waits for the night


@shared_task(name="feedback.promises_due")
def promises_due() -> None:
    """Hourly: complaints, and events of the last five weeks."""
    if _is_any():
        today = company.viewpoint(company.current(), clock()).as_of
        ask_for_promises(by=None, since=today - RECENT)


@shared_task(name="feedback.all_promises_due")
def all_promises_due() -> None:
    """Nightly: everything, so that late and changed data correct what was found."""
    if _is_any():
        ask_for_promises(by=None)


def _is_any() -> bool:
    return Promise.objects.exclude(test=Promise.Test.STATED).exists()
