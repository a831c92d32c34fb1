"""What customers have: read off their purchases, or said by hand; and when they choose again."""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import now as clock
from django.utils.translation import gettext as _

from customers.models import Customer, OrderLine, OwnedProduct, Product
from relcrm.base import audit
from relcrm.base.actions import jobs
from relcrm.base.audit import Actor
from relcrm.base.models import Job
from relcrm.base.runners import Progress
from relcrm.lib.refusals import Refused

KIND, ONCE = "owned", "owned"
BLOCK = 10_000  # customers in a statement
LATER = {"sqlite": "date({day}, '+' || (({weeks}) * 7) || ' days')",
         "postgresql": "{day} + ({weeks}) * 7"}  # fmt: skip
# Bought less sent back; what was sent back altogether is gone since then. What somebody said by
# hand is not overruled. Only names of ours are put into the statement.
FOLLOW = """
INSERT INTO customers_ownedproduct AS o
    (customer_id, product_id, since_on, gone_on, is_by_hand, next_choice_on)
SELECT customer_id, product_id, since_on, CASE WHEN kept > 0 THEN NULL ELSE back_on END, {no},
    {later}
FROM (
    SELECT i.customer_id, l.product_id, p.expected_life_weeks AS weeks,
        max(CASE WHEN i.kind = 'purchase' THEN i.occurred_on END) AS since_on,
        max(CASE WHEN i.kind = 'return' THEN i.occurred_on END) AS back_on,
        sum(CASE WHEN i.kind = 'purchase' THEN l.quantity ELSE -l.quantity END) AS kept
    FROM customers_interaction i
    JOIN customers_orderline l ON l.interaction_id = i.id
    JOIN customers_product p ON p.id = l.product_id
    WHERE i.customer_id BETWEEN %s AND %s AND i.kind IN ('purchase', 'return')
        AND p.expected_life_weeks IS NOT NULL
    GROUP BY i.customer_id, l.product_id, p.expected_life_weeks
) AS bought
WHERE since_on IS NOT NULL
ON CONFLICT (customer_id, product_id) DO UPDATE SET
    since_on = excluded.since_on, gone_on = excluded.gone_on,
    next_choice_on = excluded.next_choice_on
WHERE NOT o.is_by_hand AND (o.since_on <> excluded.since_on
    OR coalesce(o.gone_on, '1900-01-01') <> coalesce(excluded.gone_on, '1900-01-01')
    OR coalesce(o.next_choice_on, '1900-01-01') <> coalesce(excluded.next_choice_on, '1900-01-01'))
"""


def run_owned(job: Job, progress: Progress) -> dict[str, Any]:
    """The runner of jobs of kind "owned": everybody, block by block; resumes where it stopped."""
    done, last = int(job.position or 0), _last_customer()
    rows = 0
    while done < last:
        rows += follow_purchases(done + 1, done + BLOCK)
        done += BLOCK
        progress(min(done, last), total=last, position=done)
    return {"products": rows}


def ask_for_owned(*, by: Actor) -> Job | None:
    """Put it in line when there is a product whose life is known, and an order line of one."""
    lasting = OrderLine.objects.filter(product__expected_life_weeks__isnull=False)
    if not Product.objects.filter(expected_life_weeks__isnull=False).exists():
        return None
    if not lasting.exists():
        return None
    return jobs.ask_for(KIND, "See what customers have", by=by, unit="customers", once_key=ONCE)


@transaction.atomic
def follow_purchases(first: int, last: int) -> int:
    """Customers from number `first` to `last`: what they bought and kept; rows changed."""
    later = LATER[connection.vendor].format(day="since_on", weeks="weeks")
    no = "false" if connection.vendor == "postgresql" else "0"
    with connection.cursor() as cursor:
        cursor.execute(FOLLOW.format(no=no, later=later), [first, last])
        return max(cursor.rowcount, 0)


def _last_customer() -> int:
    newest = Customer.objects.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


@transaction.atomic
def own_product(
    customer: Customer, product: Product, *, since_on: date, by: Actor, now: datetime
) -> OwnedProduct:
    """Somebody said that they have it, wherever it is from."""
    if since_on > now.date():
        raise Refused(_("This day is still to come."))
    facts = {
        "since_on": since_on, "gone_on": None, "is_by_hand": True,
        "next_choice_on": OwnedProduct.choice_after(since_on, product.expected_life_weeks),
    }  # fmt: skip
    owned, _new = OwnedProduct.objects.update_or_create(
        customer=customer, product=product, defaults=facts
    )
    audit.record("product.owned", owned, by=by, at=now, customer=customer.pk, product=product.pk)
    return owned


@transaction.atomic
def give_up_product(owned: OwnedProduct, *, on: date, by: Actor) -> None:
    """They have it no more: worn out, given away, lost."""
    if owned.gone_on:
        raise Refused(_("They have had this no more since %s.") % f"{owned.gone_on:%-d %B %Y}")
    if on < owned.since_on:
        raise Refused(_("They did not have it yet on that day."))
    owned.gone_on, owned.is_by_hand = on, True
    owned.save(update_fields=["gone_on", "is_by_hand"])
    audit.record("product.gone", owned, by=by, customer=owned.customer_id)


CHANGEABLE = ("name", "category", "launched_on", "expected_life_weeks")


@transaction.atomic
def update_product(product: Product, *, by: Actor, **facts: Any) -> None:
    """The catalogue; another expected life moves the next choice of everybody who has it."""
    if unknown := facts.keys() - set(CHANGEABLE):
        raise Refused(_("“%s” of a product cannot be changed.") % min(unknown))
    changed = {name: to for name, to in facts.items() if getattr(product, name) != to}
    if not changed:
        return
    for name, to in changed.items():
        setattr(product, name, to)
    product.save(update_fields=list(changed))
    if "expected_life_weeks" in changed:
        _move_choices(product)
        ask_for_owned(by=by)
    audit.record("product.changed", product, by=by, at=clock(), fields=sorted(changed))


def _move_choices(product: Product) -> None:
    weeks = product.expected_life_weeks
    later = LATER[connection.vendor].format(day="since_on", weeks="%s") if weeks else "NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE customers_ownedproduct SET next_choice_on = {later} WHERE product_id = %s",
            [*([weeks] if weeks else []), product.pk],
        )
