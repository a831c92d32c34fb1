"""The three dimensions of a relationship together: valence, closeness, intensity."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from relationships.engine.typology.calibration import Calibration
from relationships.engine.typology.closeness import closeness
from relationships.engine.typology.dimension import Dimension
from relationships.engine.typology.evidence import Evidence
from relationships.engine.typology.intensity import intensity
from relationships.engine.typology.valence import valence
from relationships.engine.typology.weights import Weights, default_weights

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Dimensions:
    valence: Dimension
    closeness: Dimension
    intensity: Dimension

    @property
    def confidence(self) -> Floats:
        """Geometric mean of the three."""
        three = (self.valence, self.closeness, self.intensity)
        product = np.prod([one.confidence for one in three], axis=0)
        return np.asarray(np.cbrt(product))


def dimensions(
    evidence: Evidence,
    calibration: Calibration,
    alive: Floats,
    weights: Weights | None = None,
) -> Dimensions:
    """§2.2 to §2.4 for n customers; `alive` is each one's probability of still being with us."""
    by = weights or default_weights()
    return Dimensions(
        valence(evidence, by.valence),
        closeness(evidence, alive, by.closeness),
        intensity(evidence, calibration, alive, by.intensity),
    )
