"""Makes what the product runs on: the isolated environment, the packages, the bundled scripts.

Called by the Makefile with the system's Python, before anything of ours is installed, so it uses
the standard library only. What is there and up to date already is left alone.

    prepare.py            what the product needs to run
    prepare.py --dev      and what its tests and checks need
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
SOURCES = ROOT / "static" / "src"
BUNDLES = ROOT / "static" / "dist"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20
OFFLINE = "Check the network, a proxy (HTTPS_PROXY) and the package index your pip is set to."


class CannotPrepare(Exception):
    """Something is missing; the message says what, and how to mend it."""


def main(arguments):
    check_python()
    try:
        with (ROOT / ".ci" / "prepare.py").open() as lock:
            # Two commands in one clone take turns instead of treading on each other.
            fcntl.flock(lock, fcntl.LOCK_EX)
            make_environment()
            install_packages("requirements-dev.txt" if "--dev" in arguments else "requirements.txt")
            bundle_scripts()
    except CannotPrepare as problem:
        sys.exit(f"relcrm: {problem}")
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as problem:
        sys.exit(f"relcrm: {problem}. Free space or mend the permissions, then run this again.")


def check_python():
    if sys.version_info < OLDEST_PYTHON:
        have = ".".join(map(str, sys.version_info[:3]))
        sys.exit(
            f"relcrm: Python 3.11 or newer is needed, {sys.executable} is {have}. "
            "Install a newer one and name it: make PYTHON=/path/to/python3.12 …"
        )


def make_environment():
    """`.venv`, with uv in it. A half-made or moved one is made anew."""
    made_for = f"{ROOT} {sys.version_info[0]}.{sys.version_info[1]} {digest('requirements-uv.txt')}"
    if is_done("environment", made_for) and (VENV / "bin" / "uv").exists():
        return
    try:
        import ensurepip  # noqa: F401  (Debian keeps it in a package of its own)
        import venv  # noqa: F401  (the same)
    except ImportError:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise CannotPrepare(
            "Python's venv module is missing. On Debian and Ubuntu: "
            f"apt install python3-venv (or python{version}-venv)."
        ) from None
    say("making the isolated environment in .venv")
    if VENV.is_symlink():
        raise CannotPrepare(".venv is a link to somewhere else; remove it and run this again.")
    shutil.rmtree(VENV, ignore_errors=True)
    run([sys.executable, "-m", "venv", str(VENV)], "The environment cannot be made.")
    pip_install("requirements-uv.txt")
    mark_done("environment", made_for)


def install_packages(requirements):
    """The locked Python packages, by uv: quick, checked against the hashes in the lock."""
    content = digest(requirements)
    # The development packages hold all the others.
    if is_done("requirements-dev.txt", digest("requirements-dev.txt")) or is_done(
        requirements, content
    ):
        return
    say(f"installing Python packages ({requirements})")
    uv_install(requirements)
    mark_done(requirements, content)


def uv_install(requirements):
    command = [str(VENV / "bin" / "uv"), "pip", "install", "--quiet", "--python", str(PYTHON)]
    command += ["--require-hashes", "-r", requirements]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | uv_settings(pip_says()), check=False)
    if done.returncode:
        # An index that pip can read and uv cannot; slower, but it works.
        say("uv could not install them; trying pip")
        pip_install(requirements)


def pip_install(requirements):
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(
        [*command, "--require-hashes", "-r", requirements],
        f"The Python packages of {requirements} cannot be fetched. {OFFLINE}",
    )


def pip_says():
    asked = [str(PYTHON), "-m", "pip", "config", "list"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout


def uv_settings(listed):
    """What the user told pip about indexes and certificates, in uv's words.

    `listed` is what `pip config list` prints: global.index-url='https://…' and so on.
    """
    settings = {"UV_PYTHON_DOWNLOADS": "never"}
    if any(name.startswith("UV_") and "IND" in name for name in os.environ):
        return settings
    told = {}
    # pip's own order: a file's [global], then its [install], then the environment.
    for section in ("global.", "install.", ":env:."):
        for line in listed.splitlines():
            name, _, value = line.partition("=")
            if name.startswith(section):
                told[name[len(section) :]] = value.strip("'\"").replace("\\n", " ").split()
    words = {
        "index-url": ("UV_DEFAULT_INDEX", " "),
        "extra-index-url": ("UV_INDEX", " "),
        "find-links": ("UV_FIND_LINKS", ","),
        "trusted-host": ("UV_INSECURE_HOST", " "),
        "cert": ("SSL_CERT_FILE", " "),
        "no-index": ("UV_NO_INDEX", " "),
        "proxy": ("HTTPS_PROXY", " "),
    }
    for name, (variable, separator) in words.items():
        if name in told and variable not in os.environ:
            settings[variable] = separator.join(told[name])
    # pip takes a package from whichever index has it; the hashes make that safe.
    settings["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return settings


def bundle_scripts():
    """`static/src/*.js` with the libraries they import → `static/dist/`."""
    sources = sorted(SOURCES.glob("*.js"))
    wanted = digest("package-lock.json", *sorted(SOURCES.rglob("*.js")))
    if is_done("bundles", wanted) and all((BUNDLES / source.name).exists() for source in sources):
        return
    environment = node_environment()
    install_node_packages(environment)
    shutil.rmtree(BUNDLES, ignore_errors=True)
    if sources:
        say("bundling scripts into static/dist")
        command = ["node_modules/.bin/esbuild", *(str(s.relative_to(ROOT)) for s in sources)]
        command += ["--bundle", "--minify", "--format=esm", "--target=es2022", "--log-level=error"]
        run(
            [*command, "--legal-comments=none", "--outdir=static/dist"],
            "The scripts cannot be bundled.",
            environment,
        )
    mark_done("bundles", wanted)


def install_node_packages(environment):
    wanted = digest("package-lock.json")
    if is_done("node", wanted) and (ROOT / "node_modules").exists():
        return
    say("installing front-end packages (package-lock.json)")
    run(
        ["npm", "ci", "--ignore-scripts", "--loglevel=error"],
        "The front-end packages cannot be fetched. Check the network and the registry that npm "
        "is set to (npm config get registry).",
        environment,
    )
    mark_done("node", wanted)


def node_environment():
    """The environment in which `node` and `npm` are found: the system's, else one from PyPI."""
    if is_new_enough_node():
        return dict(os.environ)
    node = VENV / "bin" / "node"
    if not node.exists():
        say(f"the system has no Node {OLDEST_NODE} or newer; taking one from PyPI")
        uv_install("requirements-node.txt")
    if not node.exists():
        raise CannotPrepare(
            f"Node {OLDEST_NODE} or newer is needed and none could be had from PyPI for this "
            "machine. Install nodejs and npm, then run this again."
        )
    return os.environ | {"PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def is_new_enough_node():
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    asked = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    major = asked.stdout.strip().lstrip("v").partition(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE


def digest(*files):
    """One fingerprint of the names and contents of these files (relative to the clone)."""
    found = hashlib.sha256()
    for file in files:
        found.update(str(file).encode() + b"\0" + (ROOT / file).read_bytes())
    return found.hexdigest()


def is_done(step, wanted):
    stamp = VENV / f".relcrm-{step}"
    return stamp.exists() and stamp.read_text() == wanted


def mark_done(step, wanted):
    (VENV / f".relcrm-{step}").write_text(wanted)


def run(command, trouble, environment=None):
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
    if done.returncode:
        raise CannotPrepare(trouble)


def say(words):
    print(f"relcrm: {words} …", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
