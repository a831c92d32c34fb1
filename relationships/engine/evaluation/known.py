"""Customers whose true type is known, whichever way they were invented."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from relationships.engine.typology import Evidence, typology
from relationships.engine.typology.spec import Spec


@dataclass(frozen=True)
class Known:
    """`types`: each customer's true type by its code; `categories`: the names behind the counts;
    `truth`: the specification they were drawn from, where they were drawn from one; `countries`:
    where they live, where that was invented too."""

    types: npt.NDArray[np.str_]
    evidence: Evidence
    categories: tuple[str, ...]
    truth: Spec | None = None
    countries: npt.NDArray[np.str_] | None = None

    def __len__(self) -> int:
        return len(self.types)

    @property
    def places(self) -> npt.NDArray[np.intp]:
        """Places of the true types in the typology."""
        return np.array([typology().keys.index(code) for code in self.types], dtype=np.intp)
