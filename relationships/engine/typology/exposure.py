"""Counts and what they are held against: repeat purchases, weeks, years, orders, answers."""

import numpy as np
import numpy.typing as npt

from relationships.engine.typology.column import WINDOW_EDGES_WEEKS, WINDOWS, edge_days
from relationships.engine.typology.evidence import Evidence

Floats = npt.NDArray[np.float64]

WEEKS_PER_YEAR = 52.0
BEFORE_BUYING = 0.5
"""Half an order more than there were: people also ask before they buy."""


def repeat_windows(evidence: Evidence) -> Floats:
    """Purchases per window without the first, which only opens the relation; n × 7."""
    edges = [edge_days(edge, evidence.cycle_weeks) for edge in WINDOW_EDGES_WEEKS]
    age = evidence["first_purchase_age_days"]
    first = np.searchsorted(edges, age, side="right") - 1  # NaN sorts beyond every edge
    counts = evidence.windows("purchases").copy()
    inside = np.flatnonzero(first < WINDOWS)
    counts[inside, first[inside]] -= 1.0
    return np.maximum(counts, 0.0)


def orders_within(evidence: Evidence, channel: str) -> Floats:
    """Purchases in the horizon since the channel is recorded, the first one included."""
    counts = evidence.windows("purchases")
    if np.isinf(evidence.connected.get(channel, np.inf)):
        return np.asarray(counts.sum(axis=1))
    whole, heard = evidence.exposure_weeks("purchases"), evidence.exposure_weeks(channel)
    part = np.divide(heard, whole, out=np.zeros_like(whole), where=whole > 0)
    return np.asarray(np.rint((counts * part).sum(axis=1)))


def order_count(evidence: Evidence, channel: str) -> Floats:
    return orders_within(evidence, channel) + BEFORE_BUYING


def weeks(evidence: Evidence, channel: str) -> Floats:
    """Weeks of the relation, within the horizon, in which the channel was recorded."""
    return np.asarray(evidence.exposure_weeks(channel).sum(axis=1))


def years(evidence: Evidence, channel: str) -> Floats:
    return weeks(evidence, channel) / WEEKS_PER_YEAR


def answers(evidence: Evidence) -> Floats:
    """Clicks and replies, at most one a message."""
    both = evidence["messages_clicked"] + evidence["messages_replied"]
    return np.minimum(both, evidence["messages_sent"])
