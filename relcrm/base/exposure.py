"""Who was exposed to an actor in a period, and which fields: read from the audit trail."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q

from relcrm.base.models import AuditLine, Breach, Reading

HOUR = timedelta(hours=1)
# A look at one customer's page shows everything that the role may see.
WHOLE = ("profile", "timeline")
VIEWED = ("customer.viewed", "complaint.viewed", "request.viewed", "identity.viewed",
          "interaction.viewed")  # fmt: skip


@dataclass
class Way:
    """One way in which data was seen: a resource, a page, a file."""

    door: str
    resource: str
    calls: int = 0
    people: set[int] = field(default_factory=set)


@dataclass
class Exposed:
    """Everything an actor was shown between two moments, as far as it is on record."""

    people: set[int] = field(default_factory=set)
    fields: Counter[str] = field(default_factory=Counter)  # field → how many people, at most
    ways: dict[tuple[str, str], Way] = field(default_factory=dict)
    first_at: datetime | None = None
    last_at: datetime | None = None

    def add(
        self, door: str, resource: str, fields: list[str], people: set[int], at: datetime,
        until: datetime, calls: int,
    ) -> None:  # fmt: skip
        way = self.ways.setdefault((door, resource), Way(door, resource))
        way.calls += calls
        way.people |= people
        self.people |= people
        for name in fields:
            self.fields[name] += len(people)
        self.first_at = min(filter(None, (self.first_at, at)))
        self.last_at = max(filter(None, (self.last_at, until)))


def traced(breach: Breach) -> Exposed:
    """What the trail says of a breach; of a file that was taken out only what was in files."""
    is_file = breach.by_means_of == Breach.By.EXPORT
    return exposed(breach.began_at, breach.ended_at, actor=breach.actor, files_only=is_file)


def exposed(
    began_at: datetime, ended_at: datetime, *, actor: str = "", files_only: bool = False
) -> Exposed:
    """By this actor ("key:12", "user:3"), or by everybody; readings count when their hour's first
    and last showing meet the period, so that nobody is missed at its edges."""
    found = Exposed()
    readings = Reading.objects.filter(
        hour__gt=began_at - HOUR, first_at__lte=ended_at, last_at__gte=began_at
    )
    lines = AuditLine.objects.filter(at__range=(began_at, ended_at)).filter(
        Q(verb__in=VIEWED) | Q(verb="package.fetched")
    )
    if actor:
        readings, lines = readings.filter(actor=actor), lines.filter(actor=actor)
    if files_only:
        readings, lines = readings.filter(door=Reading.Door.FILE), lines.none()
    for row in readings.order_by("hour", "pk").iterator(chunk_size=500):
        found.add(
            row.get_door_display(), row.resource, row.fields, set(row.ids), row.first_at,
            row.last_at, row.calls,
        )  # fmt: skip
    for line in lines.order_by("at").iterator(chunk_size=2_000):
        if number := _customer(line):
            found.add("Page", line.verb, list(WHOLE), {number}, line.at, line.at, 1)
    return found


def _customer(line: AuditLine) -> int | None:
    """The customer a line is about: its subject, or named beside another subject."""
    if line.subject_kind == "customers.customer":
        return line.subject_id
    number = line.detail.get("customer")
    return number if isinstance(number, int) else None
