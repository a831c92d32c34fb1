"""Who looks after a customer: colleagues, experts and partners are put beside them."""

from django.db import transaction
from django.utils.translation import gettext as _

from customers.models import Customer, PointOfContact
from relcrm.base import audit
from relcrm.base.audit import Actor
from relcrm.base.models import User
from relcrm.lib.refusals import Refused

LONGEST_ROLE = 60


@transaction.atomic
def add_contact(customer: Customer, user: User, *, role: str, by: Actor) -> PointOfContact:
    """From now on the customer can turn to them, and experts see this customer."""
    if not user.is_active:
        raise Refused(_("%s does not work here any more.") % user)
    role = " ".join(role.replace("\x00", "").split())[:LONGEST_ROLE]
    contact, is_new = PointOfContact.objects.get_or_create(
        customer=customer, user=user, defaults={"role": role}
    )
    if not is_new and role in ("", contact.role):
        raise Refused(_("%s looks after this customer already.") % user)
    if not is_new:
        contact.role = role
        contact.save(update_fields=["role"])
    audit.record("contact.added", customer, by=by, user=user.pk, role=role)
    return contact


@transaction.atomic
def remove_contact(contact: PointOfContact, *, by: Actor) -> None:
    """Experts do not see this customer any more."""
    audit.record("contact.removed", contact.customer, by=by, user=contact.user_id)
    contact.delete()
