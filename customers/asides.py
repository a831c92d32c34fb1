"""What upper apps say beside a customer on pages of lower ones: they enter it here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from customers.models import Customer
from relcrm.base.models import User


@dataclass(frozen=True, slots=True)
class Aside:
    """A card to show beside a customer: its template and what the template needs."""

    template: str
    words: dict[str, Any] = field(default_factory=dict)


Source = Callable[[Customer, User], Aside | None]
SOURCES: list[Source] = []


def register(source: Source) -> None:
    """Call from `AppConfig.ready`."""
    if source not in SOURCES:
        SOURCES.append(source)


def beside(customer: Customer, user: User) -> list[Aside]:
    """Every card that has something to say to this person about this customer."""
    return [aside for source in SOURCES if (aside := source(customer, user))]
