"""Saying which relationships the company offers, and the mix it aims at."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from relationships.models import Family, Offer
from relcrm.base import audit
from relcrm.base.audit import Actor
from relcrm.base.models import Brand
from relcrm.lib.refusals import Refused

OFFERED = (Family.FLING, Family.FRIEND, Family.MARRIAGE, Family.DISTANT)
WHOLE, NEARLY = 100.0, 0.05


@transaction.atomic
def offer_mix(
    mix: Mapping[str, float], *, brand: Brand | None = None, line: str = "", by: Actor,
    now: datetime,
) -> Offer:  # fmt: skip
    """For all the company does, one brand, or one product line; shares are percent, 0 for what is
    not offered. Refused unless they add up to 100."""
    if brand is not None and line:
        raise Refused(_("An offer is for a brand or for a product line, not for both."))
    told = {family.value: float(mix.get(family, 0)) for family in OFFERED}
    if unknown := mix.keys() - told.keys():
        raise Refused(_("Nobody offers a relationship called “%s”.") % min(map(str, unknown)))
    if any(not 0 <= share <= WHOLE for share in told.values()):
        raise Refused(_("Each share lies between 0 and 100 %."))
    if abs(sum(told.values()) - WHOLE) > NEARLY:
        total = f"{sum(told.values()):g}"
        raise Refused(_("The shares add up to %s %%; they must make 100 %%.") % total)
    offer, _made = Offer.objects.update_or_create(
        brand=brand, line=line, defaults={"mix": told, "changed_at": now}
    )
    audit.record("offer.changed", offer, by=by, at=now, **told)
    return offer


@transaction.atomic
def withdraw_offer(offer: Offer, *, by: Actor, now: datetime) -> None:
    """Nothing is said about this brand, line or company any more."""
    audit.record("offer.withdrawn", offer, by=by, at=now)
    offer.delete()
