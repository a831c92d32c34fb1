"""Turning points: when a relationship takes another course, and by which mechanism.

The mechanisms are those of Zhang, Watson, Palmatier & Dant (2016): exploration, endowment and
recovery lead up, neglect and betrayal down.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from relationships.engine.typology.evidence import Evidence
from relationships.engine.typology.typology import Typology, typology

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.integer]

MECHANISMS = ("exploration", "endowment", "recovery", "neglect", "betrayal")
EXPLORATION, ENDOWMENT, RECOVERY, NEGLECT, BETRAYAL = range(len(MECHANISMS))
DIVERGENCE = 0.3
"""Kullback-Leibler divergence of one month's probabilities from the last one's (§3.4)."""
LEAST = 1e-6
ONCE_CLOSE = 0.4
"""Signature "peak" from which a distant type is one that was close before."""


@dataclass(frozen=True)
class State:
    """What was thought of n customers at one time; a row of NaN for those not known then."""

    chances: Floats  # n × K
    held: Places  # place of the type held, -1 for none


def divergence(now: Floats, then: Floats) -> Floats:
    """KL(now ‖ then) in natural logs, row by row."""
    now, then = np.maximum(now, LEAST), np.maximum(then, LEAST)
    return np.asarray((now * np.log(now / then)).sum(axis=1))


def depth(chances: Floats, types: Typology | None = None) -> Floats:
    """How good and close a relationship is expected to be: mean mood and closeness of its types."""
    kinds = (types or typology()).types
    return np.asarray(chances @ np.array([kind.closeness + kind.valence for kind in kinds]))


def turned(now: State, then: State, types: Typology | None = None) -> Bools:
    """Whether this is a turning point: another family, or quite another picture."""
    families = (types or typology()).family_of
    known = (then.held >= 0) & ~np.isnan(then.chances[:, 0])
    other = families[now.held] != families[np.maximum(then.held, 0)]
    far = divergence(now.chances, np.nan_to_num(then.chances)) > DIVERGENCE
    return np.asarray(known & (other | far))


@dataclass(frozen=True)
class Since:
    """What n customers met between the two times."""

    hurt: Bools  # a complaint, a bad review or answer, a hostile post
    mended: Bools  # a complaint that ended well
    gift: Bools  # an order at a discount, of those who are no longer new

    @classmethod
    def between(cls, now: Evidence, then: Evidence) -> "Since":
        """From the evidence of the same customers at both times."""
        return cls(
            hurt=_grew(now, then, "complaints_filed", "stars_1", "stars_2", "nps_low")
            | _happened(now, then, "hostile_age_days", "severe_complaint_age_days")
            | (now.recent("complaints") > then.recent("complaints")),
            mended=_grew(now, then, "complaints_satisfied"),
            gift=_grew(now, then, "orders_discounted") & (now.tenure_weeks > 2 * now.cycle_weeks),
        )


def _grew(now: Evidence, then: Evidence, *names: str) -> Bools:
    return np.asarray(np.any([now[name] > then[name] for name in names], axis=0))


def _happened(now: Evidence, then: Evidence, *ages: str) -> Bools:
    days = now.as_of_day - then.as_of_day
    return np.asarray(np.any([now[age] < days for age in ages], axis=0))


def mechanism(now: State, then: State, since: Since, types: Typology | None = None) -> Places:
    """Place in MECHANISMS for each move, whether it is a turning point or not."""
    kinds = types or typology()
    rises = depth(now.chances, kinds) >= depth(np.nan_to_num(then.chances), kinds)
    was, held = _families(then.held, kinds), _families(now.held, kinds)
    peak = np.array([kind.signature.get("peak", 0.0) for kind in kinds.types])
    was_lost = (was == "distant") & (peak[np.maximum(then.held, 0)] >= ONCE_CLOSE)
    back = (was == "negative") | was_lost | since.mended
    known = np.isin(was, ("friend", "marriage")) | since.gift
    up = np.where(back, RECOVERY, np.where(known, ENDOWMENT, EXPLORATION))
    fell_out = since.hurt | ((held == "negative") & (was != "negative"))
    down = np.where(fell_out, BETRAYAL, NEGLECT)
    return np.where(rises, up, down)


def _families(held: Places, kinds: Typology) -> npt.NDArray[np.str_]:
    names = np.array([*kinds.families, ""])
    return np.asarray(names[np.where(held >= 0, kinds.family_of[np.maximum(held, 0)], -1)])
