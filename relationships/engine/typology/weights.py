"""Evidence weights: what an experience says of mood, closeness and intensity, as readable data."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from relationships.engine.typology.reading import BrokenSpecification, Field, document

Numbers = Mapping[str, float]
LATER = ("feeling_weight", "promise_mood", "promise_weight")
"""Of mood: documents of an earlier release do not know them; see `spec.LATER`."""
MOOD, WEIGHT, HALF = (-1.0, 1.0), (0.0, 100.0), (0.01, 1_000.0)
CREDIT = (0.0, 0.99)  # a repair hardly ever makes up for the failure
BOUNDS: dict[str, dict[str, tuple[float, float]]] = {
    "valence": {
        "start": MOOD, "start_weight": (0.01, 100.0), "negativity": (1.0, 10.0),
        "half_evidence": HALF,
        **{f"star_{star}_mood": MOOD for star in range(1, 6)},
        "order_mood": MOOD, "order_weight": WEIGHT, "orders_most": (0.0, 1_000.0),
        "defect_mood": MOOD, "changed_mind_mood": MOOD, "return_weight": WEIGHT,
        "review_weight": WEIGHT, "csat_weight": WEIGHT, "text_weight": WEIGHT,
        "praise_weight": WEIGHT, "hostile_weight": WEIGHT, "feeling_weight": WEIGHT,
        "promise_mood": MOOD, "promise_weight": WEIGHT,
        "nps_lowest_mood": MOOD, "nps_six_mood": MOOD, "nps_passive_mood": MOOD,
        "nps_nine_mood": MOOD,
        **{f"opt_out_{one}_mood": MOOD for one in ("one", "all", "spam")},
        **{f"opt_out_{one}_weight": WEIGHT for one in ("one", "all", "spam")},
        "buffer_per_order": (0.0, 1.0), "buffer_orders_most": (0.0, 1_000.0),
    },
    "closeness": {
        "breadth_weight": WEIGHT, "disclosure_weight": WEIGHT, "dialogue_weight": WEIGHT,
        "advocacy_weight": WEIGHT, "history_weight": (0.001, 100.0), "commitment_weight": WEIGHT,
        "breadth_half": HALF, "dialogue_half": HALF, "advocacy_half": HALF,
        "history_half_cycles": HALF, "orders_half": HALF, "subscription": (0.0, 1.0),
        "keeps_buying_cycles": HALF, "half_evidence": HALF,
    },
    "intensity": {
        "rate_weight": (0.001, 100.0), "engagement_weight": WEIGHT, "response_weight": WEIGHT,
        "rate_alone_weight": (0.0, 1.0), "spend_alone_weight": (0.0, 1.0),
        "visits_half_per_week": HALF, "heat_half": HALF,
        "complaint_heat": (0.0, 10.0), "hostile_heat": (0.0, 10.0), "half_evidence": HALF,
    },
    "complaints": {
        "minor_weight": WEIGHT, "moderate_weight": WEIGHT, "major_weight": WEIGHT,
        "critical_weight": WEIGHT, "repeat_step": (0.0, 10.0), "repeat_most": (1.0, 100.0),
        "credit_within_1_day": CREDIT, "credit_within_3_days": CREDIT,
        "credit_within_7_days": CREDIT, "credit_later": CREDIT, "credit_dissatisfied": CREDIT,
        "silence_costs": (0.0, 1.0),
    },
}  # fmt: skip


@dataclass(frozen=True)
class Weights:
    """Four tables of numbers by name; moods from −1 to 1, halves where half is reached."""

    valence: Numbers
    closeness: Numbers
    intensity: Numbers
    complaints: Numbers


def read_weights(source: Any, name: str = "weights") -> Weights:
    """Check the four tables of a document; raises BrokenSpecification naming the field."""
    root = Field(source, name)
    tables = {}
    for part, bounds in BOUNDS.items():
        root[part].only(set(bounds))
        tables[part] = {one: root[part][one].number(*bounds[one]) for one in bounds}
    alone = tables["intensity"]["rate_alone_weight"] + tables["intensity"]["spend_alone_weight"]
    if alone > 1.0 + 1e-9:
        raise BrokenSpecification(
            f"{name}.intensity: rate_alone_weight and spend_alone_weight must add up to at most"
            f" 1, not {alone:g}"
        )
    return Weights(**tables)


def shipped_weights() -> dict[str, Any]:
    """The document of weights and calibration constants that comes with the product."""
    found: dict[str, Any] = document(Path(__file__).with_name("weights.json"))
    return found


@cache
def default_weights() -> Weights:
    return read_weights(shipped_weights(), "weights.json")
