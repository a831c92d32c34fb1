"""Companies, clubs and households: made, renamed, joined and left."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from customers.actions.customers import update_customer
from customers.models import Customer, Organisation
from relcrm.base import audit
from relcrm.base.audit import Actor
from relcrm.lib.refusals import Refused


@transaction.atomic
def make_organisation(*, name: str, domain: str = "", by: Actor, now: datetime) -> Organisation:
    made = Organisation.objects.create(name=_spelt(name), domain=_domain(domain))
    audit.record("organisation.made", made, by=by, at=now)
    return made


@transaction.atomic
def change_organisation(
    organisation: Organisation, *, name: str, domain: str, by: Actor, now: datetime
) -> None:
    organisation.name, organisation.domain = _spelt(name), _domain(domain)
    organisation.save(update_fields=["name", "domain"])
    audit.record("organisation.changed", organisation, by=by, at=now)


@transaction.atomic
def join_organisation(
    customer: Customer, organisation: Organisation, *, by: Actor, now: datetime
) -> None:
    """A customer belongs to one organisation at a time."""
    if customer.organisation_id == organisation.pk:
        raise Refused(_("%s belongs there already.") % customer.label)
    update_customer(customer, organisation=organisation, by=by, now=now)
    audit.record("organisation.joined", organisation, by=by, at=now, customer=customer.pk)


@transaction.atomic
def leave_organisation(customer: Customer, *, by: Actor, now: datetime) -> None:
    organisation = customer.organisation
    if organisation is None:
        raise Refused(_("%s belongs to no organisation.") % customer.label)
    update_customer(customer, organisation=None, by=by, now=now)
    audit.record("organisation.left", organisation, by=by, at=now, customer=customer.pk)


def _spelt(name: str) -> str:
    name = " ".join(name.replace("\x00", "").split())
    if not name or len(name) > 200:
        raise Refused(_("An organisation has a name of 1 to 200 characters."))
    return name


def _domain(domain: str) -> str:
    return domain.replace("\x00", "").strip().lower().removeprefix("www.")[:253]
