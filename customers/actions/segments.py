"""Segments are kept, changed and forgotten; lists are filled with people and emptied again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from customers import identities
from customers.models import Identity, Segment, SegmentMember
from customers.segments import Reader
from customers.segments.naming import is_withheld, says_what_is_veiled
from customers.segments.reading import read
from relcrm.base import audit
from relcrm.base.audit import Actor
from relcrm.base.models import ApiKey
from relcrm.lib.refusals import Refused

LONGEST = 120
LOOKUP = 500  # values in one IN (…)
MOST_AT_ONCE = 100_000  # more are a file for the import
LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Filled:
    """What came of filling a list: how many are new on it, and whom we could not find."""

    added: int
    already: int
    unknown: list[str] = field(default_factory=list)
    several: list[str] = field(default_factory=list)  # means more than one customer


@transaction.atomic
def keep_segment(
    name: str, *, rule: dict[str, Any] | None, reader: Reader, by: Actor, now: datetime
) -> Segment:
    """A new segment by this rule, or an empty list without one. Raises Malformed for the rule."""
    name = _checked(name, reader)
    if rule is not None:
        read(rule, reader=reader)
    segment = Segment.objects.create(
        name=name,
        kind=Segment.Kind.STATIC if rule is None else Segment.Kind.RULE,
        rule=rule,
        created_by=by.created_by if isinstance(by, ApiKey) else by,
        created_at=now,
        changed_at=now,
    )
    audit.record("segment.kept", segment, by=by, at=now, kind=segment.kind)
    return segment


@transaction.atomic
def change_segment(
    segment: Segment,
    *,
    reader: Reader,
    by: Actor,
    now: datetime,
    name: str | None = None,
    rule: dict[str, Any] | None = None,
) -> None:
    """Another name, another rule, or both, by who may read the present one. Raises Malformed for
    the rule."""
    if is_withheld(segment, reader):
        raise Refused(_("This segment asks about what you may not see, or what is gone."))
    changed = []
    if name is not None and name.strip() != segment.name:
        segment.name = _checked(name, reader, but=segment)
        changed.append("name")
    if rule is not None:
        if segment.is_list:
            raise Refused(_("A list has no rule; make a segment by rule instead."))
        read(rule, reader=reader)
        if rule != segment.rule:
            segment.rule, segment.people, segment.counted_at = rule, None, None
            changed.append("rule")
    if changed:
        segment.changed_at = now
        segment.save(update_fields=[*changed, "changed_at", "people", "counted_at"])
        audit.record("segment.changed", segment, by=by, at=now, changed=changed)


@transaction.atomic
def forget_segment(segment: Segment, *, by: Actor, now: datetime) -> None:
    """Out of sight; it can be brought back for a month. Nobody in it is touched."""
    segment.forgotten_at = now
    segment.save(update_fields=["forgotten_at"])
    audit.record("segment.forgotten", segment, by=by, at=now, kind=segment.kind)


@transaction.atomic
def bring_back_segment(segment: Segment, *, by: Actor, now: datetime) -> None:
    """As it was when it was forgotten."""
    if segment.forgotten_at is None:
        raise Refused(_("This segment is here already."))
    if Segment.objects.filter(name__iexact=segment.name).exists():
        raise Refused(_("There is another segment called the same by now; rename that first."))
    segment.forgotten_at, segment.counted_at = None, None
    segment.save(update_fields=["forgotten_at", "counted_at"])
    audit.record("segment.brought_back", segment, by=by, at=now, kind=segment.kind)


@transaction.atomic
def fill_list(
    segment: Segment, written: Iterable[str], *, among: Any, by: Actor, now: datetime,
    by_contact: bool = True,
) -> Filled:  # fmt: skip
    """Add those of `among` whom these numbers and, with `by_contact`, e-mails and phones mean; the
    others are named."""
    if not segment.is_list:
        raise Refused(_("This segment follows a rule; people cannot be put into it by hand."))
    asked = list(dict.fromkeys(one for line in written if (one := line.strip())))
    if len(asked) > MOST_AT_ONCE:
        raise Refused(_("These are more than 100,000; split them into several parts."))
    found = _meant(asked, among, by_contact)
    unknown = [one for one in asked if not found.get(one)]
    several = [one for one in asked if len(found.get(one, ())) > 1]
    people = {next(iter(ids)) for ids in found.values() if len(ids) == 1}
    before = segment.members.count()
    SegmentMember.objects.bulk_create(
        [SegmentMember(segment=segment, customer_id=pk, added_at=now) for pk in sorted(people)],
        ignore_conflicts=True,
        batch_size=LOOKUP,
    )
    added = segment.members.count() - before
    _count_anew(segment)
    audit.record("list.filled", segment, by=by, at=now, added=added, unknown=len(unknown))
    return Filled(added, len(people) - added, unknown, several)


@transaction.atomic
def take_off_list(segment: Segment, customers: Sequence[int], *, by: Actor, now: datetime) -> int:
    """Take these customers off the list; how many were on it."""
    gone, _tables = segment.members.filter(customer_id__in=customers).delete()
    _count_anew(segment)
    audit.record("list.taken_off", segment, by=by, at=now, customers=gone)
    return gone


def _count_anew(segment: Segment) -> None:
    segment.people, segment.counted_at = None, None
    segment.save(update_fields=["people", "counted_at"])


def _checked(name: str, reader: Reader, but: Segment | None = None) -> str:
    """A name as it is kept. Whether another has it is not said of what the reader may not read."""
    name = name.strip()
    if not name:
        raise Refused(_("Give the segment a name."))
    if len(name) > LONGEST:
        raise Refused(_("The name is longer than 120 characters."))
    if says_what_is_veiled(name, reader):
        raise Refused(
            _("This name says a kind of relationship that few are told of; choose another.")
        )
    same = Segment.objects.filter(name__iexact=name)
    if (same.exclude(pk=but.pk) if but else same).exists():
        raise Refused(_("There is a segment called “%s” already.") % name)
    return name


def _meant(asked: list[str], among: Any, by_contact: bool) -> dict[str, set[int]]:
    """Written → customers. A number elsewhere comes before our own, as files bring those."""
    found: dict[str, set[int]] = {}
    home = identities.home()
    for start in range(0, len(asked), LOOKUP):
        some = asked[start : start + LOOKUP]
        spelt = {one: _spelt(one, home, by_contact) for one in some}
        values = {value for pairs in spelt.values() for _kind, value in pairs}
        known: dict[tuple[str, str], set[int]] = {}
        rows = Identity.objects.filter(
            value__in=values, customer__in=among.order_by().values("pk")
        ).values_list("kind", "value", "customer_id")
        for kind, value, pk in rows:
            known.setdefault((kind, value), set()).add(pk)
        ours = _ours(some, among)
        for one in some:
            ids = set().union(*(known.get(pair, set()) for pair in spelt[one]))
            found[one] = ids or ours.get(one, set())
    return found


def _spelt(one: str, home: str, by_contact: bool) -> list[tuple[str, str]]:
    kinds = (Identity.Kind.EMAIL,) if "@" in one else (Identity.Kind.EXTERNAL, Identity.Kind.PHONE)
    if not by_contact:
        kinds = (Identity.Kind.EXTERNAL,)
    return [(kind, value) for kind in kinds if (value := identities.normal(kind, one, home))]


def _ours(some: list[str], among: Any) -> dict[str, set[int]]:
    """Our own numbers, written 17 or #17, and main e-mails."""
    numbers = {
        one: int(digits)
        for one in some
        if (digits := one.removeprefix("#")).isascii() and digits.isdigit()
        and len(digits) < 20 and int(digits) <= LARGEST
    }  # fmt: skip
    known = set(among.filter(pk__in=numbers.values()).values_list("pk", flat=True))
    return {one: {number} for one, number in numbers.items() if number in known}
