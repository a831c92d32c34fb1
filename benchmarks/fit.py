"""How long a BG/NBD fit takes beside lifetimes, on the same histories in the same run.

    python -m benchmarks.fit [CUSTOMERS] [ROUNDS]      default 1,000,000 and 3

lifetimes is archived and wants packages of its own age, so it is installed into a folder of its
own beside the product's environment. The fits take turns, each alone; the medians of their
processor seconds, their ratio, both parameters and both peaks of memory are printed.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
THEIRS = ROOT / ".venv" / "lifetimes"
PACKAGES = ["lifetimes==0.11.3", "numpy<2", "scipy<1.12", "pandas<2.3", "setuptools<80"]
AT_LEAST = 10.0  # times as fast as lifetimes

MEASURE = """
import json, sys, time
import numpy as np
histories = np.load(sys.argv[1])
x, t_x, age = (histories[name] for name in ("x", "t_x", "age"))
{fit}
# Of this process alone: what getrusage tells begins with the size of the process that started it.
status = open("/proc/self/status").read()
peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
print(json.dumps({{"seconds": seconds, "parameters": found, "megabytes": peak}}))
"""
OURS = """
from relationships.engine.value import Histories, bgnbd
h = Histories.of(x, t_x, age)
started = time.process_time()
model = bgnbd.fit(h, first_may_be_last=False, prior=False)
seconds = time.process_time() - started
found = [model.r, model.alpha, model.a, model.b]
"""
LIFETIMES = """
from lifetimes import BetaGeoFitter
fitter = BetaGeoFitter()
started = time.process_time()
fitter.fit(x, t_x, age)
seconds = time.process_time() - started
found = fitter.params_.to_list()
"""


def drawn(customers: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Histories by day as BG/NBD draws them with CDNOW's parameters, 26 to 104 weeks old."""
    r, alpha, a, b = 0.2426, 4.4136, 0.7929, 2.4259
    rate = rng.gamma(r, 1 / alpha, customers)
    leaving = np.maximum(rng.beta(a, b, customers), 1e-9)
    age = rng.integers(26 * 7, 104 * 7, customers) / 7
    stays = rng.geometric(leaving)  # leaves after this repeat
    x, t_x, now = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    active = np.ones(customers, dtype=bool)
    while active.any():
        at = np.flatnonzero(active)
        now[at] += rng.exponential(1 / np.maximum(rate[at], 1e-12))
        bought = now[at] < age[at]
        x[at[bought]] += 1
        t_x[at[bought]] = now[at[bought]]
        active[at] = bought & (x[at] < stays[at])
    t_x = np.where(x > 0, np.maximum(np.floor(t_x * 7), 1) / 7, 0)
    return {"x": x, "t_x": np.minimum(t_x, age), "age": age}


def environment(folder: Path = THEIRS, packages: list[str] = PACKAGES) -> Path:
    """Python with another library, made at the first run."""
    python = folder / "bin" / "python"
    uv = ROOT / ".venv" / "bin" / "uv"
    if not python.exists():
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, folder], check=True)
    install = [uv, "pip", "install", "--quiet", "--python", python, *packages]
    subprocess.run(install, check=True)
    return python


def measured(python: Path | str, fit: str, histories: Path, most_seconds: float = 3600) -> dict:
    alone = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [str(python), "-W", "ignore", "-c", MEASURE.format(fit=fit), str(histories)]
    done = subprocess.run(
        command, cwd=ROOT, env=alone, check=True, capture_output=True, text=True,
        timeout=most_seconds,
    )  # fmt: skip
    return json.loads(done.stdout)


def main(customers: int, rounds: int) -> None:
    theirs = environment()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "histories.npz"
        np.savez(file, **drawn(customers, np.random.default_rng(20)))
        pairs = [
            (measured(theirs, LIFETIMES, file), measured(sys.executable, OURS, file))
            for _ in range(rounds)
        ]
    print(f"BG/NBD fit of {customers:,} customers, {rounds} rounds, processor seconds")
    medians = []
    for name, runs in zip(("lifetimes", "relcrm"), zip(*pairs, strict=True), strict=True):
        medians.append(statistics.median(run["seconds"] for run in runs))
        peak = max(run["megabytes"] for run in runs)
        found = ", ".join(f"{value:.4f}" for value in runs[0]["parameters"])
        print(f"{name:<12}{medians[-1]:8.2f} s {peak:8,.0f} MB   r, alpha, a, b = {found}")
    print(f"as fast as lifetimes: {medians[0] / medians[1]:.1f} ×  (at least {AT_LEAST:g})")


if __name__ == "__main__":
    main(*(int(given) for given in (sys.argv[1:] + ["1000000", "3"][len(sys.argv) - 1 :])))
