"""What may say what a discreet customer bought is refused to who may not know it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.queries import modifiers
from relcrm.base import roles
from relcrm.base.models import User
from relcrm.lib.refusals import Refused

WRITTEN = _("What is written about them is kept discreet; service and their own contact read it.")
OWNED = _("What they have is kept discreet; service and their own contact see it.")


def refuse_hushed(customer: int, user: User, words: str | Promise) -> None:
    """One query, none for who may know everything."""
    if modifiers.hidden([customer], user, sees_all=roles.may(user, modifiers.RIGHT)):
        raise Refused(str(words))
