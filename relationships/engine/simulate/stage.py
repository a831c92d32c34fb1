"""The stage of an invented world: what is there before anything happens."""

from dataclasses import dataclass

import numpy as np

from relationships.engine.simulate.clock import Clock, Ints
from relationships.engine.simulate.lives import Lives
from relationships.engine.simulate.parameters import Floats, Parameters
from relationships.engine.simulate.people import People
from relationships.engine.simulate.shop import Shop


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Habits, calendar, lives, people and the shop."""

    p: Parameters
    clock: Clock
    lives: Lives
    people: People
    shop: Shop

    def habit(self, name: str, stint: Ints) -> Floats:
        """The figure of a behaviour for the type of each stint."""
        return self.p.behaviour[name][self.lives.kind[stint]]

    def at(self, customer: Ints, day: Floats, hour: Floats) -> Floats:
        """The instant at an hour of the customer's own clock on a day."""
        return self.clock.local(day, hour, self.people.hours_ahead[customer])

    def moods(self, rng: np.random.Generator, stint: Ints) -> Floats:
        """How each is feeling about the shop at some moment of a stint, −1 to 1."""
        swing = self.habit("swing", stint) * rng.normal(size=len(stint))
        usual = self.habit("mood", stint) + self.people.temper[self.lives.customer[stint]]
        return np.clip(usual + swing, -1, 1)
