"""What the pages that span every app do themselves: let a list of customers out of the house."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from relcrm.base import audit
from relcrm.base.audit import Actor
from relcrm.lib.refusals import Refused
from relcrm.pages.wanted import Wanted


@transaction.atomic
def record_export(wanted: Wanted, *, people: int, by: Actor, now: datetime) -> None:
    """Customers leave the house: who took how many, chosen how (what was searched is personal)."""
    if not people:
        raise Refused(_("Nobody is in this list, so there is nothing to export."))
    criteria = {name: value for name, value in wanted.given.items() if name != "q"}
    if wanted.q:
        criteria["searched"] = True
    audit.record("customers.exported", by=by, at=now, people=people, criteria=criteria)
