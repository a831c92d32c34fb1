"""Notes that somebody may read, and what they said before."""

from datetime import datetime

from django.db.models import QuerySet

from customers.models import Customer, FormerNote, Interaction, Kind
from relcrm.base.models import User


def notes_visible_to(user: User) -> QuerySet[Interaction]:
    """Notes about customers whom this person may see."""
    visible = Customer.objects.visible_to(user)
    return Interaction.objects.filter(kind=Kind.NOTE, customer__in=visible)


def former(note: Interaction, now: datetime) -> FormerNote | None:
    """What the note said before the last change, while that can be undone."""
    rows = note.former.filter(changed_at__gt=now - FormerNote.UNDO_WITHIN)
    return rows.select_related("changed_by").first()
