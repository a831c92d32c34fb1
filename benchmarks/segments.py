"""How long counting a segment takes over everybody, beside counting the customers alone.

    RELCRM_DATABASE_URL=postgres://… python -m benchmarks.segments [ROUNDS]

First the tallies of all that are due are made, and it is said how long that took. Then each rule
is counted ROUNDS times (default 3) as the page does, at first and then exactly, in turn
with the plain count of customers, so that a busy machine is as unkind to all; medians in seconds,
and the ratio of the exact count to the plain one. What is shown at first is "about" where a likely
range stands behind it; what is counted from tallies is marked so.
"""

import os
import statistics
import sys
import time
from datetime import date
from typing import Any

import django

AT_MOST_SECONDS = 2.0  # to the first number; a million customers on two idle cores


def bought(**more: Any) -> dict[str, Any]:
    return {"did": True, "kinds": ["purchase"], **more}


def rules() -> dict[str, list[dict[str, Any]]]:
    """What marketers ask, from a column to sums over a year."""
    lately, month = {"last_days": 90}, {"last_days": 30}
    since = {"since": {"kinds": ["purchase"], "which": "last"}}
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
        "bought 12 times ever, or value over 100": [
            {"any": [bought(times={"at_least": 12}),
                     {"field": "value", "operator": "at_least", "value": 100}]}
        ],
        "not (bought 12 times ever)": [{"not": bought(times={"at_least": 12})}],
        "exactly 3 times ever": [bought(times={"exactly": 3})],
        "for 100 together ever": [bought(sum={"at_least": 100})],
        "each 20 or more, 3 times ever": [
            bought(times={"at_least": 3}, where={"amount_at_least": 20})
        ],
        "3 times within a year": [bought(times={"at_least": 3}, within={"last_days": 365})],
        "anything 12 times ever": [{"did": True, "times": {"at_least": 12}}],
        "did not visit since the last purchase": [
            {"did": False, "kinds": ["visit"], "within": since}
        ],
        "visited twice since the first purchase": [
            {"did": True, "kinds": ["visit"], "times": {"at_least": 2},
             "within": {"since": {"kinds": ["purchase"], "which": "first"}}}
        ],
        "for 50 since the first visit": [
            bought(sum={"at_least": 50}, within={"since": {"kinds": ["visit"], "which": "first"}})
        ],
        "in one category twice ever": [
            bought(times={"at_least": 2}, where={"categories": ["c3"]})
        ],
        "in one category of products twice ever": [
            bought(times={"at_least": 2}, where={"categories": ["p3"]})
        ],
        "one article ever": [bought(where={"products": ["s7"]})],
        "in the shop 4 times ever": [bought(times={"at_least": 4}, where={"channels": ["shop"]})],
        "three deeds, nested": [
            {"any": [
                {"all": [bought(times={"at_least": 9}),
                         {"not": {"did": True, "kinds": ["visit"], "within": lately}}]},
                {"not": {"any": [{"did": True, "kinds": ["visit"], "times": {"at_least": 2}},
                                 {"field": "country", "operator": "is", "value": "AT"}]}},
            ]}
        ],
        "last seen over 90 days ago": [
            {"field": "last_seen_on", "operator": "longer_ago_than_days", "value": 90}
        ],
        "age 30 or more": [{"field": "age", "operator": "at_least", "value": 30}],
        "name contains an": [{"field": "name", "operator": "contains", "value": "an"}],
        "open complaint": [{"field": "open_complaint", "operator": "is", "value": True}],
        "no open complaint": [{"field": "open_complaint", "operator": "is", "value": False}],
        "known in the till": [{"field": "known_in", "operator": "is", "value": "till"}],
    }  # fmt: skip


def kept() -> dict[str, list[dict[str, Any]]]:
    """Of what this company noted itself: its first tag, list and fields, where there are any."""
    from customers.models import CustomField, Segment, Tag

    found: dict[str, list[dict[str, Any]]] = {}
    if tag := Tag.objects.first():
        found["a tag"] = [{"field": "tag", "operator": "is", "value": tag.name}]
        found["without a tag"] = [{"field": "tag", "operator": "is_not", "value": tag.name}]
    if on := Segment.objects.filter(kind=Segment.Kind.STATIC).first():
        found["on a list"] = [{"field": "list", "operator": "is", "value": str(on.pk)}]
    for field in CustomField.objects.filter(kind__in=["number", "text"], retired_at=None)[:2]:
        is_number = field.kind == "number"
        operator, value = ("at_least", 50) if is_number else ("contains", "1")
        found[f"own field, a {field.kind}"] = [
            {"field": f"custom.{field.key}", "operator": operator, "value": value}
        ]
    return found


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relcrm.settings")
    django.setup()
    from customers.actions.tallies import refresh_due
    from customers.models import Customer

    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    asked = everybody()
    print(f"{Customer.objects.count():,} customers, as of {asked.moment.as_of}; median of {rounds}")
    seconds, some = _timed(lambda: sum(iter(refresh_due, 0)))
    print(f"tallies of {some:,} customers made in {seconds:.1f} s")
    print(f"{'segment':45}{'people':>10}{'first':>8}{'exact':>8}{'ratio':>7}  likely at first")
    slow: dict[str, list[str]] = {"first": [], "exact": []}
    for name, conditions in (rules() | kept()).items():
        soon, late = count(name, conditions, asked, rounds)
        slow["first"] += [name] if soon > AT_MOST_SECONDS else []
        slow["exact"] += [name] if late > AT_MOST_SECONDS else []
    for which, names in slow.items():
        print(f"{which} over {AT_MOST_SECONDS:g} s: {', '.join(names) or 'none'}")


def everybody() -> Any:
    """Everyone who is there, on the day of the last purchase, by somebody who may know all."""
    from customers.models import Customer, Interaction
    from customers.queries import segments as queries
    from customers.segments import Moment, Reader
    from relcrm.base import roles
    from relcrm.base.company import current

    newest = Interaction.objects.order_by("-occurred_on").values_list("occurred_on", flat=True)
    as_of: date = newest.filter(kind="purchase").first() or date.today()
    reader = Reader(frozenset(roles.TABLE))
    return queries.Asked(Customer.objects.present(), reader, Moment(as_of, current().tzinfo))


def count(
    name: str, conditions: list[dict[str, Any]], asked: Any, rounds: int
) -> tuple[float, float]:
    """Median seconds until a first number stands there, and the exact one; prints both."""
    from customers.models import Customer
    from customers.queries import segments as queries
    from customers.queries.tallies import with_tallies
    from customers.segments.reading import read

    rule = read({"version": 1, "all": conditions}, reader=asked.reader)
    times = []
    for _ in range(rounds):
        plain, _all = _timed(Customer.objects.count)
        first, about = _timed(lambda: queries.count_at_first(rule, asked))
        exact, people = _timed(lambda: queries.count(rule, asked))
        times.append((plain, first, exact))
    base, soon, late = (statistics.median(each) for each in zip(*times, strict=True))
    tallied = "  from tallies" if with_tallies(asked.moment, rule).tallied_through else ""
    likely = tallied if isinstance(about, int) else f"  {about.low:,} to {about.high:,}"
    line = f"{name:45}{people:>10,}{soon:>8.2f}{late:>8.2f}{late / base:>7.1f}{likely}"
    print(line, flush=True)
    return soon, late


def _timed(work: Any) -> tuple[float, Any]:
    begun = time.perf_counter()
    found = work()
    return time.perf_counter() - begun, found


if __name__ == "__main__":
    main()
