"""Value and judgement of everyone, against the database's own GROUP BY and by two workers.

    RELCRM_DATABASE_URL=postgres://… python -m benchmarks.scoring [--only value,growth,workers]
        [--sizes 10000,100000,1000000]

Wants a filled PostgreSQL database (python -m benchmarks.big_company) with fitted models
(manage.py fit). Prints seconds, ratios within this run, how time grows with customers (of judging
everyone, and of value alone) and peak memory; the targets are those of 1,000,000 customers on two
idle cores. Memory is the most of the process so far: `--only value` is value's own. Ends with 1
when a target is missed.
"""

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
PARTS = "growth,value,value_growth,workers"
SIZES = (10_000, 100_000, 1_000_000)
WORKERS = 2
VALUE_SECONDS, EVERYTHING_SECONDS, MEGABYTES, EXPONENT = 120.0, 300.0, 1_500.0, 1.1
PLAIN = """
SELECT count(*), sum(n), sum(spend) FROM (
    SELECT customer_id, count(*) AS n, sum(amount) AS spend,
           min(occurred_on) AS first, max(occurred_on) AS last
    FROM customers_interaction WHERE kind = 'purchase' AND occurred_on <= %s
    GROUP BY customer_id) AS summary
"""
Check = tuple[str, float, float]  # what, figure, at most


def say(line: str) -> None:
    print(line, flush=True)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def peak(whose: int) -> float:
    """Megabytes of the largest process."""
    return resource.getrusage(whose).ru_maxrss / 1024


def grouped() -> float:
    """The plain GROUP BY in the database: what everything else is set against."""
    from django.db import connection

    as_of = rule().as_of

    def plain() -> None:
        with connection.cursor() as cursor:
            cursor.execute(PLAIN, [as_of])
            cursor.fetchall()

    return seconds(plain)


def rule():
    """What everyone is judged by today."""
    from django.utils.timezone import now as clock

    from relationships.queries.judging import standard
    from relcrm.base import company as companies

    company = companies.current()
    as_of = companies.viewpoint(company, clock()).as_of
    return standard(company, as_of, afresh=True)


def value(alone: float, _sizes: Sequence[int]) -> list[Check]:
    """The value of everyone and nothing else: sums in the database, fit, score, write back."""
    from benchmarks.value_alone import Pipeline

    _everyone_is_judged()
    pipeline, total = Pipeline(rule()), 0.0
    for name, step in pipeline.steps():
        took = seconds(step)
        total += took
        say(f"  {name:<44}{took:8.1f} s  {took / alone:5.1f} x the plain GROUP BY")
    say(f"  {'value of everyone, alone':<44}{total:8.1f} s  {total / alone:5.1f} x")
    return [
        ("value of everyone, seconds", total, VALUE_SECONDS),
        ("its process, MB", peak(resource.RUSAGE_SELF), MEGABYTES),
    ]


def growth(alone: float, sizes: Sequence[int]) -> list[Check]:
    """Judged and written, one process, from the smallest size on."""
    from django.utils.timezone import now as clock

    from relationships.actions import scoring

    standard = rule()

    def judged(first: int) -> None:
        """The last customers who came, as scoring everyone would go on from there."""
        for looked in scoring.blocks(standard, first - 1):
            scoring.write(looked, standard, clock())

    return _grown("judged and written", judged, alone, sizes)


def value_growth(alone: float, sizes: Sequence[int]) -> list[Check]:
    """Value and nothing else of the last customers who came: all its steps together."""
    from benchmarks.value_alone import Pipeline

    _everyone_is_judged()
    standard = rule()

    def valued(first: int) -> None:
        for _name, step in Pipeline(standard, first).steps():
            step()

    return _grown("value alone", valued, alone, sizes)


def _grown(
    what: str, work: Callable[[int], None], alone: float, sizes: Sequence[int]
) -> list[Check]:
    """Seconds by size, and their slope by least squares, both as logarithms; `work` is told the
    first of that many customers."""
    firsts, times = _firsts(sizes), []
    for size, first in firsts.items():
        times.append((size, seconds(lambda first=first: work(first))))
        say(f"  {what}, {size:>9,} customers{times[-1][1]:{36 - len(what)}.1f} s")
    if times:
        say(f"  the last / the plain GROUP BY {times[-1][1] / alone:28.1f} x")
    return [(f"{what}: time ~ customers ^", slope(times), EXPONENT)] if times[1:] else []


def _firsts(sizes: Sequence[int]) -> dict[int, int]:
    """Size → where the last that many customers begin; sizes beyond everybody are left out."""
    from customers.models import Customer

    newest = Customer.objects.order_by("-pk").values_list("pk", flat=True)
    known = newest.count()
    return {size: newest[size - 1] for size in sorted(sizes) if size <= known}


def slope(times: Sequence[tuple[int, float]]) -> float:
    """By how much more time grows than customers do: 1 is in proportion."""
    import numpy as np

    return float(np.polyfit(*np.log(np.array(times)).T, 1)[0])


def _everyone_is_judged() -> None:
    """A forecast is written of those who have a profile: else next to nothing would be timed."""
    from customers.models import Customer
    from relationships.models import Profile

    if Profile.objects.count() < Customer.objects.count():
        raise SystemExit("Value is written for who has a profile: run the part workers before.")


def workers(alone: float, _sizes: Sequence[int]) -> list[Check]:
    """Everyone judged and the sums kept by real processes, from asking to the end."""
    from relcrm.base.actions.judging import ask_for_everyone

    ask_for_everyone(by=None, as_of=rule().as_of)
    command = [sys.executable, "manage.py", "score", "--all"]
    started = time.perf_counter()
    running = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) for _ in range(WORKERS)
    ]
    codes = [process.wait() for process in running]
    took = time.perf_counter() - started
    if any(codes):
        raise SystemExit(f"the workers ended with {codes}")
    say(f"  everyone by {WORKERS} workers, sums and all {took:21.1f} s  {took / alone:5.1f} x")
    return [
        (f"everyone judged by {WORKERS} workers, seconds", took, EVERYTHING_SECONDS),
        ("a worker, MB", peak(resource.RUSAGE_CHILDREN), MEGABYTES),
    ]


def main(only: list[str], sizes: list[int]) -> int:
    from customers.models import Customer

    alone = grouped()
    people = Customer.objects.count()
    say(f"{people:,} customers, {rule().found.interactions:,} interactions")
    say(f"  plain GROUP BY in the database {alone:21.1f} s")
    checks = [check for name in only for check in globals()[name](alone, sizes)]
    missed = 0
    for what, figure, most in checks:
        missed += figure > most
        said = "reached" if figure <= most else "MISSED"
        say(f"{what:<46}{figure:9.2f}  at most {most:8,.2f}  {said}")
    return int(missed > 0)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relcrm.settings")
    os.environ.setdefault("RELCRM_SECRET_KEY", "benchmark")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=PARTS, help=f"of {PARTS}")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="customers, for growth")
    told = parser.parse_args()
    asked, sizes = told.only.split(","), [int(size) for size in told.sizes.split(",")]
    if unknown := {*asked} - {*PARTS.split(",")}:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    django.setup()
    sys.exit(main(asked, sizes))
