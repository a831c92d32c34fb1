"""The tasks of this app, gathered where Celery looks for them."""

from celery import shared_task
from django.db import connection
from django.utils.timezone import now as clock

from customers.actions import (
    asked,
    exports,
    imports,
    leftovers,
    notes,
    owned,
    segment_counts,
    sensitive,
    tallies,
    undo,
)
from customers.actions.duplicates import ask_for_duplicates
from customers.contact.tasks import forget_reports_due, send_due
from customers.models import Customer
from customers.signup.tasks import forget_unconfirmed, take_up_due
from relcrm.lib import overwriting

__all__ = [
    "count_segments_due", "find_duplicates_due", "forget_old_changes", "forget_reports_due",
    "forget_unconfirmed", "owned_due", "refresh_tallies_due", "remove_expired_exports",
    "send_due", "take_up_due",
]  # fmt: skip


@shared_task(name="customers.forget_old_changes")
def forget_old_changes() -> int:
    """What rows were before imports, and what notes said before, where that can be undone no more;
    files that nobody took in; returns how many."""
    now = clock()
    old = undo.forget_old(now) + notes.forget_former_notes(now)
    return old + imports.forget_waiting(now)


@shared_task(name="customers.find_duplicates_due")
def find_duplicates_due() -> None:
    """Nightly: whoever came in twice is found before the day begins."""
    if Customer.objects.exists():
        ask_for_duplicates(by=None)


@shared_task(name="customers.remove_expired_exports")
def remove_expired_exports() -> int:
    """Files of lists whose time is over, and those that dead writers left; returns how many."""
    now = clock()
    gone = exports.remove_expired(now) + leftovers.sweep_leftovers(now)
    overwriting.overwrite(connection)
    return gone


@shared_task(name="customers.owned_due")
def owned_due() -> None:
    """What customers have, from what they bought since yesterday, and whether any of it is
    sensitive; and questions that nobody confirmed are forgotten."""
    asked.forget_unconfirmed(clock())
    owned.ask_for_owned(by=None)
    sensitive.ask_to_follow(by=None)


@shared_task(name="customers.count_segments_due")
def count_segments_due() -> int:
    """New and changed segments at once, the others now and then; returns how many."""
    segment_counts.drop_forgotten(clock())
    return segment_counts.count_due(clock())


@shared_task(name="customers.refresh_tallies_due")
def refresh_tallies_due() -> int:
    """What segments count from, of customers who are new or to whom something happened."""
    return tallies.refresh_due()
