"""How often something held, with how far that can be trusted: docs/method/kept-rate.md."""

from dataclasses import dataclass
from math import sqrt

FEWEST = 10  # with fewer cases the likely range is so wide that a share only misleads
Z = 1.959964  # 95 % of a normal lie within so many standard errors


@dataclass(frozen=True, slots=True)
class Rate:
    """`kept` of `n` times, against a target share. `low` and `high` are Wilson's (equation 1)."""

    kept: int
    n: int
    target: float = 0.95

    @property
    def broken(self) -> int:
        return self.n - self.kept

    @property
    def is_telling(self) -> bool:
        return self.n >= FEWEST

    @property
    def share(self) -> float | None:
        return self.kept / self.n if self.n else None

    @property
    def low(self) -> float:
        return wilson(self.kept, self.n)[0]

    @property
    def high(self) -> float:
        return wilson(self.kept, self.n)[1]

    @property
    def tone(self) -> str:
        """good: surely at the target; bad: surely below it; nothing: it cannot be told yet."""
        if not self.is_telling:
            return ""
        return "good" if self.low >= self.target else "bad" if self.high < self.target else ""


def wilson(kept: int, n: int) -> tuple[float, float]:
    """Where the true share likely lies: Wilson (1927), 95 %; everything when n is 0."""
    if n == 0:
        return 0.0, 1.0
    share, square = kept / n, Z * Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    reach = Z / (1 + square / n) * sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(0.0, middle - reach), min(1.0, middle + reach)
