"""How wrong the sum may be: the interval of the whole portfolio, from backtest errors.

The sum over many customers hardly varies by chance; what misses is the forecast itself, by
seasons and changes of heart that no posterior knows of (measured: 90 % bands from parameter
uncertainty missed the actual every time). So the width comes from how far forecasts made in the
past were off, joined with a prior from the shops we have measured (D18 and D19 in
docs/method/value-derivations.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from relationships.engine.value.backtest import Origin

# The error (log) of corrected forecasts over 95 origins of CDNOW and Online Retail II was .23; with
# .22, worth three origins, and overlapping origins as half, a 90 % band held what came in 94 %.
TYPICAL_ERROR, PRIOR_ORIGINS, ORIGIN_WORTH = 0.22, 3.0, 0.5
ERROR_OF_A_DEFAULT = 0.8
# Customers buy in bouts: the variance of a sum of counts is about twice its mean.
BOUTS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Error of the log of the total, and how many observations stand behind it."""

    log_error: float
    observations: float

    def interval(self, expected: float, *, level: float = 0.8) -> tuple[float, float]:
        """D18: low and high around an expected total, which may be negative."""
        reach = float(stdtrit(self.observations, (1 + level) / 2)) * self.log_error
        total, factor = float(expected), float(np.exp(reach))
        ends = (total / factor, total * factor)
        return min(ends), max(ends)

    def of_count(self, expected: float, *, level: float = 0.8) -> tuple[float, float]:
        """D19: low and high around an expected number of purchases, with the chance that lies
        in counting itself."""
        factor = self._counted(expected, BOUTS, level)
        return expected / factor, expected * factor

    def of_money(
        self, expected: float, purchases: float, *, uneven: float, level: float = 0.8
    ) -> tuple[float, float]:
        """D19: low and high around the money that so many expected purchases bring; `uneven` is the
        variance of what one brings over its squared mean."""
        factor = self._counted(purchases, BOUTS + uneven, level)
        return expected / factor, expected * factor

    def _counted(self, purchases: float, variance: float, level: float) -> float:
        reach = float(stdtrit(self.observations, (1 + level) / 2))
        counting = variance / max(purchases, 1.0)
        return float(np.exp(reach * np.sqrt(self.log_error**2 + counting)))


def spread(origins: Sequence[Origin], model: str, *, is_default: bool) -> Spread:
    """D18, from the model's errors of total spend (purchases where nothing was paid)."""
    if is_default:
        return Spread(log_error=ERROR_OF_A_DEFAULT, observations=PRIOR_ORIGINS)
    errors = np.array([_log_error(origin, model) for origin in origins])
    observations = PRIOR_ORIGINS + ORIGIN_WORTH * len(errors)
    squares = PRIOR_ORIGINS * TYPICAL_ERROR**2 + ORIGIN_WORTH * float(np.sum(errors**2))
    return Spread(log_error=float(np.sqrt(squares / observations)), observations=observations)


def _log_error(origin: Origin, model: str) -> float:
    line = origin.line(model)
    if origin.actual_spend > 0 and line.spend > 0:
        return float(np.log(origin.actual_spend / line.spend))
    return float(np.log((origin.actual_purchases + 1) / (line.purchases + 1)))
