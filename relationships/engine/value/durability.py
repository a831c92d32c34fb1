"""How long we may expect to keep a customer: active months of the next 36.

    months = P(alive) · Σ_t S(t),  t = 1 … 36 months

S(t) is the chance of having not left t months from now, given that one is here now. Under BG/NBD
and MBG/NBD one leaves at rate λp, λ ~ Gamma(r+x, α+T) and p ~ Beta(a, b'), b' = b + x (+ 1 for
MBG), which are independent given that one is here (Batislam et al. 2007, eq. 3 factorises). So

    S(t) = E[(1 + zp)^−(r+x)] = ₂F₁(r+x, a; a+b'; −z),  z = t / (α+T)
         = (1+z)^−a ₂F₁(a+b'−r−x, a; a+b'; z/(1+z))

by Pfaff's transformation, whose first two arguments no longer grow with x. The sum over months is
taken as an integral with five Gauss-Legendre nodes: S is smooth, and the error below .01 months.
"""

import numpy as np
from scipy.special import hyp2f1

from relationships.engine.value.bgnbd import BetaGeometric
from relationships.engine.value.discrete.contracted import Contracted
from relationships.engine.value.discrete.occasional import Occasional
from relationships.engine.value.histories import Floats, Histories

MONTHS = 36
WEEKS_OF_A_MONTH = 365.25 / 12 / 7
NODES, WEIGHTS = np.polynomial.legendre.leggauss(5)


def staying(leaving: BetaGeometric, h: Histories, weeks: Floats) -> Floats:
    """S, a row per customer and a column for each of `weeks`."""
    z = weeks[None, :] / (leaving.alpha + h.age)[:, None]
    c = leaving.a + leaving.b + h.repeats + int(leaving.first_may_be_last)
    first = leaving.a + leaving.b + int(leaving.first_may_be_last) - leaving.r
    found = (1 + z) ** -leaving.a * hyp2f1(first, leaving.a, c[:, None], z / (1 + z))
    return np.clip(np.nan_to_num(found), 0.0, 1.0)


def months_ahead(leaving: BetaGeometric | Occasional, h: Histories, alive: Floats) -> Floats:
    """Expected active months of the next 36: 0 … 36."""
    if isinstance(leaving, Occasional):  # steps, not a curve: month by month
        ends = WEEKS_OF_A_MONTH * np.arange(1.0, MONTHS + 1)
        return np.asarray(alive * leaving.staying(h, ends).sum(axis=1))
    half = MONTHS / 2
    at = (half + 0.5 + half * NODES) * WEEKS_OF_A_MONTH  # month t is judged at its end
    unique, inverse = h.grouped()
    total = half * staying(leaving, unique, at) @ WEIGHTS
    return np.asarray(np.clip(alive * total[inverse], 0.0, float(MONTHS)))


def months_of_contract(model: Contracted, h: Histories, alive: Floats) -> Floats:
    """The same of those under contract, by its renewals; NaN for the others."""
    ends = WEEKS_OF_A_MONTH * np.arange(1.0, MONTHS + 1)
    return np.asarray(alive * model.staying(h, ends).sum(axis=1))
