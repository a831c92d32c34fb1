"""Which function works off which kind of job. Apps enter theirs in `AppConfig.ready`."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # apps enter their runners before models can be imported
    from relcrm.base.models import Job


class Progress(Protocol):
    """What a runner is given: it reports where it is, and learns whether to go on."""

    def __call__(
        self, done: int, *, total: int | None = None, position: Any | None = None
    ) -> None: ...


Runner = Callable[["Job", Progress], dict[str, Any] | None]
RUNNERS: dict[str, Runner] = {}


def register(kind: str, runner: Runner) -> None:
    """Call from `AppConfig.ready`. A runner resumes from `job.position` and may run twice."""
    RUNNERS[kind] = runner
