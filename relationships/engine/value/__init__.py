"""What customers are worth: who is alive, how often they will buy, for how much, how surely.

purchases = PurchaseDays.gather(customer, day, amount)     # from the database, any order
models = fit_all(purchases, as_of_day=day, rng=rng)        # typed outcome at any size
stored = models.to_json()                                  # a few dozen numbers
scores = score(ModelSet.from_json(stored), histories, money, Terms(margin_rate=0.3))
low, high = models.spread.interval(scores.value.sum())     # of the whole portfolio
"""

from relationships.engine.value.backtest import Line, Origin
from relationships.engine.value.choice import (
    Chosen,
    NoChurnYet,
    NotTestedYet,
    Outcome,
    TooLittleHistory,
)
from relationships.engine.value.clv import BadTerms, Terms
from relationships.engine.value.histories import BadHistories, Histories
from relationships.engine.value.losing import CAUSES
from relationships.engine.value.models import PurchaseModel, UnknownModel
from relationships.engine.value.modelset import ModelSet, fit_all
from relationships.engine.value.money import Money
from relationships.engine.value.parts import PARTS
from relationships.engine.value.purchases import PurchaseDays
from relationships.engine.value.rhythm import Next
from relationships.engine.value.scores import Scores, score

__all__ = [
    "CAUSES",
    "PARTS",
    "BadHistories",
    "BadTerms",
    "Chosen",
    "Histories",
    "Line",
    "ModelSet",
    "Money",
    "Next",
    "NoChurnYet",
    "NotTestedYet",
    "Origin",
    "Outcome",
    "PurchaseDays",
    "PurchaseModel",
    "Scores",
    "Terms",
    "TooLittleHistory",
    "UnknownModel",
    "fit_all",
    "score",
]
