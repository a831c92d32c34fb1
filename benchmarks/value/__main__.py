"""The models of buying: beside other libraries, on small companies, and on pasts that are known.

    python -m benchmarks.value [--customers 1000000] [--libraries lifetimes,pymc-marketing]
        [--online-retail FILE] [--only libraries,cohorts,holdouts,bands]

FILE is Online Retail II as one row per UK invoice (customer_id, invoiced_at, amount); without it
the two CDNOW files of the tests are all. lifetimes needs minutes for Pareto/NBD at a million, and
pymc-marketing 800 MB. Ends with 1 when a figure is missed.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relcrm.settings")
os.environ.setdefault("RELCRM_SECRET_KEY", "benchmark")
os.environ.setdefault("RELCRM_DATA", tempfile.mkdtemp(prefix="relcrm-benchmark-"))

PARTS = "libraries,cohorts,holdouts,bands"


def main(options: argparse.Namespace) -> int:
    django.setup()
    from benchmarks.value import bands, cohorts, holdouts, libraries
    from benchmarks.value.shops import shops

    wanted = options.only.split(",")
    missed = 0
    if "libraries" in wanted:
        missed += libraries.compare(options.customers, options.libraries.split(","))
    known = shops(options.online_retail) if {*wanted} & {"cohorts", "holdouts", "bands"} else []
    if "cohorts" in wanted:
        missed += cohorts.test(known[0])
    if "holdouts" in wanted:
        missed += holdouts.test(known)
    if "bands" in wanted:
        missed += bands.test(known)
    print("every figure reached" if not missed else f"{missed} figures missed")
    return int(missed > 0)


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.value")
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--libraries", default="lifetimes,pymc-marketing")
    parser.add_argument("--online-retail", type=Path)
    parser.add_argument("--only", default=PARTS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main(asked()))
