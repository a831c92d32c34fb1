"""What things cost this company: changed as one, on record, and learned from anew."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from relcrm.base import audit, company
from relcrm.base.actions.company import update_company
from relcrm.base.actions.judging import ask_for_fit
from relcrm.base.audit import Actor
from relcrm.base.costs import CHANNELS, WAYS_TO_COME
from relcrm.base.models import Brand, Company, UnitCost
from relcrm.lib.refusals import Refused
from relcrm.lib.rest.parsing import UNSTORABLE

MOST = 200  # lines of one kind
Kind = UnitCost.Kind
CHANNELS_OF: dict[str, tuple[str, ...]] = {
    Kind.MESSAGE: CHANNELS,
    Kind.ACQUISITION: WAYS_TO_COME,
}


def change_costs(row: Company, changes: dict[str, Any], *, by: Actor, now: datetime) -> None:
    """Figures of the company as a whole."""
    update_company(row, changes, by=by, now=now)


@transaction.atomic
def say_cost(kind: str, key: str, amount: Decimal, *, by: Actor, now: datetime) -> UnitCost:
    """What differs from the usual; said of the same before, it is replaced."""
    key = key.strip()
    _refuse(kind, key, amount)
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
    for key, amount in amounts.items():
        _refuse(kind, key.strip(), amount)
    for cost in UnitCost.objects.filter(kind=kind).exclude(key__in=[k.strip() for k in amounts]):
        drop_cost(cost, by=by, now=now)
    for key, amount in amounts.items():
        say_cost(kind, key, amount, by=by, now=now)


def _refuse(kind: str, key: str, amount: Decimal) -> None:
    if kind not in Kind.values or not 1 <= len(key) <= 60 or UNSTORABLE.search(key):
        raise Refused(_("Name a channel, a category or a brand, in at most 60 characters."))
    if kind in CHANNELS_OF and key not in CHANNELS_OF[kind]:
        raise Refused(_("There is no such channel. Known: %s.") % ", ".join(CHANNELS_OF[kind]))
    if kind == Kind.BRAND and not Brand.objects.filter(slug=key).exists():
        raise Refused(_("There is no brand with this short name."))
    if not amount.is_finite() or amount < 0:
        raise Refused(_("A cost is zero or more."))
    if kind in UnitCost.SHARES and amount > 1:
        raise Refused(_("A margin is at most all of the sale."))


def _learn(kind: str, by: Actor, now: datetime) -> None:
    if kind == Kind.ACQUISITION:
        return  # beside values, never inside
    ask_for_fit(by=by, as_of=company.viewpoint(company.current(), now).as_of)
