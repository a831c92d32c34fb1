"""One dimension of a relationship: value, certainty, and what moved it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Dimension:
    """For n customers: value, amount of evidence, standard error, contribution of each source.

    `contributions` is n × len(sources). Those of valence add up to the value less its start, those
    of closeness and intensity to the value. `confidence` is evidence / (evidence + half).
    """

    value: Floats
    evidence: Floats
    confidence: Floats
    standard_error: Floats
    sources: tuple[str, ...]
    contributions: Floats

    def top(self, at: int, most: int = 5) -> list[tuple[str, float]]:
        """The sources that moved one customer's value most, strongest first."""
        row = self.contributions[at]
        order = np.argsort(-np.abs(row), kind="stable")[:most]
        return [(self.sources[one], float(row[one])) for one in order if abs(row[one]) > 5e-4]


def confidence(evidence: Floats, half: float) -> Floats:
    return np.asarray(evidence / (evidence + half))


def saturated(amount: Floats, half: float) -> Floats:
    """u(x; x50) = 1 − 2^(−x/x50): 0 at nothing, ½ at x50, towards 1."""
    return np.asarray(1.0 - np.exp2(-amount / half))


def weighted(parts: dict[str, Floats], weights: dict[str, float], known: Floats) -> Floats:
    """Contributions of the parts, n × parts; a part that is not known gives its weight away."""
    weight = np.array([weights[name] for name in parts]) * known
    whole = np.maximum(weight.sum(axis=1, keepdims=True), 1e-12)
    return np.asarray(np.column_stack(list(parts.values())) * weight / whole)
