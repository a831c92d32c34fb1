"""Types that the best judge takes for each other, as one class (relationship science §4.1)."""

import numpy as np
import numpy.typing as npt

from relationships.engine.typology import typology

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

PAIRS = (("R5", "M2"), ("R4", "R2"), ("R3", "R2"), ("R6", "D3"), ("R2", "R1"))
"""Best friend and devoted partner; good friend, one-room friend and acquaintance with the casual
buddy, who stands between them, so that these four are one; old friend and drifting apart."""
AS_ONE = ", hardest pairs as one"


def classes() -> Places:
    """The class of each type: its own, or the one that it shares."""
    codes = list(typology().keys)
    place = np.arange(len(codes))
    for pair in PAIRS:
        one, other = (place[codes.index(code)] for code in pair)
        place[place == other] = one
    return np.unique(place, return_inverse=True)[1]


def together(chances: Floats) -> Floats:
    """Of each class what its types have."""
    of = classes()
    return np.asarray(chances @ np.eye(of.max() + 1)[of])


def shared(types: Places) -> Places:
    """Places of types, −1 for none, as places of classes."""
    return np.where(types < 0, -1, classes()[types])
