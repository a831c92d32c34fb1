"""What every model of repeat buying can do, and how its numbers are stored."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Protocol, Self

import numpy as np
from numpy.typing import ArrayLike

from relationships.engine.value.histories import Floats, Histories
from relationships.engine.value.tails import Tail

MAXIMUM_LIKELIHOOD = "maximum likelihood"
MAXIMUM_A_POSTERIORI = "maximum a posteriori"
STORED_DEFAULT = "stored default"


class UnknownModel(ValueError):
    """A stored model has a name or parameters that this version does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """How a model came about; enough for its model card."""

    method: str
    log_likelihood: float | None = None  # in weeks, without the prior
    customers: int = 0
    repeaters: int = 0
    relative_errors: tuple[float | None, ...] = ()  # standard error / estimate, as parameters


class PurchaseModel(Protocol):
    """A fitted model of repeat buying. Times are in weeks."""

    @property
    def name(self) -> str: ...

    @property
    def facts(self) -> Facts: ...

    @property
    def parameters(self) -> dict[str, float]: ...

    def probability_alive(self, h: Histories) -> Floats:
        """Chance that each customer has not silently left."""

    def expected_repeats(self, h: Histories, weeks: ArrayLike) -> Floats:
        """Expected purchases in the next `weeks`; one column per horizon if there are several."""

    def at_least(self, count: ArrayLike, h: Histories, weeks: float) -> Floats:
        """Chance of `count` (1 or more) purchases or more in the next `weeks`."""

    def tail(self, h: Histories, weeks: float) -> Tail:
        """The same, count after count, of those who are alive."""

    def to_json(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored(ABC):
    """Parameters by name, and the same as JSON."""

    NAMES: ClassVar[tuple[str, ...]]
    facts: Facts

    @property
    @abstractmethod
    def name(self) -> str:
        """What the model is called in the field."""

    @property
    def parameters(self) -> dict[str, float]:
        """The numbers that make the model."""
        return {key: float(getattr(self, key)) for key in self.NAMES}

    def to_json(self) -> dict[str, Any]:
        """Plain numbers and words, for a JSON column."""
        return {"name": self.name, "parameters": self.parameters, "facts": asdict(self.facts)}

    @classmethod
    def _read(cls, stored: Mapping[str, Any], **fixed: Any) -> Self:
        given = stored["parameters"]
        if set(given) != set(cls.NAMES) or not all(0 < v < np.inf for v in given.values()):
            raise UnknownModel(f"{stored['name']} needs positive {', '.join(cls.NAMES)}")
        known = {field.name for field in fields(Facts)}
        facts = {key: value for key, value in stored["facts"].items() if key in known}
        facts["relative_errors"] = tuple(facts.get("relative_errors", ()))
        return cls(facts=Facts(**facts), **fixed, **given)


def columns(weeks: ArrayLike) -> tuple[Floats, bool]:
    """Horizons as a row to broadcast against customers, and whether there was only one."""
    horizons = np.asarray(weeks, dtype=np.float64)
    if np.any(horizons < 0) or not np.isfinite(horizons).all():
        raise ValueError("a horizon must be a finite number of weeks, zero or more")
    return np.atleast_1d(horizons)[None, :], horizons.ndim == 0
