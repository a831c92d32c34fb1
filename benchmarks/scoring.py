"""Scoring everyone, against the database's own GROUP BY and from 10,000 to 1,000,000 customers.

    RELCRM_DATABASE_URL=postgres://… python -m benchmarks.scoring

Wants a filled PostgreSQL database (python -m benchmarks.big_company) with fitted models
(manage.py fit). Prints seconds, ratios within this run, the growth exponent and peak memory.
"""

import math
import os
import resource
import time
from collections.abc import Callable

import django

SIZES = (10_000, 100_000, 1_000_000)
PLAIN = """
SELECT count(*), sum(n), sum(spend) FROM (
    SELECT customer_id, count(*) AS n, sum(amount) AS spend,
           min(occurred_on) AS first, max(occurred_on) AS last
    FROM customers_interaction WHERE kind = 'purchase' AND occurred_on <= %s
    GROUP BY customer_id) AS summary
"""


def say(line: str) -> None:
    print(line, flush=True)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    import numpy as np
    from django.db import connection
    from django.utils.timezone import now as clock

    from customers.models import Customer
    from relationships.actions import scoring
    from relationships.queries.evidence import shard
    from relationships.queries.judging import standard
    from relcrm.base import company as companies

    company = companies.current()
    as_of = companies.viewpoint(company, clock()).as_of
    rule = standard(company, as_of, afresh=True)
    everyone = np.array(Customer.objects.order_by("pk").values_list("pk", flat=True))

    def plain() -> None:
        with connection.cursor() as cursor:
            cursor.execute(PLAIN, [as_of])
            cursor.fetchall()

    def summaries() -> None:
        for at in range(0, len(everyone), scoring.BLOCK):
            ids = everyone[at : at + scoring.BLOCK]
            shard(ids, rule.found, cycle_weeks=rule.calibration.cycle_weeks)

    def judged(newest: int) -> None:
        """The last customers who came, as scoring everyone would go on from there."""
        before = int(everyone[-newest]) - 1
        for looked in scoring.blocks(rule, before):
            scoring.write(looked, rule, clock())

    alone = seconds(plain)
    read = seconds(summaries)
    say(f"{len(everyone):,} customers, {rule.found.interactions:,} interactions")
    say(f"plain GROUP BY in the database           {alone:8.1f} s")
    say(f"evidence summaries (one GROUP BY), read  {read:8.1f} s  {read / alone:5.1f} x")
    times = []
    for size in [size for size in SIZES if size <= len(everyone)]:
        times.append((size, seconds(lambda size=size: judged(size))))
        say(f"scored and written, {size:>9,} customers  {times[-1][1]:8.1f} s")
    say(f"scored and written / summaries alone     {times[-1][1] / read:8.1f} x")
    if len(times) > 1:
        (n0, t0), (n1, t1) = times[0], times[-1]
        say(f"growth: time ~ customers ^ {math.log(t1 / t0) / math.log(n1 / n0):.2f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"peak memory of this process {peak:,.0f} MB")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relcrm.settings")
    os.environ.setdefault("RELCRM_SECRET_KEY", "benchmark")
    django.setup()
    main()
