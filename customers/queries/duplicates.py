"""Everybody as columns to be compared, and the likely pairs as people look at them."""

from datetime import datetime

import numpy as np
from django.db.models import QuerySet

from customers.engine.duplicates import People, Told
from customers.models import Customer, Duplicate, Identity
from relcrm.base.models import User
from relcrm.lib.rest.keyset import Order, number, whole
from relcrm.lib.windows import Part, Window, window

FIELDS = ("pk", "name", "email", "phone", "birth_on", "birth_year", "city", "country", "gender")
Kind = Identity.Kind
ORDER = Order((("score", number), ("id", whole)), descending=True)
SIZE = 25


def everybody() -> tuple[np.ndarray, People]:
    """The numbers of all customers in order, and what is known of them: two statements. Without
    those whose data may only be kept."""
    rows = Customer.objects.present().filter(restricted_at=None).order_by("pk")
    rows = rows.values_list(*FIELDS)
    columns = list(zip(*rows.iterator(20_000), strict=True)) or [()] * len(FIELDS)
    ids = np.array(columns[0], dtype=np.int64)
    told = _identities()
    told[Kind.EMAIL] += [(pk, "", value) for pk, value in zip(columns[0], columns[2], strict=True)]
    told[Kind.PHONE] += [(pk, "", value) for pk, value in zip(columns[0], columns[3], strict=True)]
    born = np.array([day.toordinal() if day else 0 for day in columns[4]], dtype=np.int64)
    years = [year or (day.year if day else 0) for day, year in zip(*columns[4:6], strict=True)]
    return ids, People(
        name=columns[1],
        born_on=born,
        born_in=np.array(years, dtype=np.int64),
        city=columns[6],
        country=columns[7],
        gender=columns[8],
        emails=_told(told[Kind.EMAIL], ids),
        phones=_told(told[Kind.PHONE], ids),
        numbers=_told(told[Kind.EXTERNAL], ids),
    )


Row = tuple[int, str, str]  # customer, source, value


def _identities() -> dict[str, list[Row]]:
    told: dict[str, list[Row]] = {Kind.EMAIL: [], Kind.PHONE: [], Kind.EXTERNAL: []}
    rows = Identity.objects.filter(kind__in=told).order_by()
    for kind, *row in rows.values_list("kind", "customer_id", "source", "value").iterator(20_000):
        told[kind].append((row[0], row[1], row[2]))
    return told


def _told(rows: list[Row], ids: np.ndarray) -> Told:
    """Each value once for each customer; whoever came or went meanwhile is left out."""
    once = sorted({row for row in rows if row[2]})
    owner = np.array([row[0] for row in once], dtype=np.int64)
    place = np.searchsorted(ids, owner)
    known = np.flatnonzero((place < len(ids)) & (ids[np.minimum(place, len(ids) - 1)] == owner))
    return Told(place[known], [once[at][2] for at in known], [once[at][1] for at in known])


def shown(user: User) -> QuerySet[Duplicate]:
    """Pairs of which this person may see both."""
    visible = Customer.objects.visible_to(user).values("pk")
    return Duplicate.objects.filter(first__in=visible, second__in=visible)


def of_state(rows: QuerySet[Duplicate], state: str, now: datetime) -> QuerySet[Duplicate]:
    """Waiting ones with those whose time has come; later ones without."""
    if state == Duplicate.State.OPEN:
        return rows.open(now)
    if state == Duplicate.State.POSTPONED:
        return rows.filter(state=state, postponed_until__gt=now)
    return rows.filter(state=state)


def listed(
    user: User, state: str, now: datetime, *, after: str = "", before: str = ""
) -> Window[Duplicate]:
    """A page of pairs, the likeliest first, with both sides at hand."""
    rows = of_state(shown(user), state, now).select_related("first", "second", "decided_by")
    part = Part(rows.prefetch_related("first__identities", "second__identities"), ORDER)
    return window([part], after=after, before=before, size=SIZE)
