"""How long counting a segment takes over everybody, beside counting the customers alone.

    RELCRM_DATABASE_URL=postgres://… python -m benchmarks.segments [ROUNDS]

Each rule is counted ROUNDS times (default 3) as the page does, in turn with the plain count of
customers, so that a busy machine is as unkind to both; medians in seconds and their ratio.
"""

import os
import statistics
import sys
import time
from datetime import date
from typing import Any

import django

AT_MOST_SECONDS = 2.0  # a million customers on two idle cores


def bought(**more: Any) -> dict[str, Any]:
    return {"did": True, "kinds": ["purchase"], **more}


def rules() -> dict[str, list[dict[str, Any]]]:
    """What marketers ask, from a column to sums over a year."""
    lately, month = {"last_days": 90}, {"last_days": 30}
    return {
        "everybody": [],
        "country is AT": [{"field": "country", "operator": "is", "value": "AT"}],
        "family is friend": [{"field": "family", "operator": "is", "value": "friend"}],
        "value over 100, likely with us": [
            {"field": "value", "operator": "at_least", "value": 100},
            {"field": "alive", "operator": "at_least", "value": 0.5},
        ],
        "bought in 30 days": [bought(within=month)],
        "did not buy in 30 days": [bought(within=month) | {"did": False}],
        "bought 3 times in 90 days": [bought(times={"at_least": 3}, within=lately)],
        "in one category, 3 times in 90 days": [
            bought(times={"at_least": 3}, within=lately, where={"categories": ["shoes"]})
        ],
        "for 100 together in 90 days": [bought(sum={"at_least": 100}, within=lately)],
        "often, and neither complained nor returned": [
            bought(times={"at_least": 3}, within=lately),
            {"not": {"did": True, "kinds": ["complaint", "return"], "within": lately}},
        ],
        "12 orders or more, as last judged": [
            {"field": "orders", "operator": "at_least", "value": 12}
        ],
        "bought 12 times ever": [bought(times={"at_least": 12})],
    }


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relcrm.settings")
    django.setup()
    from customers.models import Customer, Interaction
    from customers.queries import segments as queries
    from customers.segments import Moment, Reader
    from customers.segments.reading import read
    from relcrm.base import roles
    from relcrm.base.company import current

    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    newest = Interaction.objects.order_by("-occurred_on").values_list("occurred_on", flat=True)
    as_of: date = newest.filter(kind="purchase").first() or date.today()
    asked = queries.Asked(
        Customer.objects.present(),
        Reader(frozenset(roles.TABLE)),
        Moment(as_of, current().tzinfo),
    )
    print(f"{Customer.objects.count():,} customers, as of {as_of}; median of {rounds}")
    print(f"{'segment':45}{'people':>10}{'seconds':>9}{'ratio':>8}")
    slow = []
    for name, conditions in rules().items():
        rule = read({"version": 1, "all": conditions}, reader=asked.reader)
        taken, plain, people = [], [], 0
        for _ in range(rounds):
            plain.append(_timed(Customer.objects.count)[0])
            seconds, people = _timed(lambda rule=rule: queries.count(rule, asked))
            taken.append(seconds)
        seconds, base = statistics.median(taken), statistics.median(plain)
        print(f"{name:45}{people:>10,}{seconds:>9.2f}{seconds / base:>8.1f}", flush=True)
        slow += [name] if seconds > AT_MOST_SECONDS else []
    print(f"over {AT_MOST_SECONDS:g} s: {', '.join(slow) or 'none'}")


def _timed(work: Any) -> tuple[float, int]:
    begun = time.perf_counter()
    found = work()
    return time.perf_counter() - begun, found


if __name__ == "__main__":
    main()
