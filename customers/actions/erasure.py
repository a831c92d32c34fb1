"""Forgetting a person for good: every table, with a receipt (GDPR, article 17)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, DecimalField, Model, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncMonth
from django.utils.translation import gettext as _

from customers import news
from customers.actions import asked
from customers.actions.mentions import forget_mentions, names_of
from customers.actions.requests import close_erased
from customers.actions.tallies import mark_stale
from customers.contact.actions import ledger, returns, suppression
from customers.models import Customer, Identity, Interaction, Organisation, Tombstone
from customers.queries.erasure import places
from customers.signup.actions import forgetting
from customers.tombstones import fingerprint
from relcrm.base import audit
from relcrm.base.audit import Actor
from relcrm.lib import overwriting
from relcrm.lib.refusals import Refused

# The row stays, as a number that means nobody; everything else in it is emptied.
STAYS = ("id", "erased_at")
_MONEY = DecimalField(max_digits=16, decimal_places=2)


@dataclass(frozen=True)
class Receipt:
    """What was erased; `number` is its line in the audit trail."""

    number: int
    customer: int
    removed: dict[str, int]  # table → rows


@transaction.atomic
def erase_customer(
    customer: Customer, *, by: Actor, now: datetime, remember: bool = True
) -> Receipt:
    """Empty every table of this person. What survives: docs/decisions/erasure.md. Without
    `remember` no fingerprint keeps them from coming back: they were forgotten for their age."""
    # Before the customer is held, as whoever confirms a sign-up holds that first.
    forgetting.forget_addresses(_identifiers(customer))
    customer = Customer.objects.select_for_update().get(pk=customer.pk)
    if customer.erased_at:
        raise Refused(_("This customer was already erased on %s.") % _day(customer.erased_at))
    told = _identifiers(customer)
    alone, names = _not_shared(customer, told), names_of(customer)
    organisation = customer.organisation_id
    close_erased(customer, alone, by=by, now=now)
    if remember:
        _put_up_tombstones(alone, now)
    keep_sums(Interaction.objects.filter(customer=customer))
    removed = _empty_tables(customer)
    mark_stale([customer.pk])  # a worker that looks just now must look again
    _empty_row(customer, now)
    suppression.forget_addresses(told)
    forgetting.forget_addresses(told)
    asked.forget_addresses(told)
    returns.forget_strays_of([value for _kind, _source, value in told if "@" in value])
    removed |= _forget_the_household(organisation) | forget_mentions(customer, names, told, now=now)
    line = audit.record("customer.erased", customer, by=by, at=now, removed=removed)
    news.tell_erased(customer.pk, now)
    transaction.on_commit(lambda: overwriting.overwrite(connection))
    return Receipt(line.pk, customer.pk, removed)


def _identifiers(customer: Customer) -> list[tuple[str, str, str]]:
    """Every way to recognise them: kind, source, value."""
    kinds = Identity.Kind
    told = list(customer.identities.values_list("kind", "source", "value"))
    told += [(kinds.EMAIL, "", customer.email), (kinds.PHONE, "", customer.phone)]
    return sorted({each for each in told if each[2]})


def _not_shared(customer: Customer, told: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Without what others in the household share: it still means them."""
    others = Identity.objects.exclude(customer=customer)
    return [
        (kind, source, value)
        for kind, source, value in told
        if not others.filter(kind=kind, source=source, value=value).exists()
    ]


def _put_up_tombstones(alone: list[tuple[str, str, str]], now: datetime) -> None:
    Tombstone.objects.bulk_create(
        [Tombstone(digest=fingerprint(*each), erased_on=now.date()) for each in alone],
        ignore_conflicts=True,
    )


ADD_UP = """INSERT INTO customers_remainder (month, kind, number, amount) VALUES (%s, %s, %s, %s)
ON CONFLICT (month, kind) DO UPDATE SET number = customers_remainder.number + excluded.number,
amount = customers_remainder.amount + excluded.amount"""


def keep_sums(rows: QuerySet[Interaction]) -> None:
    """What is forgotten goes into the sums of all that was, month by month and kind by kind."""
    groups = (
        rows.annotate(month=TruncMonth("occurred_on"))
        .values_list("month", "kind", Count("id"), Coalesce(Sum("amount"), 0, output_field=_MONEY))
        .order_by("month", "kind")
    )
    with connection.cursor() as cursor:
        cursor.executemany(ADD_UP, [(m, k, n, str(amount)) for m, k, n, amount in groups])


def _empty_tables(customer: Customer) -> dict[str, int]:
    removed: dict[str, int] = {}
    with ledger.opened([customer.pk]):
        for place in places():
            if outlives := getattr(place.model, "OUTLIVES_ERASURE", None):
                # Proof that we answered, without a person in it.
                count = place.rows(customer).update(**outlives)
                removed[place.model._meta.label] = removed.get(place.model._meta.label, 0) + count
                continue
            for label, count in place.rows(customer).delete()[1].items():
                removed[label] = removed.get(label, 0) + count
    return {label: count for label, count in removed.items() if count}


def _empty_row(customer: Customer, now: datetime) -> None:
    Customer.objects.filter(pk=customer.pk).update(**emptied(Customer), **_dates(now))


def emptied(model: type[Model]) -> dict[str, Any]:
    """Every field of the model but those that stay or are dated anew, at its default."""
    return {
        field.attname: field.get_default()
        for field in model._meta.concrete_fields
        if field.name not in (*STAYS, *_dates(None))
    }


def _dates(now: datetime | None) -> dict[str, datetime | None]:
    return {"created_at": now, "changed_at": now, "erased_at": now}


def _forget_the_household(organisation: int | None) -> dict[str, int]:
    """An organisation without members is a name of the erased one's only."""
    left = Organisation.objects.filter(pk=organisation, members=None)
    return left.delete()[1]


@transaction.atomic
def lift_erasure(kind: str, source: str, value: str, *, by: Actor, now: datetime) -> None:
    """They came back themselves: this e-mail, phone or number may be taken in again."""
    source = "" if kind in (Identity.Kind.EMAIL, Identity.Kind.PHONE) else source
    if not Tombstone.objects.filter(digest=fingerprint(kind, source, value)).delete()[0]:
        raise Refused(_("Nobody who was erased is known by this; check how it is spelt."))
    audit.record("customer.erasure_lifted", by=by, at=now, kind=kind)


def _day(moment: datetime) -> str:
    return f"{moment:%-d %B %Y}"
