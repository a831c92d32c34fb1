"""Saying which relationships the company offers, and the mix it aims at."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from relationships.engine.gap import terms, without_share
from relationships.models import Family, Offer
from relcrm.base import audit
from relcrm.base.audit import Actor
from relcrm.base.models import Brand
from relcrm.lib.refusals import Refused

OFFERED = (Family.FLING, Family.FRIEND, Family.MARRIAGE, Family.DISTANT)
WHOLE, NEARLY = 100.0, 0.05


@transaction.atomic
def offer_mix(
    mix: Mapping[str, float], wishes: Sequence[str] = (), *, brand: Brand | None = None,
    line: str = "", by: Actor, now: datetime,
) -> Offer:  # fmt: skip
    """For all the company does, one brand, or one product line; shares are percent, 0 for what is
    not offered. Of a family some of whose wishes are named these alone are offered, of any other
    all. Refused by the name of the field that is wrong."""
    if brand is not None and line:
        raise _refused("line", _("An offer is for a brand or for a product line, not for both."))
    told = {family.value: mix.get(family, 0) for family in OFFERED}
    if unknown := mix.keys() - told.keys():
        name = min(map(str, unknown))
        raise _refused("mix", _("Nobody offers a relationship called “%s”.") % name)
    for field, words in (("mix", wrong_mix(told)), ("wishes", wrong_wishes(told, wishes))):
        if words:
            raise _refused(field, words)
    kept = {name: float(share) for name, share in told.items()}
    chosen = [key for key in terms().wish_keys if key in wishes]
    offer, _made = Offer.objects.update_or_create(
        brand=brand, line=line, defaults={"mix": kept, "wishes": chosen, "changed_at": now}
    )
    audit.record("offer.changed", offer, by=by, at=now, **kept, wishes=chosen)
    return offer


def wrong_mix(mix: Mapping[str, float]) -> str:
    """Why these percentages cannot be aimed at; "" when they can."""
    if any(not 0 <= share <= WHOLE for share in mix.values()):
        return _("Each share lies between 0 and 100 %.")
    if abs(sum(mix.values()) - WHOLE) > NEARLY:
        return _("The shares add up to %s %%; they must make 100 %%.") % f"{sum(mix.values()):g}"
    return ""


def wrong_wishes(mix: Mapping[str, float], wishes: Sequence[str]) -> str:
    """Why these wishes cannot be offered with this mix; "" when they can."""
    rule = terms()
    if unknown := {*wishes} - {*rule.wish_keys}:
        known = ", ".join(rule.wish_keys)
        return _("There is no wish “%(wish)s”; choose among %(known)s.") % {
            "wish": min(unknown)[:60], "known": known,
        }  # fmt: skip
    for wish in without_share(mix, wishes, rule):
        return _(
            "“%(wish)s” belongs to %(family)s, of which you offer nothing: give it a share, or "
            "leave the wish out."
        ) % {"wish": wish.key, "family": Family(wish.family).label.lower()}
    return ""


def _refused(field: str, words: str) -> Refused:
    return Refused(words, errors=[{"field": field, "message": words}])


@transaction.atomic
def withdraw_offer(offer: Offer, *, by: Actor, now: datetime) -> None:
    """Nothing is said about this brand, line or company any more."""
    audit.record("offer.withdrawn", offer, by=by, at=now)
    offer.delete()
