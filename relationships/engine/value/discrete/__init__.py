"""Buying and staying that happen only at fixed moments: occasions to give, contracts to renew.

occasions = Occasions.of(taken, last_taken, offered)          # donations, fixed dates
giving = bgbb.fit(occasions, prior=False)
contracts = Contracts.of(periods, cancelled)                  # a cancellation has a date
staying = renewal.fit(contracts, prior=False)
"""

from relationships.engine.value.discrete.bgbb import BetaGeometricBetaBernoulli
from relationships.engine.value.discrete.calendar import Calendar
from relationships.engine.value.discrete.contracted import UNDER_CONTRACT, Contracted
from relationships.engine.value.discrete.contracts import Contracts, NoContracts
from relationships.engine.value.discrete.occasional import FIXED_DATES, Occasional
from relationships.engine.value.discrete.occasions import NoOccasions, Occasions
from relationships.engine.value.discrete.renewal import BadDiscount, Renewal
from relationships.engine.value.discrete.spells import Spells

__all__ = [
    "FIXED_DATES",
    "UNDER_CONTRACT",
    "BadDiscount",
    "BetaGeometricBetaBernoulli",
    "Calendar",
    "Contracted",
    "Contracts",
    "NoContracts",
    "NoOccasions",
    "Occasional",
    "Occasions",
    "Renewal",
    "Spells",
]
