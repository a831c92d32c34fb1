"""Each fit beside lifetimes and pymc-marketing: processor seconds, peak memory, parameters.

Both live in environments of their own beside the product's. Every fit runs alone in a process of
its own on the same histories; pymc-marketing by its point estimate (MAP), the second time, when
its code is compiled. What does not end in time or fails is said so.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.fit import ROOT, drawn, environment, measured

PYMC = ROOT / ".venv" / "pymc-marketing"
PYMC_PACKAGES = ["pymc-marketing==0.19.2"]
MOST_SECONDS = 1_800
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
    """Prints every fit; how many figures were missed."""
    pythons: dict[str, Path | str] = {"relcrm": sys.executable}
    if "lifetimes" in libraries:
        pythons["lifetimes"] = environment()
    if "pymc-marketing" in libraries:
        pythons["pymc-marketing"] = environment(PYMC, PYMC_PACKAGES)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "histories.npz"
        np.savez(file, **_with_spend(customers, np.random.default_rng(20)))
        missed = sum(_one_model(name, pythons, file, customers) for name in FITS)
        return missed + _part_of_everybody(file)


def _with_spend(customers: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Mean spend as Gamma-Gamma draws it with CDNOW's parameters."""
    histories = drawn(customers, rng)
    x = np.maximum(histories["x"], 1)
    scale = rng.gamma(3.74422, 1 / 15.44352, customers)
    return histories | {"mean": rng.gamma(6.24957 * x, 1 / scale) / x}


def _one_model(name: str, pythons: dict, file: Path, customers: int) -> int:
    print(f"{name}, {customers:,} customers, processor seconds")
    runs = {}
    for fit, (library, python) in zip(
        [FITS[name][("relcrm", "lifetimes", "pymc-marketing").index(each)] for each in pythons],
        pythons.items(),
        strict=True,
    ):
        runs[library] = run = _measured(python, fit, file)
        print(f"  {library:<15}{_said(run)}", flush=True)
    ours = runs["relcrm"]
    missed = int("seconds" not in ours)
    for library in set(runs) - {"relcrm"}:
        if "seconds" in ours and "seconds" in runs[library]:
            ratio = runs[library]["seconds"] / ours["seconds"]
            wanted = AT_LEAST.get(name) if library == "lifetimes" else None
            goal = f"  (at least {wanted:g} at a million)" if wanted else ""
            print(f"  as fast as {library}: {ratio:.1f} ×{goal}")
            missed += int(bool(wanted) and customers >= 1_000_000 and ratio < wanted)
    if name == "BG/NBD" and customers >= 1_000_000:
        missed += int(ours.get("megabytes", 0) > MOST_MEGABYTES)
    return missed


def _measured(python: Path | str, fit: str, file: Path) -> dict:
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


def _part_of_everybody(file: Path) -> int:
    """Above 100,000 customers Pareto/NBD is searched on a part: how far that moves a forecast."""
    run = _measured(sys.executable, PART, file)
    if "failed" in run:
        print(f"Pareto/NBD on a part: {run['failed']}")
        return 1
    part, everybody = run["parameters"]
    off = part / everybody - 1
    print(
        f"Pareto/NBD on a part expects {part:,.0f} purchases, on everybody {everybody:,.0f}: "
        f"{100 * off:+.2f} % (within {100 * WITHIN:g} %); both fits {run['seconds']:.1f} s"
    )
    return int(abs(off) > WITHIN)
