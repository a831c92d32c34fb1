"""Gates: what upper apps know that keeps messages back. They enter theirs in `AppConfig.ready`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Gate:
    """A rule of another app. `closed(now)` gives rows of (customer_id, until) for whom it is
    closed, each customer once, `until` null while nobody can say; it is joined, never looped over.
    """

    key: str
    words: Words  # "A complaint is open"
    why: Words
    closed: Callable[[datetime], QuerySet[Any]]
    is_legal: bool = False  # then nobody can overrule it
    purposes: tuple[str, ...] = ("marketing", "survey")
    topics: frozenset[str] = frozenset()  # of marketing only messages about these; none: any

    def minds(self, purpose: str, topic: str) -> bool:
        """Whether a message for this purpose, about this, has to pass here."""
        if purpose not in self.purposes:
            return False
        about = topic.strip().casefold().replace(" ", "_").replace("-", "_")
        return purpose != "marketing" or not self.topics or about in self.topics


GATES: dict[str, Gate] = {}


def register(gate: Gate) -> None:
    """The order in which gates are entered is the order in which they are asked."""
    GATES[gate.key] = gate
