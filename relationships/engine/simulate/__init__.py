"""An invented shop whose customers' relationships are known, for demonstration and evaluation."""

from relationships.engine.simulate.parameters import (
    BadParameters,
    Parameters,
    parameters,
    vocabulary,
)
from relationships.engine.simulate.world import World, world

__all__ = ["BadParameters", "Parameters", "World", "parameters", "vocabulary", "world"]
