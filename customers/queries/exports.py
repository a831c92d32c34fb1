"""Whose exports somebody may see, and the signed address of a file."""

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.urls import reverse

from customers.models import Export
from relcrm.base import roles
from relcrm.base.models import User

SALT = "relcrm.customers.exports"


def visible_to(user: User) -> QuerySet[Export]:
    """One's own; an admin sees everybody's."""
    found = Export.objects.select_related("job", "created_by")
    return found if roles.may(user, "administer") else found.filter(created_by=user)


def token(export: Export) -> str:
    """Says that we gave out this address, for this file and no longer than it is kept."""
    return signing.dumps(export.pk, salt=SALT)


def is_signed(export: Export, given: str) -> bool:
    try:
        told = signing.loads(given, salt=SALT, max_age=settings.EXPORT_DAYS * 86_400)
    except signing.BadSignature:  # an old one too
        return False
    return bool(told == export.pk)


def address(export: Export) -> str:
    return f"{reverse('customers:export_file', args=(export.pk,))}?key={token(export)}"
