"""Which relationship each customer has: evidence in, dimensions, type and reasons out."""

from relationships.engine.typology.columns import COLUMNS, NAMES
from relationships.engine.typology.evidence import CHANNELS, Evidence, UnknownChannel
from relationships.engine.typology.reference import evidence_from_events

__all__ = [
    "CHANNELS",
    "COLUMNS",
    "NAMES",
    "Evidence",
    "UnknownChannel",
    "evidence_from_events",
]
