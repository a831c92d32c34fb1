"""The value of everyone without judging them: the steps that benchmarks.scoring times."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from django.db import transaction

from relationships.actions import staged
from relationships.actions.forecasting import keep_forecasts
from relationships.engine import value
from relationships.engine.typology.columns import COLUMNS, PLACE
from relationships.engine.typology.evidence import Evidence
from relationships.engine.value import bgnbd, gammagamma, nbd, paretonbd
from relationships.queries.evidence import Shard, day_number
from relationships.queries.judging import Standard
from relationships.queries.purchases import buyers_and_costs
from relationships.queries.sources import EVERYTHING, Clause

BLOCK = 10_000


class Pipeline:
    """Each step leaves for the next what it found. Of customers from this number on."""

    def __init__(self, rule: Standard, first: int = 0) -> None:
        self.rule, self.first = rule, first

    def steps(self) -> Iterator[tuple[str, Callable[[], None]]]:
        yield "purchases and costs summed up, one GROUP BY, read", self.read
        yield "four models of buying and one of spending", self.fit
        yield "scored and written back", self.score

    def read(self) -> None:
        some: Clause = (f" AND i.customer_id >= {self.first}", ()) if self.first else EVERYTHING
        self.bought, self.money = buyers_and_costs(self.rule.as_of, self.rule.company, some)

    def fit(self) -> None:
        """The model of the kind in use, as it has just been fitted, forecasts."""
        h, rng = self.bought.histories, np.random.default_rng(1)
        bought = h.repeats + 1
        fitted = [
            nbd.fit(h, prior=False),
            bgnbd.fit(h, first_may_be_last=False, prior=False),
            bgnbd.fit(h, first_may_be_last=True, prior=False),
            paretonbd.fit(h, prior=False, rng=rng),
        ]
        self.models = replace(
            self.rule.models,
            models={**self.rule.models.models, **{one.name: one for one in fitted}},
            spend=gammagamma.fit(bought, self.bought.spent / bought, prior=False),
        )

    def score(self) -> None:
        for at in range(0, len(self.bought), BLOCK):
            self._score(slice(at, at + BLOCK))

    def _score(self, rows: slice) -> None:
        """Written as scoring does, for those who have a profile."""
        some, rule = self._shard(rows), self.rule
        h, money = self.bought.histories.rows(rows), self.money.rows(rows)
        scores = value.score(self.models, h, money, rule.terms)
        with transaction.atomic():
            staged.fill("judged_stage", {"customer": some.evidence.customers})
            keep_forecasts(some, scores, rule)

    def _shard(self, rows: slice) -> Shard:
        h = self.bought.histories.rows(rows)
        values = np.zeros((len(h), len(COLUMNS)))
        values[:, PLACE["spend"]] = self.bought.spent[rows]
        day, cycle = day_number(self.rule.as_of), self.rule.calibration.cycle_weeks
        evidence = Evidence(self.bought.customer[rows], values, day, cycle, {})
        return Shard(evidence, h.repeats + 1, 7 * h.age, 7 * (h.age - h.last_seen), {})
