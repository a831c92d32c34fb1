"""The fields a segment may ask about, entered by whoever knows them.

A field says where its value is in one of three ways:

    path    a column of the customer, or one step on a to-one relation: "country", "profile__family"
    value   an expression over the customer, given the day we look: an age, a number out of JSON
    rows    a query set with any number of rows a customer; `path` is then the column of the value
            and `owner` the column of the customer: tags, complaints, identities. Of the kind
            YES_NO and without a path, there is a row or there is none: "has an open complaint"

Enter fields in `AppConfig.ready`:

    from customers import segments
    from customers.segments import Field, Kind

    segments.register(
        Field(key="country", label=_("Country"), kind=Kind.CHOICE, group=_("Who they are"),
              path="country", choices=lambda reader: [("AT", "Austria"), …]),
        Field(key="tag", label=_("Tag"), kind=Kind.CHOICE, group=_("What we noted"),
              rows=lambda moment: Tagging.objects.all(), path="tag__name"),
    )

Fields that are defined while we run (custom fields of the settings) come from a source, which is
asked each time and should cost at most one query:

    segments.register_source("custom", lambda: [
        Field(key=f"custom.{each.slug}", label=each.name, kind=Kind.NUMBER, group=_("Our own"),
              value=lambda moment, slug=each.slug: Cast(KeyTextTransform(slug, "custom"),
                                                        FloatField()))
        for each in CustomField.objects.all()
    ])
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from relcrm.base import roles
from relcrm.base.models import User

Words = str | Promise


class Kind(StrEnum):
    """What a value is; it decides which operators a field has."""

    TEXT = "text"
    NUMBER = "number"
    SHARE = "share"  # 0 to 1, shown as percent
    DATE = "date"
    CHOICE = "choice"  # one of a list; without `choices` any text
    YES_NO = "yes_no"
    LIST = "list"  # a JSON list of texts in one column


@dataclass(frozen=True, slots=True)
class Moment:
    """The day through whose end the data count, and the company's zone."""

    as_of: date
    zone: ZoneInfo
    currency: str = ""  # in which sums that were found are told
    # Of customers up to this number there are tallies to count with; 0 where none are worth it.
    tallied_through: int = 0

    @property
    def until(self) -> datetime:
        """The first instant that does not count any more."""
        return datetime.combine(self.as_of + timedelta(days=1), time(), self.zone)


@dataclass(frozen=True, slots=True)
class Span:
    """The customers from one number to another, both included."""

    first: int
    last: int
    is_small: bool = False  # so few that what is asked of each is looked up rather than hashed

    @classmethod
    def of(cls, customer: int) -> "Span":
        return cls(customer, customer, is_small=True)

    @property
    def is_one(self) -> bool:
        return self.first == self.last

    def q(self, column: str) -> Q:
        if self.is_one:
            return Q(**{column: self.first})
        return Q(**{f"{column}__gte": self.first, f"{column}__lte": self.last})


@dataclass(frozen=True, slots=True)
class Reader:
    """What the person who asks may know; a key of the API may know less than its maker."""

    capabilities: frozenset[str]
    # The number of the person who asks, where it is not a program on their behalf.
    who: int | None = dataclass_field(default=None, compare=False)
    # Fields and choices looked up once for this reader; a reader lives as long as one request.
    known: dict[str, Any] = dataclass_field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, user: User) -> "Reader":
        return cls(frozenset(name for name in roles.TABLE if roles.may(user, name)), user.pk)

    def may(self, capability: str) -> bool:
        return not capability or capability in self.capabilities

    @property
    def frank(self) -> bool:
        """Whether negative relationships have a name for them."""
        return self.may("see_negative_types")


Choices = Callable[["Reader"], Sequence[tuple[str, Words]]]
Meets = Callable[[str], Q]  # an operator and what it compares with, of the column of this name
KEY = re.compile(r"[a-z][a-z0-9_]{0,59}(\.[a-z0-9_-]{1,60})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing to ask about a customer. See the module for `path`, `value` and `rows`."""

    key: str
    label: Words
    kind: Kind
    group: Words  # the heading under which forms offer it
    path: str = ""
    value: Callable[[Moment], Any] | None = None
    rows: Callable[[Moment], QuerySet[Any]] | None = None
    owner: str = "customer_id"
    # Beside `value`, where one look at the rows of all answers sooner than one at each customer's:
    # those who fulfil the comparison.
    at_large: Callable[["Meets", Moment, "Span | None"], Q] | None = None
    choices: Choices | None = None
    unit: Words = ""
    needs: str = ""  # a capability without which the field does not exist
    names_goods: bool = False  # it tells what somebody bought: of discreet people to few
    # Of these people the field says nothing to who may not see negative relationships by name:
    # a rule that asks about it leaves them out, whichever way round it asks.
    veil: Callable[[], Q] | None = None
    # Of these people it says nothing to anybody: they must not be judged.
    withheld: Callable[[], Q] | None = None

    def __post_init__(self) -> None:
        if not KEY.fullmatch(self.key):
            raise ValueError(f"{self.key!r} is no key: small letters, digits, _ and one dot")
        is_presence = self.rows is not None and self.kind == Kind.YES_NO
        if not (self.path or self.value or is_presence):
            raise ValueError(f"{self.key}: say where the value is, by path or value")


Source = Callable[[], Iterable[Field]]
FIELDS: dict[str, Field] = {}
SOURCES: dict[str, Source] = {}


def register(*fields: Field) -> None:
    """Call from `AppConfig.ready`."""
    FIELDS.update({field.key: field for field in fields})


def register_source(name: str, source: Source) -> None:
    """Call from `AppConfig.ready` for fields that come and go while we run."""
    SOURCES[name] = source


def every_field() -> dict[str, Field]:
    """All fields there are just now, by key."""
    dynamic = {field.key: field for source in SOURCES.values() for field in source()}
    return dynamic | FIELDS


def fields_for(reader: Reader) -> dict[str, Field]:
    """The fields this person may ask about."""
    if "fields" not in reader.known:
        fields = every_field()
        reader.known["fields"] = {k: one for k, one in fields.items() if reader.may(one.needs)}
    found: dict[str, Field] = reader.known["fields"]
    return found


def choices_of(field: Field, reader: Reader) -> dict[str, Words] | None:
    """What may be chosen, with its words; None where anything may be written."""
    if field.choices is None:
        return None
    if (name := f"choices {field.key}") not in reader.known:
        reader.known[name] = dict(field.choices(reader))
    found: dict[str, Words] = reader.known[name]
    return found
