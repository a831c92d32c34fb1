"""Customers as lines of a spreadsheet, with what this person may see of them."""

from collections.abc import Iterator, Sequence
from typing import Any

from customers.models import Customer
from relationships.labels import judged, label
from relationships.veil import is_veiled

PERSONAL = ("name", "email", "phone", "city")
COLUMNS = (
    "customer", *PERSONAL, "country", "relationship", "next_step", "still_with_us",
    "value_low", "value", "value_high", "last_seen_on",
)  # fmt: skip


def columns(*, sees_people: bool) -> list[str]:
    """Without people's names for those who may not see them."""
    return [name for name in COLUMNS if sees_people or name not in PERSONAL]


def lines(
    customers: Iterator[Customer], wanted: Sequence[str], *, frank: bool
) -> Iterator[list[Any]]:
    """`frank`: negative relationships by name."""
    for customer in customers:
        facts = _facts(customer, frank=frank)
        yield [facts[name] for name in wanted]


def _facts(customer: Customer, *, frank: bool) -> dict[str, Any]:
    profile = judged(customer)
    is_told = profile is not None and not is_veiled(profile.family, frank=frank)
    return {
        "customer": customer.pk,
        **{name: getattr(customer, name) for name in (*PERSONAL, "country")},
        "relationship": label(profile, frank=frank).words if profile else "",
        "next_step": profile.next_step if is_told else "",
        "still_with_us": _round(profile.alive, 3) if profile else "",
        **{name: _round(getattr(profile, name, None), 2)
           for name in ("value_low", "value", "value_high")},
        "last_seen_on": customer.last_seen_on or "",
    }  # fmt: skip


def _round(number: float | None, digits: int) -> float | str:
    return "" if number is None else round(number, digits)
