"""The servers that the suite needs: PostgreSQL and Redis of its own, from Debian's packages.

They listen on free ports, keep everything in a temporary folder, run as an unprivileged user
when root starts them, and end with the test run.
"""

import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path

from relcrm.lib.processes import die_with_parent, free_port

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {"initdb": "postgresql", "redis-server": "redis-server", "chromium": "chromium"}
OTHER_NAMES = {"chromium": ["chromium-browser", "google-chrome", "google-chrome-stable"]}


def program(name: str) -> str | None:
    """Where a program is. Debian keeps PostgreSQL's under /usr/lib/postgresql, off PATH."""
    for candidate in [name, *OTHER_NAMES.get(name, [])]:
        if found := shutil.which(candidate):
            return found
    versions = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    newest = max(versions, key=lambda path: float(path.parts[4]), default=None)
    return str(newest) if newest else None


def ensure_programs() -> None:
    """Install what is missing when we may (root on Debian or Ubuntu); else name it and leave."""
    missing = sorted({package for name, package in PACKAGES.items() if not program(name)})
    if not missing:
        return
    names = " ".join(missing)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SystemExit(f"The tests need {names}. On Debian: sudo apt install {names}")
    print(f"Installing {names} for the tests …", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", *missing]):
        if subprocess.run(
            ["apt-get", *command], env=environment, stdout=subprocess.DEVNULL
        ).returncode:
            raise SystemExit(f"apt-get could not install {names}; see above, then run again.")


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that the unprivileged user owns, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="relcrm-servers-"))
    if user := unprivileged():
        os.chown(folder, user.pw_uid, user.pw_gid)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def unprivileged() -> pwd.struct_passwd | None:
    """Whom to be instead of root; PostgreSQL refuses to run as root. None: we are not root."""
    if os.geteuid() != 0:
        return None
    names = {user.pw_name: user for user in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def start(command: list[str], folder: Path) -> "subprocess.Popen[bytes]":
    user = unprivileged()
    with (folder / f"{Path(command[0]).name}.log").open("wb") as log:
        return subprocess.Popen(
            command,
            cwd=folder,
            stdout=log,
            stderr=log,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            preexec_fn=die_with_parent,
            start_new_session=True,
        )


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A fresh PostgreSQL, tuned to forget; yields its address."""
    password = secrets.token_hex(16)
    (folder / "password").write_text(password)
    (folder / "password").chmod(0o644)  # the folder itself is closed to others
    data = folder / "data"
    made = start(
        [
            program("initdb"), "-D", str(data), "-U", "relcrm", "--auth=scram-sha-256",
            f"--pwfile={folder / 'password'}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
        ],
        folder,
    )  # fmt: skip
    if made.wait(120):
        raise SystemExit("initdb failed:\n" + (folder / "initdb.log").read_text())
    port = free_port()
    options = {
        "port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "",
        "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
        "max_connections": 200, "shared_buffers": "256MB",
        # What a test writes is not committed: vacuum would count nothing, and plans go by it.
        "autovacuum": "off",
    }  # fmt: skip
    flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    with running([program("postgres"), "-D", str(data), *flags], folder, port, signal.SIGINT):
        yield f"postgres://relcrm:{password}@127.0.0.1:{port}/postgres"


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A fresh Redis that writes nothing to disk; yields its address without database number."""
    port = free_port()
    command = [program("redis-server"), "--port", str(port), "--bind", "127.0.0.1"]
    command += ["--save", "", "--appendonly", "no", "--dir", str(folder), "--databases", "64"]
    with running(command, folder, port, signal.SIGTERM):
        yield f"redis://127.0.0.1:{port}"


@contextmanager
def demo() -> Iterator[tuple[str, str]]:
    """A demo company of our own: its address and the password of everyone there."""
    with tempfile.TemporaryDirectory(prefix="relcrm-pictures-") as folder:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("RELCRM_")}
        port = free_port()
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--demo", "--port", str(port)],
            cwd=ROOT, env=kept | {"RELCRM_DATA": folder}, stdout=subprocess.PIPE, text=True,
            preexec_fn=die_with_parent,
        )  # fmt: skip
        try:
            said = takewhile(lambda line: "Ctrl-C stops" not in line, server.stdout or ())
            print(*said, sep="", end="", flush=True)
            if server.poll() is not None:
                raise SystemExit("The demo company does not start; see above.")
            sign_in = json.loads((Path(folder) / "sign-in.json").read_text())
            yield f"http://127.0.0.1:{port}", sign_in["password"]
        finally:
            server.terminate()
            server.wait(60)


@contextmanager
def running(command: list[str], folder: Path, port: int, stop: signal.Signals) -> Iterator[None]:
    server = start(command, folder)
    try:
        wait_for(server, port, folder / f"{Path(command[0]).name}.log")
        yield
    finally:
        server.send_signal(stop)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def wait_for(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"{log.stem} does not start:\n{log.read_text()}")
