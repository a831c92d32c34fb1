"""The model card of types as one document, after Mitchell et al. 2019: for programs and files."""

from dataclasses import asdict
from datetime import date
from typing import Any

from relationships import quality_words
from relationships.engine.evaluation import measured
from relationships.queries.quality import Quality, quality
from relationships.queries.richness import richness
from relcrm.base.models import Company

NAME = "Types of relationship"
CONSTANTS = ("cycle_weeks", "reference_order", "repeats_per_week", "click_share")


def card(company: Company, as_of: date, *, frank: bool) -> dict[str, Any]:
    """Its parts in the order of the convention; `frank`: for who may see negative types by name."""
    found, channels = quality(company, as_of), richness(as_of).connected
    return {
        "as_of": as_of,
        "model_details": _details(found),
        "intended_use": quality_words.uses(),
        "out_of_scope": quality_words.misuses(),
        "factors": quality_words.factors(),
        "evaluation_data": quality_words.tried_on(),
        "training_data": found.learned and asdict(found.learned),
        "quantitative_analyses": _analyses(found),
        "ethical_considerations": quality_words.guards(frank=frank),
        "caveats": quality_words.limits(channels, has_answers=bool(found.agreement)),
    }


def _details(found: Quality) -> dict[str, Any]:
    of, by = found.calibrated, found.calibration
    return {
        "name": NAME,
        "edition": found.edition.version,
        "note": found.edition.note,
        "is_adapted": bool(found.edition.document),
        "faults": found.faults,
        "live_from": found.edition.live_from,
        "calibration": of.version if of else None,
        "calibration_in_use": of.is_current if of else None,
        "calibration_of_edition": of.is_of_edition if of else None,
        "calibrated_through": of.data_through if of else None,
        "calibrated_on": of.customers if of else 0,
        "constants": {name: round(getattr(by, name), 6) for name in CONSTANTS},
        "multipliers": {name: round(times, 4) for name, times in by.multipliers.items()},
    }


def _analyses(found: Quality) -> dict[str, Any]:
    kept = measured.kept()
    return {
        "measured_on": kept["measured_on"],
        "is_current": kept["specification"] == measured.fingerprint(),
        "specification": kept["specification"],
        "seed": kept["seed"],
        "runs": kept["runs"],
        "files": kept.get("files", []),
        "shown": found.shown and asdict(found.shown),
        "agreement": found.agreement,
        "stability": found.stability and asdict(found.stability),
        "set_by_hand": found.set_by_hand,
    }
