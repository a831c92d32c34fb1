"""The customer list: filtered, in an order that an index serves, a window at a time."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import OperationalError
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate, now

from customers.custom import read
from customers.models import Customer, CustomField, OwnedProduct, Tagging
from customers.queries import custom, modifiers, segments
from customers.queries.headcount import room
from customers.queries.search import meant
from customers.segments.fields import Reader
from feedback.models import Complaint
from relationships import veil
from relationships.models import Family, Persona, Portfolio
from relationships.queries.gap.offers import bought_of
from relationships.queries.history import went
from relcrm.base import company as companies
from relcrm.base.models import User
from relcrm.lib.rest.keyset import Order, day, number, text, whole
from relcrm.lib.windows import Part
from relcrm.pages.wanted import Wanted

ID = ("pk", whole)
NEWEST = Order((ID,), descending=True)
# First what went wrong, last what to leave; people without a value at the end of their step.
URGENCY = (
    "repair", "welcome", "remind", "thank", "deepen", "keep_rhythm", "leave_alone", "let_go",
)  # fmt: skip
# What a row shows; everything else stays in the database.
SHOWN = (
    "name", "email", "city", "country", "last_seen_on", "objects_to_profiling", "restricted_at",
    "erased_at",
    "profile__family", "profile__type", "profile__next_step", "profile__alive",
    "profile__value_low", "profile__value", "profile__value_high", "profile__own_family",
    "profile__own_type",
)  # fmt: skip


MOST_COUNTED = 10_000
PATIENCE_MS = 400  # then the page comes without the number


def chosen(wanted: Wanted, user: User, reader: Reader | None = None) -> QuerySet[Customer]:
    """Everyone this person may see and the filters mean, in no order. `reader` is for a key, which
    may know less than its maker: no filter tells it what it may not ask."""
    found, known = Customer.objects.visible_to(user), reader or Reader.of(user)
    if wanted.segment is not None:
        found = segments.within(wanted.segment, segments.asked_now(user, now(), reader))
    found = _limited(found, wanted)
    if wanted.bought is not None:
        found = found.filter(pk__in=_buyers(wanted.bought, known).order_by().values("pk"))
    if wanted.complaint and known.may("see_complaints"):
        found = found.filter(pk__in=Complaint.objects.filter(resolved_at=None).values("customer"))
    found = _by_facts(found, wanted, known)
    if wanted.asks_for_goods and not known.may(modifiers.RIGHT):
        found = found.exclude(modifiers.discreet())
    if wanted.asks_for_a_judgement:  # gone within seconds, and meanwhile it finds nobody
        found = found.judgeable()
    if wanted.asks_what_is_withheld:
        found = veil.findable(found, "profile__family", frank=known.frank)
    if wanted.went:
        found = went.those(found, wanted.went)
    return meant(found, wanted.q, sees_people=known.may("see_people"))


def _limited(found: QuerySet[Customer], wanted: Wanted) -> QuerySet[Customer]:
    """By what stands in their row and in our judgement of them."""
    limits = {
        "profile__family": wanted.family,
        "profile__type": wanted.type,
        "profile__next_step": wanted.step,
        "gap__label": wanted.gap,
        "profile__persona": wanted.persona,
        "country": wanted.country,
        "profile__value__gte": wanted.value_least,
        "profile__value__lte": wanted.value_most,
        "profile__alive__gte": wanted.alive_least,
        "profile__alive__lte": wanted.alive_most,
    }
    found = found.filter(
        **{name: value for name, value in limits.items() if value not in ("", None)}
    )
    if wanted.unscored:
        found = found.filter(profile=None)
    if wanted.untyped:
        found = found.filter(profile__type="")
    if wanted.area:
        (x0, x1), (y0, y1) = wanted.area
        found = found.filter(profile__closeness__range=(x0, x1), profile__intensity__range=(y0, y1))
    return found


def _buyers(offer: int, reader: Reader) -> QuerySet[Customer]:
    as_of = companies.viewpoint(companies.current(), now()).as_of
    return bought_of(offer, as_of, sees_goods=reader.may("see_discreet"))


def _by_facts(found: QuerySet[Customer], wanted: Wanted, reader: Reader) -> QuerySet[Customer]:
    """By tag, by a field of the company's own, by when what they have wears out."""
    if wanted.tag is not None:
        found = found.filter(pk__in=Tagging.objects.filter(tag=wanted.tag).values("customer"))
    if wanted.choosing is not None:
        until = localdate() + timedelta(days=round(30.44 * wanted.choosing))
        soon = OwnedProduct.objects.held().filter(next_choice_on__lte=until)
        found = found.filter(pk__in=soon.values("customer"))
    field = next((one for one in own_fields(wanted, reader) if one.key == wanted.own), None)
    if field is not None and (limits := _limits(field, wanted)):
        found = found.filter(pk__in=custom.holders(field, limits).values("customer"))
    return found


def own_fields(wanted: Wanted, reader: Reader) -> list[CustomField]:
    """Asked for only when the list is filtered by one."""
    return custom.fields(sees_people=reader.may("see_people")) if wanted.own else []


def _limits(field: CustomField, wanted: Wanted) -> dict[str, Any]:
    """What was written beside the field, read as its type; nonsense counts as not asked."""
    found = {}
    for how, written in (("", wanted.own_is), ("gte", wanted.own_from), ("lte", wanted.own_to)):
        try:
            value = read(field, written)
        except ValueError:
            continue
        if value is not None:
            found[how] = value
    return found


def parts(wanted: Wanted, user: User, reader: Reader | None = None) -> list[Part[Customer]]:
    """The list in its order; who lacks what it is ordered by comes after everybody else."""
    rows, known = chosen(wanted, user, reader), reader or Reader.of(user)
    if wanted.unscored:
        return [Part(rows, NEWEST)] if wanted.sort != "name" else _by_name(rows)
    ordered = {
        "value": lambda: _with_rest(rows, "profile__value", number),
        "alive": lambda: _with_rest(rows, "profile__alive", number),
        "seen": lambda: _with_rest(rows, "last_seen_on", day),
        "name": lambda: _by_name(rows),
        "step": lambda: _by_step(rows, wanted.step, known.frank),
    }[wanted.sort]()
    return [Part(part.rows.select_related("profile").only(*SHOWN), part.order) for part in ordered]


def _with_rest(rows: QuerySet[Customer], field: str, read: Any) -> list[Part[Customer]]:
    order = Order(((field, read), ID), descending=True)
    with_it, rest = Q(**{f"{field}__isnull": False}), Q(**{f"{field}__isnull": True})
    return [Part(rows.filter(with_it), order), Part(rows.filter(rest), NEWEST)]


def _by_name(rows: QuerySet[Customer]) -> list[Part[Customer]]:
    return [Part(rows, Order((("name", text), ID)))]


def _by_step(rows: QuerySet[Customer], only: str, frank: bool) -> list[Part[Customer]]:
    """Those left to service stand by themselves: their place would tell their step."""
    open_ = veil.findable(rows, "profile__family", frank=frank)
    found: list[Part[Customer]] = []
    for step in (key for key in URGENCY if only in ("", key)):
        found += _with_rest(open_.filter(profile__next_step=step), "profile__value", number)
    if not only:
        found.append(Part(open_.filter(profile__next_step=""), NEWEST))
        if not frank:
            found.append(Part(rows.filter(profile__family=Family.NEGATIVE), NEWEST))
        found.append(Part(rows.filter(profile=None), NEWEST))
    return found


def how_many(wanted: Wanted, user: User, *, most: int) -> int | None:
    """How many the filters mean, counted to one more than `most`; None where it takes too long."""
    try:
        with room(processes=False, patience_ms=PATIENCE_MS):
            return chosen(wanted, user).order_by().values("pk")[: most + 1].count()
    except OperationalError as stopped:
        if getattr(stopped.__cause__, "sqlstate", "") != "57014":  # given up
            raise
        return None


def newest_counts(as_of: date) -> Portfolio | None:
    """The newest picture of that day, without its map: how many people each family shows."""
    pictures = Portfolio.objects.filter(as_of__lte=as_of)
    return pictures.only("as_of", "customers", "families").first()


def personae() -> list[Persona]:
    return list(Persona.objects.filter(is_current=True).only("name", "rank"))


def everyone(
    wanted: Wanted, user: User, ids: list[int] | None, reader: Reader
) -> Iterator[Customer]:
    """The whole list in its order, or only these of it, read in small bites."""
    for part in parts(wanted, user, reader):
        rows = part.rows if ids is None else part.rows.filter(pk__in=ids)
        yield from part.order.sort(rows).defer(None).select_related("profile").iterator(2_000)
