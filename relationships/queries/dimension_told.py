"""What moved a dimension, in a sentence that says no more than its strength supports."""

from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from relationships.engine.typology import Calibration, Evidence
from relationships.engine.typology.column import WINDOW_EDGES_WEEKS, edge_days
from relationships.engine.typology.intensity import engagement, purchase_rate, response
from relationships.engine.typology.sentences import YEARS_FROM_WEEKS, in_years
from relationships.engine.typology.weights import Numbers
from relationships.queries.dimension_words import (
    COUNTED,
    GRADED,
    LEAST,
    LITTLE,
    SENTENCES,
    UNSATISFIED,
    USED_TO,
)

RECENT_WINDOWS = 5  # of the seven windows, those up to 26 weeks at a cycle of 8
LATEST_WINDOWS = 3  # those up to 8 weeks at a cycle of 8
QUIET = 0.5  # help asked for, complaints and hostile posts, faded: none of them is of late


def told(source: str, moved: float, figures: dict[str, Any], *, signed: bool) -> tuple[str, str]:
    """Its direction ("up", "flat", "down") and the sentence."""
    if not signed and moved < LEAST and source in LITTLE:
        return "down", _(LITTLE[source])
    if source in GRADED and not signed:
        return _graded(source, figures)
    direction = "down" if moved < 0 else "up" if moved > LEAST else "flat"
    if source == "complaints" and figures["is_unsatisfied"]:
        return direction, _(UNSATISFIED)
    if source not in COUNTED:
        return direction, _(SENTENCES[source]).format(**figures)
    if not signed and not figures[COUNTED[source][0]]:
        direction = "down"  # the little that shrinkage leaves is not a strength
    return direction, _counted(source, figures)


def _counted(source: str, figures: dict[str, Any]) -> str:
    figure, *none_one_many = COUNTED[source]
    return _(none_one_many[min(round(figures[figure]), 2)]).format(**figures)


def _graded(source: str, figures: dict[str, Any]) -> tuple[str, str]:
    """By how strong it is on its own scale, where ½ is usual or half reached."""
    if source == "engagement" and figures["has_gone_quiet"]:
        return "flat", _(USED_TO)
    direction, words = next(
        (way, words) for least, way, words in GRADED[source] if figures[source] >= least
    )
    counted = _counted(source, figures) if source in COUNTED else ""
    return direction, _(words).format(counted=counted)


def figures_of(evidence: Evidence, calibration: Calibration, by: Numbers) -> dict[str, Any]:
    """Numbers that the sentences quote, and the strengths that choose among them; `by` are the
    weights of intensity."""
    quoted = ("orders", "complaints_open")
    orders = float(evidence["orders"][0])
    return {
        **{name: float(evidence[name][0]) for name in quoted},
        "is_unsatisfied": not evidence["complaints_open"][0]
        and bool(evidence["complaints_unsettled"][0] > 0),
        "profile_fields": float(np.nan_to_num(evidence["profile_fields"])[0]),
        "tenure": _weeks(evidence.tenure_weeks[0]),
        "messages": _messages(evidence["messages_sent"][0]),
        "fine_orders": float(evidence["purchases_365"][0]),
        "recent_orders": float(evidence.windows("purchases")[0, :RECENT_WINDOWS].sum()),
        "recent_weeks": edge_days(WINDOW_EDGES_WEEKS[RECENT_WINDOWS], evidence.cycle_weeks) / 7,
        "answers": float((evidence["messages_clicked"] + evidence["messages_replied"])[0]),
        "order_value": float(evidence["spend"][0]) / max(orders, 1.0),
        **_strengths(evidence, calibration, by),
    }


def _strengths(evidence: Evidence, calibration: Calibration, by: Numbers) -> dict[str, Any]:
    """Of what intensity is made of, each between 0 and 1."""
    seen = evidence.windows("visits")[0]
    heat = evidence["support_fast"] + evidence["complaints_fast"] + evidence["hostile_fast"]
    return {
        "engagement": float(engagement(evidence, by)[0]),
        "response": float(response(evidence, calibration)[0]),
        "rate": float(purchase_rate(evidence, calibration)[0][0]),
        "has_gone_quiet": bool(
            seen.sum() > 0 and not seen[:LATEST_WINDOWS].sum() and heat[0] < QUIET
        ),
    }


def _weeks(n: float) -> str:
    whole = max(round(float(n)), 1)
    if whole >= YEARS_FROM_WEEKS:
        return in_years(whole, _)
    return ngettext("%d week", "%d weeks", whole) % whole


def _messages(n: float) -> str:
    return ngettext("%d message", "%d messages", round(float(n))) % round(float(n))
