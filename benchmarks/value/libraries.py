"""Each fit beside lifetimes and pymc-marketing: processor seconds, peak memory, parameters.

Both live in environments of their own beside the product's. Every fit runs alone in a process of
its own on the same histories; pymc-marketing by its point estimate (MAP), the second time, when
its code is compiled. What does not end in time, fails or is left out counts as not measured, and so
as missed.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from benchmarks.fit import PACKAGES, ROOT, THEIRS, drawn, environment, measured
from relationships.engine.value.paretonbd import ENOUGH_CUSTOMERS

PYMC = ROOT / ".venv" / "pymc-marketing"
PYMC_PACKAGES = ["pymc-marketing==0.19.2"]
ENVIRONMENTS: dict[str, tuple] = {
    "lifetimes": (THEIRS, PACKAGES),
    "pymc-marketing": (PYMC, PYMC_PACKAGES),
}
LEFT_OUT = "left out"
Python = Path | str | None  # none: there is no such library here
MOST_SECONDS, MILLION = 1_800, 1_000_000
AT_LEAST = {"BG/NBD": 10.0, "Pareto/NBD": 50.0}  # times as fast as lifetimes at a million
MOST_MEGABYTES = 300
WITHIN = 0.02  # expected purchases of the fit on a part, of those of the fit on all

OURS = """
from relationships.engine.value import Histories, bgnbd, gammagamma, paretonbd
h = Histories.of(x, t_x, age)
started = time.process_time()
model = {}
seconds = time.process_time() - started
found = list(model.parameters.values())
"""
LIFETIMES = """
from lifetimes import BetaGeoFitter, ModifiedBetaGeoFitter, ParetoNBDFitter, GammaGammaFitter
fitter = {}()
started = time.process_time()
fitter.fit({})
seconds = time.process_time() - started
found = fitter.params_.to_list()
"""
PYMC_MARKETING = """
import logging
import pandas as pd
from pymc_marketing import clv
logging.disable(logging.CRITICAL)
table = pd.DataFrame({{"customer_id": np.arange(len(x)), "frequency": x, "recency": t_x, "T": age,
                       "monetary_value": histories["mean"]}})
if "{name}" == "GammaGammaModel":
    table = table[table.frequency > 0]
model = clv.{name}(data=table)
model.fit(method="map", progressbar=False)
started = time.process_time()
model.fit(method="map", progressbar=False)
seconds = time.process_time() - started
posterior = model.idata.posterior
found = [float(posterior[name].values.ravel()[0]) for name in {parameters}]
"""
RF, SPEND = "x, t_x, age", 'x[x > 0], histories["mean"][x > 0]'
FITS = {
    "BG/NBD": (
        OURS.format("bgnbd.fit(h, first_may_be_last=False, prior=False)"),
        LIFETIMES.format("BetaGeoFitter", RF),
        PYMC_MARKETING.format(name="BetaGeoModel", parameters=["r", "alpha", "a", "b"]),
    ),
    "MBG/NBD": (
        OURS.format("bgnbd.fit(h, first_may_be_last=True, prior=False)"),
        LIFETIMES.format("ModifiedBetaGeoFitter", RF),
        PYMC_MARKETING.format(name="ModifiedBetaGeoModel", parameters=["r", "alpha", "a", "b"]),
    ),
    "Pareto/NBD": (
        OURS.format("paretonbd.fit(h, prior=False, rng=np.random.default_rng(1))"),
        LIFETIMES.format("ParetoNBDFitter", RF),
        PYMC_MARKETING.format(name="ParetoNBDModel", parameters=["r", "alpha", "s", "beta"]),
    ),
    "Gamma-Gamma": (
        OURS.format(f"gammagamma.fit({SPEND}, prior=False)"),
        LIFETIMES.format("GammaGammaFitter", SPEND),
        PYMC_MARKETING.format(name="GammaGammaModel", parameters=["p", "q", "v"]),
    ),
}
PART = """
from relationships.engine.value import Histories, paretonbd
h = Histories.of(x, t_x, age)
started = time.process_time()
part = paretonbd.fit(h, prior=False, rng=np.random.default_rng(1))
everybody = paretonbd.fit(h, prior=False)
seconds = time.process_time() - started
found = [float(model.expected_repeats(h, 52).sum()) for model in (part, everybody)]
"""


def compare(customers: int, libraries: list[str]) -> int:
    """Prints every fit; how many figures were missed or not measured."""
    pythons = interpreters(libraries)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "histories.npz"
        np.savez(file, **_with_spend(customers, np.random.default_rng(20)))
        missed = sum(_one_model(name, pythons, file, customers) for name in FITS)
        return missed + _part_of_everybody(file, customers)


def interpreters(libraries: list[str]) -> dict[str, Python]:
    """The product's Python, then one for each library; none for what was left out or cannot be
    installed."""
    pythons: dict[str, Python] = {"relcrm": sys.executable}
    for library, made in ENVIRONMENTS.items():
        pythons[library] = None
        if library in libraries:
            try:
                pythons[library] = environment(*made)
            except subprocess.CalledProcessError:
                print(f"{library} could not be installed")
    return pythons


def _with_spend(customers: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Mean spend as Gamma-Gamma draws it with CDNOW's parameters."""
    histories = drawn(customers, rng)
    x = np.maximum(histories["x"], 1)
    scale = rng.gamma(3.74422, 1 / 15.44352, customers)
    return histories | {"mean": rng.gamma(6.24957 * x, 1 / scale) / x}


def _one_model(name: str, pythons: Mapping[str, Python], file: Path, customers: int) -> int:
    print(f"{name}, {customers:,} customers, processor seconds")
    runs = run_each(name, pythons, file)
    ours = runs.pop("relcrm")
    missed = int("seconds" not in ours)
    missed += sum(_beside(name, each, ours, run, customers) for each, run in runs.items())
    if name == "BG/NBD":
        missed += held(
            f"at most {MOST_MEGABYTES} MB at a million",
            None if customers < MILLION or "megabytes" not in ours else ours["megabytes"],
            lambda megabytes: megabytes <= MOST_MEGABYTES,
        )
    return missed


def run_each(name: str, pythons: Mapping[str, Python], file: Path) -> dict[str, dict]:
    """The fit of this model by everybody, printed as it comes."""
    runs = {}
    for fit, (library, python) in zip(FITS[name], pythons.items(), strict=True):
        runs[library] = run = alone(python, fit, file)
        print(f"  {library:<15}{_said(run)}", flush=True)
    return runs


def _beside(name: str, library: str, ours: dict, theirs: dict, customers: int) -> int:
    """Our time beside theirs. Without both there is no ratio, and that is a miss; so is a goal
    for a million that was tried on fewer."""
    ratio = None
    if "seconds" in ours and "seconds" in theirs:
        ratio = theirs["seconds"] / ours["seconds"]
        print(f"  as fast as {library}: {ratio:.1f} ×")
    wanted = AT_LEAST.get(name) if library == "lifetimes" else None
    if wanted is None:
        return held(f"beside {library}", ratio, lambda _: True)
    at_a_million = ratio if customers >= MILLION else None
    return held(
        f"at least {wanted:g} × {library} at a million", at_a_million, lambda x: x >= wanted
    )


def held(goal: str, found: float | None, reached: Callable[[float], bool]) -> int:
    """Prints whether a goal is reached; 1 where it is missed or was not measured."""
    if found is None:
        print(f"  NOT MEASURED  {goal}", flush=True)
        return 1
    is_reached = reached(found)
    print(f"  {'reached' if is_reached else 'MISSED '}  {goal}", flush=True)
    return int(not is_reached)


def alone(python: Python, fit: str, file: Path) -> dict:
    """What a process of its own found, or why it found nothing."""
    if python is None:
        return {"failed": LEFT_OUT}
    try:
        return measured(python, fit, file, MOST_SECONDS)
    except subprocess.TimeoutExpired:
        return {"failed": f"not done after {MOST_SECONDS:,} seconds"}
    except subprocess.CalledProcessError as problem:
        last = (problem.stderr or "").strip().splitlines()[-1:]
        return {"failed": "failed: " + "".join(last)[:120]}
    except json.JSONDecodeError:
        return {"failed": "failed without a result"}


def _said(run: dict) -> str:
    if "failed" in run:
        return str(run["failed"])
    found = ", ".join(f"{value:.4f}" for value in run["parameters"])
    return f"{run['seconds']:9.2f} s {run['megabytes']:8,.0f} MB   {found}"


def _part_of_everybody(file: Path, customers: int) -> int:
    """Above 100,000 customers Pareto/NBD is searched on a part: how far that moves a forecast."""
    goal = f"Pareto/NBD on a part expects within {100 * WITHIN:g} % of the fit on everybody"
    if customers <= ENOUGH_CUSTOMERS:  # the part would be everybody
        return held(goal, None, bool)
    run = alone(sys.executable, PART, file)
    if "failed" in run:
        print(f"Pareto/NBD on a part: {run['failed']}")
        return held(goal, None, bool)
    part, everybody = run["parameters"]
    off = part / everybody - 1
    print(
        f"Pareto/NBD on a part expects {part:,.0f} purchases, on everybody {everybody:,.0f}: "
        f"{100 * off:+.2f} %; both fits {run['seconds']:.1f} s"
    )
    return held(goal, abs(off), lambda x: x <= WITHIN)
