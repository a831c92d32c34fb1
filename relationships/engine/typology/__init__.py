"""Which relationship each customer has: evidence in, dimensions, type and reasons out."""

from relationships.engine.typology.calibration import Calibration, calibrate, read_calibration
from relationships.engine.typology.classify import SPEAKERS, Verdicts, classify
from relationships.engine.typology.columns import COLUMNS, NAMES
from relationships.engine.typology.cycle import cycle_weeks
from relationships.engine.typology.dimensions import Dimensions, dimensions
from relationships.engine.typology.em import calibrate_channels
from relationships.engine.typology.evidence import CHANNELS, Evidence, UnknownChannel
from relationships.engine.typology.reading import BrokenSpecification
from relationships.engine.typology.reference import evidence_from_events
from relationships.engine.typology.shown import Labels, Previous
from relationships.engine.typology.spec import Spec, default_spec, read_spec
from relationships.engine.typology.specification import (
    Specification,
    arranged,
    faults,
    read_specification,
    shipped,
    shipped_document,
)
from relationships.engine.typology.typology import (
    UNDETERMINED,
    TypeSpec,
    Typology,
    read_typology,
    typology,
)

__all__ = [
    "CHANNELS",
    "COLUMNS",
    "NAMES",
    "SPEAKERS",
    "UNDETERMINED",
    "BrokenSpecification",
    "Calibration",
    "Dimensions",
    "Evidence",
    "Labels",
    "Previous",
    "Spec",
    "Specification",
    "TypeSpec",
    "Typology",
    "UnknownChannel",
    "Verdicts",
    "arranged",
    "calibrate",
    "calibrate_channels",
    "classify",
    "cycle_weeks",
    "default_spec",
    "dimensions",
    "evidence_from_events",
    "faults",
    "read_calibration",
    "read_spec",
    "read_specification",
    "read_typology",
    "shipped",
    "shipped_document",
    "typology",
]
