"""Keeping an audience, forgetting it, and letting its addresses out of the house."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.criteria import Criteria
from campaigns.models import Audience
from relcrm.base import audit
from relcrm.base.audit import Actor
from relcrm.base.models import User
from relcrm.lib.refusals import Refused


@transaction.atomic
def save_audience(criteria: Criteria, *, name: str, by: Actor, now: datetime) -> Audience:
    """Keep the criteria under a name; who they mean is found anew each time."""
    name = name.strip()
    if not name:
        raise Refused(_("Give the audience a name."))
    if len(name) > 120:
        raise Refused(_("The name is longer than 120 characters."))
    if Audience.objects.filter(name__iexact=name).exists():
        raise Refused(_("There is an audience called “%s” already.") % name)
    audience = Audience.objects.create(
        name=name, criteria=criteria.as_json(), created_by=by if isinstance(by, User) else None
    )
    audit.record("audience.saved", audience, by=by, at=now)
    return audience


@transaction.atomic
def forget_audience(audience: Audience, *, by: Actor, now: datetime) -> None:
    """Forget the criteria; nobody in it is touched."""
    audit.record("audience.forgotten", audience, by=by, at=now)
    audience.delete()
