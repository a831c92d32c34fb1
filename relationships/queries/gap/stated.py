"""What customers stated: answers to the survey of wishes and standing preferences."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from customers.models import Customer, Interaction, Kind
from relationships.engine.gap import Answers, gather
from relationships.engine.gap.answers import CATEGORY
from relationships.queries.evidence import whose

Row = tuple[int, float, Mapping[str, Any]]
STANDING = ("wish", "pace")  # preferences that answer a question of the survey, without a day
PACE = "pace_per_month"


def stated(
    ids: NDArray[np.int64], as_of: date, *, with_preferences: bool = True
) -> tuple[Answers, NDArray[np.float64]]:
    """Answers of these customers (ascending ids) by the end of that day, and the messages a month
    they asked for at most (NaN: they did not).

    Preferences have no day: leave them out to look at a day in the past.
    """
    pace = np.full(len(ids), np.nan)
    rows = list(_answered(ids, as_of))
    if with_preferences:
        for place, told in _preferred(ids):
            rows.append((place, np.nan, {key: told[key] for key in STANDING if told.get(key)}))
            pace[place] = _pace(told.get(PACE))
    return gather(len(ids), rows), pace


def _answered(ids: NDArray[np.int64], as_of: date) -> Iterator[Row]:
    """The oldest answer of each customer first."""
    found = Interaction.objects.filter(
        kind=Kind.SURVEY_ANSWER, category=CATEGORY, occurred_on__lte=as_of, **whose(ids)
    ).order_by("customer_id", "occurred_at", "pk")
    for pk, day, told in found.values_list("customer_id", "occurred_on", "properties"):
        if (place := _place(ids, pk)) is not None and isinstance(told, dict):
            yield place, float((as_of - day).days), told


def _preferred(ids: NDArray[np.int64]) -> Iterator[tuple[int, dict[str, Any]]]:
    theirs = {"pk" + name.removeprefix("customer"): value for name, value in whose(ids).items()}
    found = Customer.objects.filter(preferences__has_any_keys=[*STANDING, PACE], **theirs)
    for pk, told in found.values_list("pk", "preferences"):
        if (place := _place(ids, pk)) is not None and isinstance(told, dict):
            yield place, told


def _place(ids: NDArray[np.int64], pk: int) -> int | None:
    at = int(np.searchsorted(ids, pk))
    return at if at < len(ids) and ids[at] == pk else None


def _pace(told: Any) -> float:
    is_number = isinstance(told, int | float) and not isinstance(told, bool) and told >= 0
    return float(told) if is_number else np.nan
