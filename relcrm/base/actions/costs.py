"""What things cost this company: changed as one, on record, and learned from anew."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from relcrm.base import audit, company
from relcrm.base.actions.judging import ask_for_fit
from relcrm.base.audit import Actor
from relcrm.base.costs import CHANNELS, WAYS_TO_COME
from relcrm.base.models import Brand, UnitCost
from relcrm.lib.refusals import Refused
from relcrm.lib.rest.parsing import UNSTORABLE

MOST = 200  # lines of one kind
Kind = UnitCost.Kind
CHANNELS_OF: dict[str, tuple[str, ...]] = {
    Kind.MESSAGE: CHANNELS,
    Kind.ACQUISITION: WAYS_TO_COME,
}


@transaction.atomic
def say_cost(kind: str, key: str, amount: Decimal, *, by: Actor, now: datetime) -> UnitCost:
    """What differs from the usual; said of the same before, it is replaced."""
    key = key.strip()
    _refuse(kind, {key: amount})
    before = UnitCost.objects.filter(kind=kind, key=key).first()
    if before is not None and before.amount == amount:
        return before
    if before is None and UnitCost.objects.filter(kind=kind).count() >= MOST:
        raise Refused(_("There are %d of these already; remove one first.") % MOST)
    cost, _made = UnitCost.objects.update_or_create(kind=kind, key=key, defaults={"amount": amount})
    said = {"kind": kind, "key": key, "amount": str(amount)}
    audit.record("cost.said", cost, by=by, at=now, before=before and str(before.amount), **said)
    _learn(kind, by, now)
    return cost


@transaction.atomic
def drop_cost(cost: UnitCost, *, by: Actor, now: datetime) -> None:
    """The usual figure holds again."""
    told = {"kind": cost.kind, "key": cost.key, "amount": str(cost.amount)}
    audit.record("cost.dropped", cost, by=by, at=now, **told)
    cost.delete()
    _learn(cost.kind, by, now)


@transaction.atomic
def say_costs(kind: str, amounts: Mapping[str, Decimal], *, by: Actor, now: datetime) -> None:
    """Exactly these of one kind; others of it are dropped."""
    after = {key.strip(): amount for key, amount in amounts.items()}
    _refuse(kind, after)
    if len(after) > MOST:
        raise Refused(_("There can be %d of these, not more.") % MOST)
    of_kind = UnitCost.objects.filter(kind=kind)
    before = dict(of_kind.values_list("key", "amount"))
    if before == after:
        return
    of_kind.exclude(key__in=after).delete()
    UnitCost.objects.bulk_create(
        [UnitCost(kind=kind, key=key, amount=amount) for key, amount in after.items()],
        update_conflicts=True, unique_fields=["kind", "key"], update_fields=["amount"],
    )  # fmt: skip
    told = {"before": _in_words(before), "after": _in_words(after)}
    audit.record("costs.said", by=by, at=now, kind=kind, **told)
    _learn(kind, by, now)


def _in_words(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    return {key: str(amount) for key, amount in amounts.items()}


def _refuse(kind: str, amounts: Mapping[str, Decimal]) -> None:
    """Whatever cannot be, naming the line; one query at most."""
    if kind not in Kind.values:
        raise Refused(_("There is no such kind of cost."))
    for key, amount in amounts.items():
        if no := _why_not(kind, key, amount):
            raise Refused(f"“{key[:60]}”: {no}")
    if kind == Kind.BRAND:
        known = set(Brand.objects.filter(slug__in=amounts).values_list("slug", flat=True))
        if strange := amounts.keys() - known:
            raise Refused(_("There is no brand with the short name %s.") % min(strange))


def _why_not(kind: str, key: str, amount: Decimal) -> str:
    if not 1 <= len(key) <= 60 or UNSTORABLE.search(key):
        return _("name a channel, a category or a brand, in at most 60 characters.")
    if kind in CHANNELS_OF and key not in CHANNELS_OF[kind]:
        return _("there is no such channel. Known: %s.") % ", ".join(CHANNELS_OF[kind])
    if not amount.is_finite() or amount < 0:
        return _("a cost is zero or more.")
    if kind in UnitCost.SHARES and amount > 1:
        return _("a margin is at most all of the sale.")
    return ""


def _learn(kind: str, by: Actor, now: datetime) -> None:
    if kind == Kind.ACQUISITION:
        return  # beside values, never inside
    ask_for_fit(by=by, as_of=company.viewpoint(company.current(), now).as_of)
