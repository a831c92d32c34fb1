"""Several programs as one: restarted when they die, ended together, given up with last words."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from relcrm.lib import supervisor
from relcrm.lib.supervisor import CannotGoOn, Crew, Member

FOREVER = "import time; print('here', flush=True); time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('here', flush=True); time.sleep(600)"
)


@pytest.fixture
def crew(tmp_path):
    said: list[str] = []
    made: list[Crew] = []

    def of(**programs: str) -> tuple[Crew, list[str]]:
        members = [
            Member(name, [sys.executable, "-c", code], tmp_path / f"{name}.log")
            for name, code in programs.items()
        ]
        made.append(Crew(members, dict(os.environ), said.append))
        return made[-1], said

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield of
    for each in made:
        each.stop()
    for number, handler in before.items():
        signal.signal(number, handler)


def until(happens, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def says_here(log: Path) -> bool:
    return log.exists() and "here" in log.read_text()


def test_ctrl_c_ends_everyone(crew, tmp_path):
    both, said = crew(web=FOREVER, worker=FOREVER)
    both.start()
    until(lambda: says_here(tmp_path / "web.log") and says_here(tmp_path / "worker.log"))
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    assert both.watch() == 0
    assert all(member.has_ended for member in both.members)
    assert said == []


def test_who_lingers_is_ended(crew, tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "GRACE_SECONDS", 0.3)
    one, _ = crew(worker=STUBBORN)
    one.start()
    until(lambda: says_here(tmp_path / "worker.log"))
    one.stop()
    assert one.members[0].process.returncode == -signal.SIGKILL


def test_who_dies_after_a_while_is_started_again(crew, tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "SETTLED_SECONDS", 0.0)
    one, said = crew(worker=FOREVER)
    one.start()
    first = one.members[0].process
    first.kill()
    first.wait()
    next(one.rounds())
    assert one.members[0].process.pid != first.pid
    assert "The worker was killed (SIGKILL); starting it again" in said[0]


def test_who_dies_at_once_ends_all_with_its_last_words(crew, tmp_path):
    both, said = crew(web=FOREVER, worker="raise SystemExit('the queue is on fire')")
    both.start()
    assert both.watch() == 1
    assert "The worker ended (status 1) right after its start" in said[0]
    assert "the queue is on fire" in said[0]
    assert all(member.has_ended for member in both.members)


def test_last_words_are_those_of_the_end(crew, tmp_path):
    one, _ = crew(worker="print('\\n'.join(map(str, range(100))))")
    one.start()
    one.members[0].process.wait()
    with pytest.raises(CannotGoOn, match="99"):
        next(one.rounds())
