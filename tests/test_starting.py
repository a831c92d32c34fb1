"""Setting up and starting: what is missing, taken or malformed is said in one sentence."""

import fcntl
import importlib.util
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from relcrm.lib.processes import free_port

ROOT = Path(__file__).resolve().parent.parent
PREPARE = ROOT / ".ci" / "prepare.py"


def prepare(pretend: str) -> "subprocess.CompletedProcess[str]":
    """Run the set-up on a Python for which something is different."""
    code = f"import sys, runpy; {pretend}; runpy.run_path({str(PREPARE)!r}, run_name='__main__')"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)


@pytest.fixture
def set_up(tmp_path):
    """prepare.py as a module that works in a folder of its own."""
    spec = importlib.util.spec_from_file_location("prepare", PREPARE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.VENV = tmp_path / ".venv"
    return module


def serve(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("RELCRM_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "manage.py", "serve", *arguments],
        env=environment | {"RELCRM_DATA": str(folder)},
        cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_an_old_python_is_named_with_the_remedy():
    done = prepare("sys.version_info = (3, 9, 2, 'final', 0)")
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr
    assert "make PYTHON=" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_missing_venv_module_names_its_package(set_up, monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(set_up.CannotPrepare, match="apt install python3-venv"):
        set_up.make_environment()
    assert not set_up.VENV.exists()


def test_a_node_that_is_too_old_does_not_count(set_up, tmp_path, monkeypatch):
    for name, says in (("node", "v18.19.0"), ("npm", "9.2.0")):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho {says}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not set_up.is_new_enough_node()
    (tmp_path / "node").write_text("#!/bin/sh\necho v22.1.0\n")
    assert set_up.is_new_enough_node()
    (tmp_path / "npm").unlink()
    assert not set_up.is_new_enough_node()


PIP_SAYS = r"""
:env:.find-links='/srv/wheels /srv/more'
global.cert='/etc/ssl/ours.pem'
global.extra-index-url='\nhttps://one.example/simple\nhttps://two.example/simple'
global.index-url='https://mirror.example/simple'
global.timeout='3'
install.trusted-host='mirror.example'
"""


def test_uv_is_told_what_pip_was_told(set_up, monkeypatch):
    for name in [name for name in os.environ if name.startswith(("UV_", "SSL_CERT"))]:
        monkeypatch.delenv(name)
    told = set_up.uv_settings(PIP_SAYS)
    assert told["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert told["UV_INDEX"] == "https://one.example/simple https://two.example/simple"
    assert told["UV_INSECURE_HOST"] == "mirror.example"
    assert told["UV_FIND_LINKS"] == "/srv/wheels,/srv/more"
    assert told["SSL_CERT_FILE"] == "/etc/ssl/ours.pem"
    assert told["UV_PYTHON_DOWNLOADS"] == "never"


def test_what_uv_was_told_itself_goes_first(set_up, monkeypatch):
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://said.example/to-uv-itself")
    assert set_up.uv_settings(PIP_SAYS) == {"UV_PYTHON_DOWNLOADS": "never"}


def test_what_was_done_is_remembered_until_it_changes(set_up):
    set_up.VENV.mkdir()
    wanted = set_up.digest("requirements.txt")
    assert not set_up.is_done("requirements.txt", wanted)
    set_up.mark_done("requirements.txt", wanted)
    assert set_up.is_done("requirements.txt", wanted)
    assert not set_up.is_done("requirements.txt", set_up.digest("package-lock.json"))


def test_a_port_in_use_says_how_to_choose_another(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = serve(tmp_path, "--port", str(port))
    assert done.returncode == 1
    assert f"Port {port} is in use" in done.stderr
    assert "PORT=" in done.stderr
    assert not (tmp_path / "relcrm.sqlite3").exists()


def test_a_malformed_port_is_refused_in_words(tmp_path):
    done = serve(tmp_path, "--port", "80x0")
    assert done.returncode == 1
    assert done.stderr.strip() == "CommandError: PORT=80x0: use a number from 1 to 65535."


def test_an_installation_runs_only_once(tmp_path):
    with (tmp_path / "serving").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("4711")
        lock.flush()
        done = serve(tmp_path, "--port", str(free_port()))
    assert done.returncode == 1
    assert "already running (process 4711)" in done.stderr
    assert "RELCRM_DATA" in done.stderr
