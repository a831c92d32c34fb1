"""How far the chance of coming back came true: by family, time with the company and country."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from relationships.engine.evaluation.reliability import Reliable, bands, groups, large_enough
from relationships.engine.evaluation.validity.frozen import Frozen
from relationships.engine.evaluation.validity.measures import Outcome
from relationships.engine.typology import typology


def believed(
    some: Frozen,
    outcome: Outcome,
    chance: npt.NDArray[np.float64],
    countries: "pd.Series[str]",
) -> list[Reliable]:
    """`chance` is out of fold; `countries` by customer, empty where the file has none."""
    came, kinds = outcome.came_back, typology()
    families = np.array(tuple(kinds.families))[some.verdicts.families.argmax(axis=1)]
    found = groups("", "family", families, chance, came)
    found += groups("", "time", bands(some.evidence.tenure_weeks), chance, came)
    if len(countries):
        where = countries.reindex(pd.Index(some.customers)).to_numpy().astype(str)
        found += groups("", "country", large_enough(where), chance, came)
    return found
