"""Which function works off which kind of job. Apps enter theirs in `AppConfig.ready`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # apps enter their runners before models can be imported
    from relcrm.base.actions.parts import Claims
    from relcrm.base.models import Job


class Progress(Protocol):
    """What a runner is given: it reports where it is, and learns whether to go on."""

    def __call__(
        self, done: int, *, total: int | None = None, position: Any | None = None
    ) -> None: ...


@dataclass(frozen=True)
class Done:
    """The end of a job whose `last_act` comes with it or not at all, so exactly once."""

    result: dict[str, Any]
    last_act: Callable[[], None]


class Shared:
    """A runner's answer: the job was cut into parts, and any worker may take one."""


SHARED = Shared()
Outcome = Done | Shared | dict[str, Any] | None
Runner = Callable[["Job", Progress], Outcome]
RUNNERS: dict[str, Runner] = {}
# Works off parts until none is left for it; calls the last argument between two of them.
Helper = Callable[["Job", "Claims", Callable[[], None]], None]
HELPERS: dict[str, Helper] = {}


def register(kind: str, runner: Runner) -> None:
    """Call from `AppConfig.ready`. A runner resumes from `job.position` and may run twice."""
    RUNNERS[kind] = runner


def share(kind: str, helper: Helper) -> None:
    """For a kind whose runner cuts it into parts (`SHARED`) and is called again to close it."""
    HELPERS[kind] = helper
