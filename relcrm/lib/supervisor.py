"""Several programs as one: started together, watched, restarted, ended together."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from relcrm.lib.processes import die_with_parent

# A program that ends sooner than this after its start would only end again.
SETTLED_SECONDS = 10.0
# Long enough for a worker to finish a small job; an unfinished one is taken up again later.
GRACE_SECONDS = 5.0


@dataclass
class Member:
    """One program of the crew."""

    name: str
    command: list[str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0

    def start(self, environment: dict[str, str]) -> None:
        # A session of its own: Ctrl-C reaches us alone, and we end everyone in order.
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 (our own programs)
                self.command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        self.started_at = time.monotonic()

    @property
    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def signal(self, number: signal.Signals, whole_group: bool = False) -> None:
        if self.process is None or self.has_ended:
            return
        send = os.killpg if whole_group else os.kill
        send(self.process.pid, number)

    def last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])


@dataclass
class Crew:
    """Members that run until somebody asks them to stop, or one of them cannot go on."""

    members: list[Member]
    environment: dict[str, str]
    say: Callable[[str], None]
    stops_asked: int = field(default=0, init=False)

    def start(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop_asked)
        for member in self.members:
            member.start(self.environment)

    def watch(self) -> int:
        """Stay until the end; the exit status: 0 after a stop that was asked for."""
        try:
            for _ in self.rounds():
                time.sleep(0.2)
        except CannotGoOn as problem:
            self.say(str(problem))
            return 1
        finally:
            self.stop()
        return 0

    def rounds(self) -> Iterator[None]:
        """Each round looks after everyone; ends when a stop was asked for."""
        while not self.stops_asked:
            for member in self.members:
                if member.has_ended and not self.stops_asked:
                    self._restart(member)
            yield

    def _restart(self, member: Member) -> None:
        assert member.process is not None  # noqa: S101 (it has ended, so it was started)
        how = _how_it_ended(member.process.returncode)
        if time.monotonic() - member.started_at < SETTLED_SECONDS:
            raise CannotGoOn(
                f"The {member.name} {how} right after its start. Its last words "
                f"({member.log}):\n{member.last_words()}"
            )
        self.say(f"The {member.name} {how}; starting it again ({member.log} has the details).")
        member.start(self.environment)

    def stop(self) -> None:
        """Ask everyone to end; end those that linger. A second Ctrl-C shortens the wait."""
        asked_before = self.stops_asked
        for member in self.members:
            member.signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < deadline and self.stops_asked <= max(asked_before, 1):
            if all(member.has_ended for member in self.members):
                break
            time.sleep(0.05)
        for member in self.members:
            member.signal(signal.SIGKILL, whole_group=True)
            if member.process:
                member.process.wait()

    def _stop_asked(self, number: int, frame: FrameType | None) -> None:
        self.stops_asked += 1


class CannotGoOn(Exception):
    """A member ends as soon as it is started; the message has its last words."""


def _how_it_ended(status: int) -> str:
    if status < 0:
        return f"was killed ({signal.Signals(-status).name})"
    return f"ended (status {status})"
