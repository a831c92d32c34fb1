"""How long we may expect to keep a customer: active months of the next 36.

    months = P(alive) · Σ_t S(t),  t = 1 … 36 months

S(t) is the chance of having not left t months from now, given that one is here now. Under BG/NBD
and MBG/NBD one leaves at rate λp, λ ~ Gamma(r+x, α+T) and p ~ Beta(a, b'), b' = b + x (+ 1 for
MBG), which are independent given that one is here (Batislam et al. 2007, eq. 3 factorises). So

    S(t) = E[(1 + zp)^−(r+x)] = ₂F₁(r+x, a; a+b'; −z),  z = t / (α+T)
         = (1+z)^−a ₂F₁(a+b'−r−x, a; a+b'; z/(1+z))

by Pfaff's transformation, whose first two arguments no longer grow with x. Where all customers are
about equally likely to leave (a and b in the thousands) that overflows, and the mean is taken over
midpoints of p instead. By Jensen's inequality S ≥ (1 + z E[p])^−(r+x), which tells where. The sum
over months is taken as an integral with five Gauss-Legendre nodes: S is smooth, and the error below
.01 months.
"""

import numpy as np
from scipy.special import betaincinv, hyp2f1

from relationships.engine.value.bgnbd import BetaGeometric
from relationships.engine.value.discrete.contracted import Contracted
from relationships.engine.value.discrete.occasional import Occasional
from relationships.engine.value.histories import Floats, Histories

MONTHS = 36
WEEKS_OF_A_MONTH = 365.25 / 12 / 7
MIDPOINTS = 64
NODES, WEIGHTS = np.polynomial.legendre.leggauss(5)


def staying(leaving: BetaGeometric, h: Histories, weeks: Floats) -> Floats:
    """S, a row per customer and a column for each of `weeks`."""
    z = weeks[None, :] / (leaving.alpha + h.age)[:, None]
    c = leaving.a + leaving.b + h.repeats + int(leaving.first_may_be_last)
    first = leaving.a + leaving.b + int(leaving.first_may_be_last) - leaving.r
    with np.errstate(all="ignore"):  # what overflows is mended below
        found = (1 + z) ** -leaving.a * hyp2f1(first, leaving.a, c[:, None], z / (1 + z))
    shape, stays = leaving.r + h.repeats[:, None], c[:, None] - leaving.a
    least = (1 + z * leaving.a / (leaving.a + stays)) ** -shape
    wrong = ~((found >= least * (1 - 1e-9)) & (found <= 1 + 1e-9)).all(axis=1)
    if wrong.any():
        found[wrong] = _by_midpoints(shape[wrong], leaving.a, stays[wrong], z[wrong])
    return np.clip(found, 0.0, 1.0)


def _by_midpoints(shape: Floats, a: float, stays: Floats, z: Floats) -> Floats:
    """E[(1 + zp)^−shape], p ~ Beta(a, stays)."""
    levels = (np.arange(MIDPOINTS) + 0.5) / MIDPOINTS
    unique, inverse = np.unique(stays[:, 0], return_inverse=True)
    chances = betaincinv(a, unique[:, None], levels)[inverse]
    total = np.zeros_like(z)
    for p in chances.T:
        total += np.exp(-shape * np.log1p(z * p[:, None]))
    return total / MIDPOINTS


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
