"""Groups of customers alike in context and habits, and what sets a group apart.

docs/method/personae.md explains each step.
"""

from relationships.engine.personae.clusters import (
    FEWEST_PEOPLE,
    SAMPLE,
    Groups,
    Nothing,
    TooLittle,
    Tried,
    find_groups,
)
from relationships.engine.personae.encoding import Encoder, encoder, usable
from relationships.engine.personae.lifts import Lift, lifts
from relationships.engine.personae.traits import Marks, Trait, marks, traits

__all__ = [
    "FEWEST_PEOPLE",
    "SAMPLE",
    "Encoder",
    "Groups",
    "Lift",
    "Marks",
    "Nothing",
    "TooLittle",
    "Trait",
    "Tried",
    "encoder",
    "find_groups",
    "lifts",
    "marks",
    "traits",
    "usable",
]
