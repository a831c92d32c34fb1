"""Lists that can leave the house as a file. Apps enter theirs in `AppConfig.ready`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from relcrm.base import roles
from relcrm.base.models import User
from relcrm.lib.refusals import Refused

Query = Mapping[str, Any]  # JSON: which rows


@dataclass(frozen=True)
class Asking:
    """Which list, for whom, and what of it they may not know."""

    query: Query
    user: User
    now: datetime
    withheld: frozenset[str] = frozenset()  # capabilities; a key has fewer than its maker

    def may(self, capability: str) -> bool:
        return capability not in self.withheld and roles.may(self.user, capability)

    @property
    def sees_people(self) -> bool:
        return self.may("see_people")

    @property
    def capabilities(self) -> frozenset[str]:
        return frozenset(name for name in roles.TABLE if self.may(name))


@dataclass(frozen=True)
class Exporter:
    """How one kind of list becomes a table. The first cell of a row is the customer's number."""

    kind: str
    title: str | Promise
    capability: str  # beside "export_data"
    columns: Callable[[Asking], list[str]]
    rows: Callable[[Asking], Iterator[Sequence[Any]]]
    count: Callable[[Asking], int]
    verb: str  # of its line in the audit trail
    # What may stand in the audit trail of the query: no names, no words somebody searched for.
    criteria: Callable[[Query], Mapping[str, Any]] = dict


EXPORTERS: dict[str, Exporter] = {}


def register(exporter: Exporter) -> None:
    EXPORTERS[exporter.kind] = exporter


def exporter(kind: str) -> Exporter:
    if kind not in EXPORTERS:
        raise Refused(f"There is no export of “{kind[:40]}”; choose {', '.join(EXPORTERS)}.")
    return EXPORTERS[kind]
