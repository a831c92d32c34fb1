"""Judgements: each customer's relationship, its history, the models behind it, the whole mix."""

from relationships.models.fitted import FittedModel
from relationships.models.forecast import YEARS_KEPT, Cause, Covariate, Forecast
from relationships.models.gap import Gap, GapLabel, GapPicture, Offer
from relationships.models.history import Comparison, Month, Snapshot
from relationships.models.override import Override
from relationships.models.persona import Persona
from relationships.models.picture import Picture
from relationships.models.portfolio import Portfolio
from relationships.models.profile import Family, Profile, ProfileChange
from relationships.models.specification import Edition, Example

__all__ = [
    "YEARS_KEPT",
    "Cause",
    "Comparison",
    "Covariate",
    "Edition",
    "Example",
    "Family",
    "FittedModel",
    "Forecast",
    "Gap",
    "GapLabel",
    "GapPicture",
    "Month",
    "Offer",
    "Override",
    "Persona",
    "Picture",
    "Portfolio",
    "Profile",
    "ProfileChange",
    "Snapshot",
]
