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


GATES: dict[str, Gate] = {}


def register(gate: Gate) -> None:
    """The order in which gates are entered is the order in which they are asked."""
    GATES[gate.key] = gate
