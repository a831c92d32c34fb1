"""Who is in a segment, how many, and which segments a customer is in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from customers.models import Customer, Segment, SegmentMember
from customers.segments import Moment, Reader
from customers.segments.compile import Compiling, matching, veils
from customers.segments.reading import read
from customers.segments.rule import Group, Malformed
from relcrm.base import roles
from relcrm.base.company import Viewpoint, current, viewpoint
from relcrm.base.models import Company, User

MOST = 200  # segments looked at for one customer
MEMORY = "128MB"  # for one statement that counts everybody, so that sets of customers are hashed


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, about the company as of which day, and among which customers."""

    among: QuerySet[Customer]
    reader: Reader
    moment: Moment


def asked(user: User, company: Company, viewpoint: Viewpoint) -> Asked:
    return Asked(
        Customer.objects.visible_to(user),
        Reader.of(user),
        Moment(viewpoint.as_of, company.tzinfo),
    )


def asked_now(user: User, now: datetime) -> Asked:
    """Where the company and its day do not come along with the request."""
    company = current()
    return asked(user, company, viewpoint(company, now))


def asked_for_campaigns(now: datetime) -> Asked:
    """Everybody, with what a marketer may know: a campaign knows no more, whoever sends it."""
    company = current()
    known = frozenset(name for name, held in roles.TABLE.items() if User.Role.MARKETER in held)
    day = viewpoint(company, now).as_of
    return Asked(Customer.objects.present(), Reader(known), Moment(day, company.tzinfo))


def names() -> list[tuple[int, str]]:
    """Every segment to choose from, by name."""
    return list(Segment.objects.values_list("pk", "name"))


def within(pk: int, asked: Asked) -> QuerySet[Customer]:
    """Those in the segment with this number; nobody when there is none, or it is withheld."""
    segment = Segment.objects.filter(pk=pk).first()
    return members(segment, asked) if segment else asked.among.none()


def rule_of(segment: Segment, reader: Reader) -> Group | None:
    """The rule as this reader may ask it; None when it asks what is not for them, or asks for
    something that is no longer there."""
    try:
        return read(segment.rule, reader=reader)
    except Malformed:
        return None


def members(segment: Segment, asked: Asked) -> QuerySet[Customer]:
    """Those in it whom the reader may see; nobody when the rule is not for them."""
    if segment.is_list:
        on_it = SegmentMember.objects.filter(segment=segment)
        return asked.among.filter(pk__in=on_it.values("customer_id"))
    rule = rule_of(segment, asked.reader)
    return asked.among.none() if rule is None else those(rule, asked)


def those(rule: Group, asked: Asked) -> QuerySet[Customer]:
    return matching(rule, asked.among, moment=asked.moment, reader=asked.reader)


def number(customers: QuerySet[Customer]) -> int:
    """How many they are. A set of customers is made once, by one process with room to hash it:
    several would each make the whole of it."""
    with _room_to_hash():
        return customers.order_by().count()


@contextmanager
def _room_to_hash() -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SHOW work_mem")
        [before] = cursor.fetchone()
        cursor.execute("SHOW max_parallel_workers_per_gather")
        [workers] = cursor.fetchone()
        _set(cursor, work_mem=MEMORY, max_parallel_workers_per_gather="0")
        yield
        _set(cursor, work_mem=before, max_parallel_workers_per_gather=workers)


def _set(cursor: Any, **settings: str) -> None:
    for name, value in settings.items():
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])


def of_customer(customer: Customer, asked: Asked) -> list[Segment]:
    """The segments and lists this customer is in, by name, in two statements."""
    lists = Q(kind=Segment.Kind.STATIC, members__customer=customer)
    known = list(Segment.objects.filter(lists | Q(kind=Segment.Kind.RULE))[:MOST])
    truths = _truths([each for each in known if not each.is_list], customer, asked)
    return [each for each in known if each.is_list or truths.get(each.pk)]


def _truths(segments: list[Segment], customer: Customer, asked: Asked) -> dict[int, bool]:
    compiling = Compiling(asked.moment, Span.of(customer.pk))
    truths: dict[str, Any] = {}
    for segment in segments:
        if rule := rule_of(segment, asked.reader):
            meant = compiling.q(rule)
            for veil in veils(rule, asked.reader):
                meant &= ~veil
            truths[f"in_{segment.pk}"] = Case(
                When(meant, then=Value(True)), default=Value(False), output_field=BooleanField()
            )
    if not truths:
        return {}
    rows = asked.among.filter(pk=customer.pk).annotate(**compiling.aliases).annotate(**truths)
    row = rows.values(*truths).first() or {}
    return {int(name.removeprefix("in_")): holds for name, holds in row.items()}
