"""What a customer may read about themselves on their own page: apps enter their sentences."""

from collections.abc import Callable

from customers.models import Customer

Source = Callable[[Customer], str]
SOURCES: list[Source] = []


def register(source: Source) -> None:
    """Call from `AppConfig.ready`. A source gives one sentence, or "" when it has none."""
    if source not in SOURCES:
        SOURCES.append(source)


def sentences(customer: Customer) -> list[str]:
    return [words for source in SOURCES if (words := source(customer))]
