"""Rules of other rooms for a merge, such as: the strictest consent holds. They enter them here.

    def strictest(merging: Merging) -> Notes: …      # after everything has moved
    def parted(merging: Merging, notes: Notes) -> None: …      # after everything went back

    merging.register("consent", strictest, parted)     # in AppConfig.ready

Rows with a key to the customer move by themselves, and those that both have are kept once; a rule
only says what more must hold. It may write rows; when the merge is undone, rows that it wrote are
its own to take back, by what it noted.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model

from customers.models import Customer, Merge
from relcrm.base.audit import Actor

Notes = dict[str, Any]  # JSON; kept in the merge's record, and erased with it


@dataclass(frozen=True)
class Merging:
    """A merge under way: `merged` is about to be no more, or has just come back."""

    survivor: Customer
    merged: Customer
    by: Actor
    now: datetime
    record: Merge = field(default_factory=Merge)

    def moved(self, model: type[Model]) -> list[Any]:
        """The keys of this model's rows that went from the merged customer to the survivor."""
        label = model._meta.label
        found = (keys for name, *_way, keys in self.record.moved if name == label)
        return [key for keys in found for key in keys]


AfterMerge = Callable[[Merging], Notes | None]
AfterUndo = Callable[[Merging, Notes], None]
RULES: dict[str, tuple[AfterMerge, AfterUndo | None]] = {}


def register(name: str, after_merge: AfterMerge, after_undo: AfterUndo | None = None) -> None:
    """Call from `AppConfig.ready`. Both run in the transaction of the merge or its undo."""
    RULES[name] = (after_merge, after_undo)
