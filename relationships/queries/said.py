"""What people say that a relationship is: answers to a survey, and labels set by colleagues."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from customers.models import Customer, Interaction, Kind
from customers.timeline import end_of, start_of
from relationships.engine.gap.answers import CATEGORY, HIGH, LOW
from relationships.engine.gap.terms import terms
from relationships.engine.typology import typology
from relationships.models import Override
from relationships.queries.gap.stated import stated
from relcrm.base import company as companies

FRESH = timedelta(days=365)  # what was said longer ago is not about today
ANSWER, HALF, COLLEAGUE = 1.0, 0.5, 0.5
TODAY_TYPES = (("N3",), ("N1",), ("N5",))  # stuck with us, let down, an opponent
WELL, ILL = 1.0, -1.0  # on the scale from −3 to 3 of how dealing with us leaves them


@dataclass(frozen=True)
class Said:
    """Labels of some customers (ascending ids): which types each may mean, and its weight."""

    customers: NDArray[np.int64]
    types: NDArray[np.bool_]  # n × types
    weights: NDArray[np.float64]


def said(as_of: date) -> Said:
    """Of those who may be judged. Whoever answered is not also counted as a colleague sees them."""
    answered = _answered(as_of)
    rows = {pk: (kinds, weight) for pk, kinds, weight in answered}
    for pk, kinds in _overridden(as_of):
        rows.setdefault(pk, (kinds, COLLEAGUE))
    allowed = Customer.objects.judgeable().filter(pk__in=list(rows)).order_by("pk")
    ids = list(allowed.values_list("pk", flat=True))
    count = len(typology().keys)
    types = np.zeros((len(ids), count), dtype=np.bool_)
    for at, pk in enumerate(ids):
        types[at, _places(rows[pk][0])] = True
    weights = np.array([rows[pk][1] for pk in ids], dtype=np.float64)
    return Said(np.array(ids, dtype=np.int64), types, weights)


def _answered(as_of: date) -> list[tuple[int, tuple[str, ...], float]]:
    """Answers to "what are we today?"; half a weight where mood or closeness do not go with it."""
    asked = Interaction.objects.filter(
        kind=Kind.SURVEY_ANSWER, category=CATEGORY, occurred_on__range=(as_of - FRESH, as_of)
    )
    ids = np.array(
        sorted(set(asked.values_list("customer_id", flat=True))), dtype=np.int64
    )  # one answer a customer and year, so never many more than there are people
    answers, _ = stated(ids, as_of, with_preferences=False)
    meant = (*(wish.types for wish in terms().wishes), *TODAY_TYPES)
    today, ages, feeling = answers.of("q2"), answers.ages[:, 1], answers.of("q11")
    near = (answers.of("q4") - LOW) / (HIGH - LOW)
    found = []
    for pk, place, age, mood, close in zip(ids.tolist(), today, ages, feeling, near, strict=True):
        if np.isnan(place) or age > FRESH.days:
            continue
        kinds = tuple(meant[int(place)])
        is_hurt = int(place) >= len(terms().wishes)
        is_odd = mood >= WELL if is_hurt else mood <= ILL  # NaN is neither
        is_odd = is_odd or _is_far(close, kinds)
        found.append((pk, kinds, HALF if is_odd else ANSWER))
    return found


def _is_far(close: float, kinds: tuple[str, ...]) -> bool:
    """Whether the closeness they report (NaN: none) is that of none of these types: further from
    each than two of the spreads with which people tick one."""
    far = 2 * terms().closeness_spread
    return all(abs(close - typology()[kind].closeness) > far for kind in kinds)


def _overridden(as_of: date) -> list[tuple[int, tuple[str, ...]]]:
    """The newest word of a colleague on each; a family means any of its types."""
    zone = companies.current().tzinfo
    set_then = (start_of(as_of - FRESH, zone), end_of(as_of, zone))
    rows = Override.objects.filter(set_at__gte=set_then[0], set_at__lt=set_then[1]).order_by("pk")
    newest = {pk: (family, key) for pk, family, key in
              rows.values_list("customer_id", "family", "type")}  # fmt: skip
    inside = {
        family: tuple(kind.key for kind in typology().types if kind.family == family)
        for family in typology().families
    }
    return [(pk, (key,) if key else inside[family]) for pk, (family, key) in newest.items()]


def _places(keys: tuple[str, ...]) -> list[int]:
    return [typology().keys.index(key) for key in keys]
