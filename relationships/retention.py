"""How long we remember how our view of people changed."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from customers.actions.retention import shelf_of
from relationships.models import Override, ProfileChange, Snapshot


def changes(before: datetime) -> QuerySet[ProfileChange]:
    return ProfileChange.objects.filter(on__lt=before.date())


def snapshots(before: datetime) -> QuerySet[Snapshot]:
    return Snapshot.objects.filter(on__lt=before.date())


def overrides(before: datetime) -> QuerySet[Override]:
    return Override.objects.filter(ended_at__lt=before)


SHELVES = (
    shelf_of("profile_change", _("How our view of people changed"), changes),
    shelf_of("snapshot", _("How relationships stood month by month"), snapshots),
    shelf_of("override", _("What colleagues said a relationship is"), overrides),
)
