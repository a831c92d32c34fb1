"""How long judging everybody by the rules of contact takes, beside a plain count of the tables.

    RELCRM_DATABASE_URL=postgres://… python -m benchmarks.contact [ROUNDS]

An audience is counted by reason as the targeting page does, and everybody is judged for one purpose
on one channel, in turn with `count(*)` over the same tables joined in the same way but without a
rule, so that a busy machine is as unkind to both. Reads only. Medians in seconds and their ratio.
"""

import os
import statistics
import sys
import time
from typing import Any

import django

AT_MOST_SECONDS = 4.0  # a million customers on two idle cores
Statement = tuple[str, list[Any]]


def everybody(purpose: str, channel: str, *, is_judged: bool) -> Statement:
    """Customers counted by the first rule that keeps a message back, or just counted."""
    from django.utils import timezone

    from customers.contact.queries import statement, verdict
    from customers.models import Customer

    asked = verdict.question(purpose=purpose, channel=channel, now=timezone.now())
    columns = "customer, objects, no_ads, restricted_at, preferences, address"
    people = Customer.objects.present().order_by().values_list(
        "pk", "objects_to_profiling", "objects_to_marketing", "restricted_at", "preferences",
        statement.address(channel),
    )  # fmt: skip
    parts = {f"chosen ({columns})": people, **statement.tables(asked)}
    compiled = {name: statement.compiled(rows) for name, rows in parts.items()}
    tables = ", ".join(f"{name} AS ({sql})" for name, (sql, _) in compiled.items())
    given = [value for _, values in compiled.values() for value in values]
    begin = f"WITH {tables} SELECT"
    if not is_judged:
        # Something of each table is summed, or the planner would leave its join out.
        touched = [f"count({name.split()[0]}.customer)" for name in parts]
        touched += [f"count(CASE WHEN {statement.BOUGHT} THEN 1 END)"] if channel == "email" else []
        return f"{begin} {', '.join(touched)} FROM chosen {statement.joins(asked)}", given
    rules = list(statement.conditions(asked).items())
    whens = " ".join(f"WHEN {sql} THEN {n}" for n, (_, (sql, _)) in enumerate(rules))
    values = [value for _, (_, more) in rules for value in more]
    return (
        f"{begin} CASE {whens} ELSE -1 END AS rule, count(*) FROM chosen "
        f"{statement.joins(asked)} GROUP BY rule",
        given + values,
    )


def audience(purpose: str, *, is_judged: bool) -> Statement:
    """The targeting page's own statement over everybody, or its tables without its rules."""
    from django.utils import timezone

    from campaigns.criteria import Criteria
    from campaigns.queries import selection
    from relcrm.base.company import current

    sql, values = selection.judged(Criteria(purpose=purpose), timezone.now(), current().tzinfo)
    if is_judged:
        return f"{sql} SELECT reason, count(*) FROM judged GROUP BY reason", list(values)
    tables, _, rest = sql.partition(", judged AS (")
    joins = rest.rpartition(" FROM chosen ")[2].removesuffix(")")
    joined = [part.split()[0] for part in joins.split("LEFT JOIN ")[1:-1]]  # the last: suppressed
    touched = ["count(chosen.last_order)", *(f"count({name}.customer)" for name in joined)]
    return f"{tables} SELECT {', '.join(touched)} FROM chosen {joins}", list(
        values[: tables.count("%s")]
    )


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relcrm.settings")
    django.setup()
    from customers.models import Customer

    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    print(f"{Customer.objects.count():,} customers; median of {rounds}")
    print(f"{'question':34}{'people':>10}{'seconds':>9}{'count(*)':>10}{'ratio':>8}")
    slow = []
    for name, told, plain in questions():
        taken, base, people = [], [], 0
        for _ in range(rounds):
            base.append(_timed(plain)[0])
            seconds, rows = _timed(told)
            taken.append(seconds)
            people = sum(row[1] for row in rows)
        seconds, against = statistics.median(taken), statistics.median(base)
        print(f"{name:34}{people:>10,}{seconds:>9.2f}{against:>10.2f}{seconds / against:>8.1f}")
        slow += [name] if seconds > AT_MOST_SECONDS else []
    print(f"over {AT_MOST_SECONDS:g} s: {', '.join(slow) or 'none'}")


def questions() -> list[tuple[str, Statement, Statement]]:
    """Name, the question itself, and the same tables without a rule."""
    mail = everybody("marketing", "email", is_judged=False)
    sms = everybody("survey", "sms", is_judged=False)
    return [
        ("news by e-mail, nobody scored", everybody("marketing", "email", is_judged=True), mail),
        ("surveys by SMS", everybody("survey", "sms", is_judged=True), sms),
        (
            "an audience, by reason",
            audience("news", is_judged=True),
            audience("news", is_judged=False),
        ),
    ]


def _timed(asked: Statement) -> tuple[float, list[tuple[Any, ...]]]:
    from django.db import connection

    begun = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(*asked)
        rows = cursor.fetchall()
    return time.perf_counter() - begun, rows


if __name__ == "__main__":
    main()
