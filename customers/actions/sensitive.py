"""Goods that are sensitive: whoever bought them is kept discreet, at once and from now on."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import now as clock
from django.utils.translation import gettext as _

from customers.events import Events
from customers.models import Customer, Modifier, Product, SensitiveCategory
from customers.queries import sensitive as queries
from relcrm.base import audit
from relcrm.base.actions import jobs
from relcrm.base.audit import Actor
from relcrm.base.models import Job, User
from relcrm.base.runners import Progress
from relcrm.lib.refusals import Refused
from relcrm.lib.rest.parsing import UNSTORABLE

KIND, ONCE = "sensitive_goods", "sensitive_goods"
LONGEST, MOST = 60, 100
BLOCK = 10_000  # customers looked at together
AT_ONCE = 500
DISCREET = Modifier.Kind.DISCREET


@transaction.atomic
def mark_sensitive(name: str, *, by: Actor, now: datetime) -> SensitiveCategory:
    """Who bought in this category, or will, is kept discreet; a job sees to those who did."""
    name = name.strip()
    if not 1 <= len(name) <= LONGEST or UNSTORABLE.search(name):
        raise Refused(_("Name a category as your purchases do, in at most 60 characters."))
    if SensitiveCategory.objects.filter(name=name).exists():
        raise Refused(_("“%s” is sensitive already.") % name)
    if SensitiveCategory.objects.count() >= MOST:
        raise Refused(_("There are %d of these already; remove one first.") % MOST)
    who = by if isinstance(by, User) else None
    made = SensitiveCategory.objects.create(name=name, marked_by=who, marked_at=now)
    audit.record("goods.marked", made, by=by, at=now, name=name)
    ask_to_follow(by=by)
    return made


@transaction.atomic
def unmark_sensitive(category: SensitiveCategory, *, by: Actor, now: datetime) -> None:
    """Who bought nothing else that is sensitive is not kept discreet for it any more."""
    audit.record("goods.unmarked", category, by=by, at=now, name=category.name)
    category.delete()
    ask_to_follow(by=by)


def ask_to_follow(*, by: Actor) -> Job | None:
    """Put it in line where anything is sensitive, or was."""
    by_goods = Modifier.objects.filter(is_by_goods=True)
    if not (SensitiveCategory.objects.exists() or by_goods.exists()):
        return None
    title = "Keep buyers of sensitive goods discreet"
    return jobs.ask_for(KIND, title, by=by, unit="customers", once_key=ONCE)


def run_sensitive(job: Job, progress: Progress) -> dict[str, Any]:
    """The runner: everybody, block by block; resumes where it stopped."""
    done, last = int(job.position or 0), _last_customer()
    kept = gone = 0
    while done < last:
        more, less = follow_goods(done + 1, done + BLOCK, now=clock())
        kept, gone, done = kept + more, gone + less, done + BLOCK
        progress(min(done, last), total=last, position=done)
    return {"kept": kept, "gone": gone}


@transaction.atomic
def follow_goods(first: int, last: int, *, now: datetime) -> tuple[int, int]:
    """Customers from number `first` to `last`: how many are kept discreet now, and how many are
    no more, as what they bought is not sensitive any more or is gone."""
    block = {"customer__gte": first, "customer__lte": last}
    bought = queries.buyers(queries.names(), **block)
    theirs = Modifier.objects.filter(is_by_goods=True, **block)
    had = set(theirs.values_list("customer_id", flat=True))
    gone = theirs.filter(customer__in=had - bought).delete()[0]
    return _keep_discreet(bought - had, now), gone


def keep_buyers_discreet(events: Events, *, now: datetime) -> None:
    """Of events that have just been stored; one small query where nothing is sensitive."""
    names = set(queries.names())
    if not names:
        return
    told = events.values("category") if "category" in events.columns else []
    products = set(Product.objects.filter(category__in=names).values_list("pk", flat=True))
    at = {place for place, name in enumerate(told) if name in names}
    at |= {p for p, line in events.lines if line.category in names or line.product_id in products}
    if not at:
        return
    customers = events.values("customer_id")
    bought = queries.buyers(names, customer__in={customers[place] for place in at})
    had = Modifier.objects.filter(is_by_goods=True, customer__in=bought)
    _keep_discreet(bought - set(had.values_list("customer_id", flat=True)), now)


def _keep_discreet(customers: Collection[int], now: datetime) -> int:
    """Nobody said it, so that it is on record with the goods and not with a colleague."""
    reason = _("They bought goods that are sensitive.")
    made = [
        Modifier(customer_id=pk, kind=DISCREET, reason=reason, set_at=now, is_by_goods=True)
        for pk in sorted(customers)
    ]
    Modifier.objects.bulk_create(made, batch_size=AT_ONCE)
    if made:
        audit.record("modifiers.kept", by=None, at=now, kind=DISCREET.value, people=len(made))
    return len(made)


def _last_customer() -> int:
    return Customer.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
