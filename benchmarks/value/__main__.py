"""The models of buying: beside other libraries, on small companies, and on pasts that are known.

    python -m benchmarks.value [--customers 1000000] [--libraries lifetimes,pymc-marketing]
        [--only anchors,libraries,cohorts,holdouts,bands,covariates]

lifetimes needs minutes for Pareto/NBD at a million, and pymc-marketing 800 MB. Ends with 1 when a
figure is missed or was not measured: by a library left out or failing, or at fewer than a million.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relcrm.settings")
os.environ.setdefault("RELCRM_SECRET_KEY", "benchmark")
os.environ.setdefault("RELCRM_DATA", tempfile.mkdtemp(prefix="relcrm-benchmark-"))

PARTS = ("anchors", "libraries", "cohorts", "holdouts", "bands", "covariates")
OF_SHOPS = {"cohorts", "holdouts", "bands", "covariates"}


def main(options: argparse.Namespace) -> int:
    django.setup()
    from benchmarks.value import anchors, bands, cohorts, covariates, holdouts, libraries
    from benchmarks.value.shops import shops

    known = shops() if {*options.only.split(",")} & OF_SHOPS else []
    beside = options.libraries.split(",")
    parts: dict[str, Callable[[], int]] = {
        "anchors": lambda: anchors.test(beside),
        "libraries": lambda: libraries.compare(options.customers, beside),
        "cohorts": lambda: cohorts.test(known[0], beside),
        "holdouts": lambda: holdouts.test(known),
        "bands": lambda: bands.test(known),
        "covariates": lambda: covariates.test(known),
    }
    wanted = [part for part in PARTS if part in options.only.split(",")]
    missed = sum(parts[part]() for part in wanted)
    print(f"{', '.join(wanted)}: ", end="")
    print(f"{missed} figures missed or not measured" if missed else "every figure reached")
    return int(missed > 0)


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.value")
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--libraries", default="lifetimes,pymc-marketing")
    parser.add_argument("--only", default=",".join(PARTS))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main(asked()))
