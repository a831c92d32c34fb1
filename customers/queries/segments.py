"""Who is in a segment, how many, and which segments a customer is in."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from customers.engine.shares import About
from customers.models import Customer, Segment, SegmentCount, SegmentMember
from customers.queries import headcount as headcounts
from customers.queries.headcount import Counting
from customers.queries.sampled import QUICK_TALLIED, at_first
from customers.queries.tallies import with_tallies
from customers.segments import Moment, Reader
from customers.segments.compile import Compiling, matching
from customers.segments.fields import Span
from customers.segments.left_out import LeftOut, left_out, restricted, sets
from customers.segments.naming import (
    called,
    in_order,
    is_withheld,
    name_of,
    rule_of,
    tells_rules,
)
from customers.segments.rule import Group
from relcrm.base import roles
from relcrm.base.company import Viewpoint, current, viewpoint
from relcrm.base.models import Company, User

MOST = 200  # segments looked at for one customer


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
        Moment(viewpoint.as_of, company.tzinfo, company.currency),
    )


def asked_now(user: User, now: datetime, reader: Reader | None = None) -> Asked:
    """Where the company and its day do not come along with the request; by a key, with the
    `reader` it is."""
    company = current()
    found = asked(user, company, viewpoint(company, now))
    return replace(found, reader=reader) if reader else found


def asked_for_campaigns(now: datetime) -> Asked:
    """Everybody, with what a marketer may know: a campaign knows no more, whoever sends it."""
    company = current()
    known = frozenset(name for name, held in roles.TABLE.items() if User.Role.MARKETER in held)
    day = viewpoint(company, now).as_of
    return Asked(Customer.objects.present(), Reader(known), Moment(day, company.tzinfo))


def names(reader: Reader) -> list[tuple[int, str]]:
    """Every segment to choose from, as this reader may know it."""
    known = Segment.objects.only("name", "kind", "rule", "created_by")
    return [(each.pk, called(each, reader)) for each in in_order(known, reader)]


def is_withheld_from(pk: int, reader: Reader) -> bool:
    """Whether there is such a segment, and who is in it is not for this reader."""
    segment = Segment.objects.filter(pk=pk).first()
    return segment is not None and is_withheld(segment, reader)


def within(pk: int, asked: Asked) -> QuerySet[Customer]:
    """Those in the segment with this number; nobody when there is none, or it is withheld."""
    segment = Segment.objects.filter(pk=pk).first()
    return members(segment, asked) if segment else asked.among.none()


def members(segment: Segment, asked: Asked) -> QuerySet[Customer]:
    """Those in it whom the reader may see; nobody when the rule is not for them. On a list stay
    those whose data may not be used just now, but they are not found by it."""
    if segment.is_list:
        on_it = SegmentMember.objects.filter(segment=segment)
        usable = asked.among.filter(~restricted())
        return usable.filter(pk__in=on_it.values("customer_id"))
    rule = rule_of(segment, asked.reader)
    return asked.among.none() if rule is None else those(rule, asked)


def those(rule: Group, asked: Asked, span: Span | None = None) -> QuerySet[Customer]:
    """Whom the rule means; with a span, of the customers in it alone."""
    return matching(rule, asked.among, moment=asked.moment, reader=asked.reader, span=span)


def meant(rule: Group, asked: Asked) -> Counting:
    """Whom the rule means, within any span; counted from tallies where they hold of nearly all."""
    asked = replace(asked, moment=with_tallies(asked.moment, rule))
    return lambda span: those(rule, asked, span)


def in_segment(segment: Segment, asked: Asked) -> Counting:
    """Those in it whom the reader may see, within any span."""
    rule = None if segment.is_list else rule_of(segment, asked.reader)
    if rule is not None:
        return meant(rule, asked)
    some = members(segment, asked)
    return lambda span: some if span is None else some.filter(span.q("pk"))


def headcount(segment: Segment, asked: Asked) -> int:
    """How many are in it, of those the reader may see."""
    rule = None if segment.is_list else rule_of(segment, asked.reader)
    return headcounts.number(members(segment, asked)) if rule is None else count(rule, asked)


def count(rule: Group, asked: Asked) -> int:
    """How many the rule means, exactly."""
    return headcounts.headcount(meant(rule, asked))


def headcount_at_first(segment: Segment, asked: Asked) -> int | About:
    """Within a second or two; about where an exact count takes longer."""
    rule = None if segment.is_list else rule_of(segment, asked.reader)
    if rule is None:
        return headcounts.number(members(segment, asked))
    return count_at_first(rule, asked)


def count_at_first(rule: Group, asked: Asked) -> int | About:
    asked = replace(asked, moment=with_tallies(asked.moment, rule))
    quick = {"quick": QUICK_TALLIED} if asked.moment.tallied_through else {}
    return at_first(lambda span: those(rule, asked, span), **quick)


def left_out_of(segment: Segment, asked: Asked) -> LeftOut:
    """To whom rules are not told only what would be so whatever the rule asks."""
    if not segment.is_list:
        rule = rule_of(segment, asked.reader) if tells_rules(asked.reader) else None
        return left_out(rule, asked.among, asked.reader)
    on_it = SegmentMember.objects.filter(segment=segment).values("customer_id")
    return left_out(None, asked.among.filter(pk__in=on_it), asked.reader)


def week_before(today: date) -> dict[int, int]:
    """How many were in each segment a week ago, or in the days before, by its number."""
    some = SegmentCount.objects.filter(
        on__lte=today - timedelta(days=7), on__gte=today - timedelta(days=14)
    )
    return dict(some.order_by("on").values_list("segment_id", "people"))


def of_customer(customer: Customer, asked: Asked) -> list[Segment]:
    """The segments and lists this customer is in, by name, in two statements; without those whose
    name is not for the reader."""
    lists = Q(kind=Segment.Kind.STATIC, members__customer=customer)
    if customer.restricted_at:
        return []
    some = Segment.objects.filter(lists | Q(kind=Segment.Kind.RULE))[:MOST]
    known = [each for each in some if name_of(each, asked.reader) is not None]
    truths = _truths([each for each in known if not each.is_list], customer, asked)
    return [each for each in known if each.is_list or truths.get(each.pk)]


def _truths(segments: list[Segment], customer: Customer, asked: Asked) -> dict[int, bool]:
    compiling = Compiling(asked.moment, Span.of(customer.pk))
    truths: dict[str, Any] = {}
    for segment in segments:
        if rule := rule_of(segment, asked.reader):
            meant = compiling.q(rule)
            for others in sets(rule, asked.reader):
                meant &= ~others
            truths[f"in_{segment.pk}"] = Case(
                When(meant, then=Value(True)), default=Value(False), output_field=BooleanField()
            )
    if not truths:
        return {}
    rows = asked.among.filter(pk=customer.pk).annotate(**compiling.aliases).annotate(**truths)
    row = rows.values(*truths).first() or {}
    return {int(name.removeprefix("in_")): holds for name, holds in row.items()}
