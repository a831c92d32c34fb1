"""The pages of segments put together: rows of the list, one segment, the builder."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from customers.actions.segments import Filled
from customers.engine.shares import About
from customers.models import Customer, Segment
from customers.queries import segments as queries
from customers.queries.headcount import Counting
from customers.queries.sampled import stretches
from customers.queries.search import meant
from customers.queries.segments import Asked
from customers.segments import naming
from customers.segments.explain import Explanation, Finding, explain
from customers.segments.left_out import left_out
from customers.segments.reading import read
from customers.segments.rows import Row, rows
from customers.segments.rule import Malformed
from customers.segments.words import sentence
from relcrm.lib import written
from relcrm.lib.rest.keyset import Order, whole
from relcrm.lib.windows import Part, Window, window

FIRST = 8  # people shown while building
PAGE = 50
NEWEST = Order((("pk", whole),), descending=True)


@dataclass(frozen=True, slots=True)
class Listed:
    """One segment in the list of them."""

    segment: Segment
    name: str
    words: str
    is_withheld: bool
    growth: int | None = None  # against a week ago


@dataclass(frozen=True, slots=True)
class Page:
    """One segment: how many, who, and why somebody is in or out."""

    segment: Segment
    name: str
    words: str
    is_withheld: bool
    number: int | None  # None where it is not counted exactly yet
    about: About | None  # until then
    left_out: list[str]
    people: Window[Customer]
    is_searched: bool  # whether those people are all there are to show
    names: dict[int, str]
    typed: str
    is_several: bool  # what was typed may mean more than one
    why: Explanation | None
    who: str
    why_of: int | None  # their number
    filled: Filled | None


@dataclass(frozen=True, slots=True)
class Building:
    """A rule on its way: the rows, what is wrong, and whom it means so far."""

    form: Row
    errors: dict[str, str]
    words: str = ""
    number: int | None = None
    about: About | None = None
    names: list[tuple[int, str]] | None = None
    left_out: list[str] | None = None


def listed(asked: Asked, now: datetime, *, sees_everyone: bool) -> list[Listed]:
    """Every segment with its rule in words, as far as it is for this reader, and how it grew."""
    known = Segment.objects.select_related("created_by")
    before = queries.week_before(now.astimezone(asked.moment.zone).date()) if sees_everyone else {}
    return [
        Listed(
            each,
            naming.called(each, asked.reader),
            *_words(each, asked),
            growth=_growth(each.people, before.get(each.pk)),
        )
        for each in naming.in_order(known, asked.reader)
    ]


def forgotten(asked: Asked) -> list[dict[str, Any]]:
    """Those that can still be brought back."""
    return [
        {"pk": one.pk, "name": naming.called(one, asked.reader), "forgotten_at": one.forgotten_at}
        for one in naming.in_order(Segment.every.forgotten(), asked.reader)
    ]


def _growth(now: int | None, before: int | None) -> int | None:
    return None if now is None or before is None else now - before


def page(
    segment: Segment, asked: Asked, *, sees_people: bool, after: str = "", why: str = "",
    filled: Filled | None = None, exactly: bool = True,
) -> Page:  # fmt: skip
    """Where that takes long, the number is about and people are looked for among the newest,
    unless it is wanted exactly."""
    words, is_withheld = _words(segment, asked)
    counted = (queries.headcount if exactly else queries.headcount_at_first)(segment, asked)
    number, about = _found(counted)
    people = window(
        _newest_first(queries.in_segment(segment, asked), is_hurried=about is not None),
        after=after, size=PAGE,
    )  # fmt: skip
    asked_about = _asked_about(why, asked, sees_people=sees_people)
    customer = asked_about[0] if len(asked_about) == 1 else None
    told = _why(segment, customer, asked) if customer and not is_withheld else None
    return Page(
        segment=segment,
        name=naming.called(segment, asked.reader),
        words=words,
        is_withheld=is_withheld,
        number=number,
        about=about,
        left_out=queries.left_out_of(segment, asked).sentences,
        people=people,
        is_searched=about is None or bool(people.after),
        names={one.pk: called(one, sees_people) for one in people.rows},
        typed=why,
        is_several=len(asked_about) > 1,
        why=told,
        who=called(customer, sees_people) if customer else "",
        why_of=customer.pk if customer else None,
        filled=filled,
    )


def building(
    document: dict[str, Any], asked: Asked, *, sees_people: bool, exactly: bool = True
) -> Building:
    """Counted as soon as every row makes sense, at first about where that takes long."""
    try:
        rule = read(document, reader=asked.reader)
    except Malformed as problem:
        return Building(rows(document, asked.reader, problem.errors), problem.errors)
    number, about = _found((queries.count if exactly else queries.count_at_first)(rule, asked))
    parts = _newest_first(queries.meant(rule, asked), is_hurried=about is not None)
    people = window(parts, size=FIRST).rows
    return Building(
        form=rows(document, asked.reader, {}),
        errors={},
        words=sentence(rule, asked.reader),
        number=number,
        about=about,
        left_out=left_out(rule, asked.among, asked.reader).sentences,
        names=[(one.pk, called(one, sees_people)) for one in people],
    )


def _newest_first(meant: Counting, *, is_hurried: bool) -> list[Part[Customer]]:
    """Those meant, by number; in a hurry the newest sixteenth of the customers alone."""
    parts = stretches()[: -1 if is_hurried else None] or [None]
    return [Part(meant(span).only("name", "email", "city"), NEWEST) for span in parts]


def _found(counted: int | About) -> tuple[int | None, About | None]:
    return (counted, None) if isinstance(counted, int) else (None, counted)


def called(customer: Customer, sees_people: bool) -> str:
    return customer.label if sees_people else _("Customer %d") % customer.pk


def _words(segment: Segment, asked: Asked) -> tuple[str, bool]:
    if segment.is_list:
        return _("A list made by hand"), False
    rule = naming.rule_of(segment, asked.reader)
    if rule is None:
        return _("It asks about what you may not see, or what is gone."), True
    if not naming.tells_rules(asked.reader):
        return _("By a rule, which may name others and is told to those who see everybody."), False
    return sentence(rule, asked.reader), False


def _asked_about(typed: str, asked: Asked, *, sees_people: bool) -> list[Customer]:
    """Whom a number of ours means, else who is found by what was typed; two are too many."""
    if not (typed := typed.strip()):
        return []
    ours = written.whole(typed.removeprefix("#"))
    found = asked.among.filter(pk=ours) if ours is not None else asked.among.none()
    return list(found) or list(meant(asked.among, typed, sees_people=sees_people)[:2])


def _why(segment: Segment, customer: Customer, asked: Asked) -> Explanation | None:
    if segment.is_list:
        is_in = segment.members.filter(customer=customer).exists()
        words = _("Is on the list")
        return Explanation(is_in, False, Finding(words, is_in))
    rule = naming.rule_of(segment, asked.reader)
    if rule is None:
        return None
    found = explain(rule, customer.pk, asked.among, moment=asked.moment, reader=asked.reader)
    is_told = found is None or naming.tells_rules(asked.reader)
    return found if is_told else replace(found, finding=None, is_withheld=False)
