"""The compiled statement means what the rule says: it equals a plain-Python reading, always."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.actions.tallies import mark_stale, refresh_due
from customers.engine.shares import About
from customers.models import Customer, Interaction, OrderLine, Product
from customers.queries.headcount import headcount, spans
from customers.queries.sampled import at_first
from customers.segments import Moment, Reader
from customers.segments.compile import matching
from customers.segments.explain import explain
from customers.segments.reading import read
from relationships.models import Profile
from relcrm.base import roles
from tests.conftest import NOW

DAY = date(2026, 3, 2)
MOMENT = Moment(DAY, ZoneInfo("Europe/Vienna"))
FRANK = Reader(frozenset(roles.TABLE))
KINDS = ["purchase", "visit", "return"]
CATEGORIES = ["shoes", "bags", ""]
CHANNELS = ["web", "shop", ""]
COUNTRIES = ["AT", "DE", ""]
CITIES = ["Graz", "graz", "Wien", ""]

events = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(KINDS),
        "day": st.integers(-3, 40).map(lambda ago: DAY - timedelta(days=ago)),
        "hour": st.integers(0, 5),
        "amount": st.sampled_from([None, "0", "0.10", "0.20", "0.30", "19.99", "40"]),
        "category": st.sampled_from(CATEGORIES),
        "line": st.sampled_from([None, "bags", "R3", "K9"]),
        "channel": st.sampled_from(CHANNELS),
    }
)
people = st.fixed_dictionaries(
    {
        "country": st.sampled_from(COUNTRIES),
        "city": st.sampled_from(CITIES),
        "household_size": st.sampled_from([None, 1, 2, 5]),
        "birth": st.sampled_from(
            [None, 1990, date(1990, 3, 2), date(1990, 3, 3), date(1988, 2, 29)]
        ),
        "interests": st.sampled_from([[], ["hiking"], ["hiking", "cafés"], ["cooking"]]),
        "family": st.sampled_from([None, "friend", "fling", "negative"]),
        "value": st.sampled_from([None, -5.0, 12.5, 100.0]),
        "events": st.lists(events, max_size=6),
    }
)
amounts = st.sampled_from([0, 0.1, 0.3, 0.6, 19.99, 40])
somewhere = st.fixed_dictionaries(
    {},
    optional={
        "categories": st.lists(st.sampled_from(["shoes", "bags"]), min_size=1, unique=True),
        "products": st.lists(st.sampled_from(["R3", "K9"]), min_size=1, unique=True),
        "channels": st.lists(st.sampled_from(["web", "shop"]), min_size=1, unique=True),
        "amount_at_least": amounts,
        "amount_at_most": amounts,
    },
)
kinds = st.lists(st.sampled_from(KINDS), max_size=2, unique=True)
days = st.integers(-2, 40).map(lambda ago: DAY - timedelta(days=ago))
periods = st.one_of(
    st.just({}),
    st.integers(1, 40).map(lambda n: {"last_days": n}),
    st.tuples(days, days).map(
        lambda two: {"from": min(two).isoformat(), "to": max(two).isoformat()}
    ),
    st.builds(
        lambda kinds, where, which: {"since": {"kinds": kinds, "where": where, "which": which}},
        kinds, somewhere, st.sampled_from(["first", "last"]),
    ),
)  # fmt: skip
hows = st.sampled_from(["at_least", "at_most", "exactly"])
measures = st.one_of(
    st.builds(lambda how, n: {"times": {how: n}}, hows, st.integers(0, 3)),
    st.builds(lambda how, n: {"sum": {how: n}}, hows, amounts),
)
behaviours = st.builds(
    lambda did, kinds, where, measure, within: {
        "did": did, "kinds": kinds, "where": where, **measure, "within": within,
    },
    st.booleans(), kinds, somewhere, measures, periods,
)  # fmt: skip


def asking(field, operator, value=None):
    return {"field": field, "operator": operator} | ({} if value is None else {"value": value})


conditions = st.one_of(
    st.builds(asking, st.just("country"), st.sampled_from(["is", "is_not"]),
              st.sampled_from(["AT", "DE"])),
    st.builds(asking, st.just("country"), st.sampled_from(["is_any_of", "is_none_of"]),
              st.just(["AT", "FR"])),
    st.builds(asking, st.just("city"), st.sampled_from(["is", "is_not", "contains",
              "starts_with"]), st.sampled_from(["graz", "G", "ien", "%"])),
    st.builds(asking, st.sampled_from(["city", "country", "household_size", "age", "interests",
              "value", "family"]), st.sampled_from(["is_known", "is_unknown"])),
    st.builds(asking, st.sampled_from(["household_size", "age", "value"]),
              st.sampled_from(["is", "at_least", "at_most"]),
              st.sampled_from([-5, 1, 2, 12.5, 35, 36])),
    st.builds(asking, st.just("age"), st.just("between"), st.just([35, 37])),
    st.builds(asking, st.just("interests"), st.sampled_from(["is_any_of", "is_none_of"]),
              st.sampled_from([["hiking"], ["cafés", "cooking"]])),
    st.builds(asking, st.just("family"), st.sampled_from(["is", "is_not"]),
              st.sampled_from(["friend", "negative"])),
)  # fmt: skip
nodes = st.recursive(
    st.one_of(conditions, behaviours),
    lambda inner: st.one_of(
        inner.map(lambda one: {"not": one}),
        st.lists(inner, max_size=3).map(lambda some: {"all": some}),
        st.lists(inner, max_size=3).map(lambda some: {"any": some}),
    ),
    max_leaves=5,
)


# The reference: one person at a time, in plain Python.


def holds(node, person) -> bool:
    if "all" in node:
        return all(holds(one, person) for one in node["all"])
    if "any" in node:
        return not node["any"] or any(holds(one, person) for one in node["any"])
    if "not" in node:
        return not holds(node["not"], person)
    return did(node, person) if "did" in node else is_so(node, person)


def is_so(node, person) -> bool:
    value, asked, operator = value_of(node["field"], person), node.get("value"), node["operator"]
    if operator in ("is_known", "is_unknown"):
        return (value not in (None, "", [])) == (operator == "is_known")
    if node["field"] == "interests":
        return bool({*value} & {*asked}) == (operator == "is_any_of")
    if node["field"] == "city":
        value, asked = value.lower(), asked.lower()
    plain = {
        "is": lambda: value == asked, "is_any_of": lambda: value in asked,
        "contains": lambda: asked in value, "starts_with": lambda: value.startswith(asked),
        "at_least": lambda: value >= asked, "at_most": lambda: value <= asked,
        "between": lambda: asked[0] <= value <= asked[1],
    }  # fmt: skip
    turned = {"is_not": "is", "is_none_of": "is_any_of"}
    found = value is not None and plain[turned.get(operator, operator)]()
    return found != (operator in turned)


def value_of(field, person):
    if field != "age":
        return person[field]
    birth = person["birth"]
    if birth is None:
        return None
    if isinstance(birth, int):
        return DAY.year - birth
    return DAY.year - birth.year - ((birth.month, birth.day) > (DAY.month, DAY.day))


def counts(event, node) -> bool:
    where = node.get("where", {})
    amount = None if event["amount"] is None else Decimal(event["amount"])
    goods = {"R3": "shoes", "K9": ""}
    categories = {event["category"], goods.get(event["line"], event["line"])}
    return (
        event["day"] <= DAY
        and (not node["kinds"] or event["kind"] in node["kinds"])
        and ("categories" not in where or bool(categories & {*where["categories"]}))
        and ("products" not in where or event["line"] in where["products"])
        and ("channels" not in where or event["channel"] in where["channels"])
        and ("amount_at_least" not in where
             or (amount is not None and amount >= Decimal(str(where["amount_at_least"]))))
        and ("amount_at_most" not in where
             or (amount is not None and amount <= Decimal(str(where["amount_at_most"]))))
    )  # fmt: skip


def at(event) -> datetime:
    return datetime.combine(event["day"], time(event["hour"]), UTC)


def did(node, person) -> bool:
    found = [event for event in person["events"] if counts(event, node)]
    within = node["within"]
    if "last_days" in within:
        found = [e for e in found if e["day"] > DAY - timedelta(days=within["last_days"])]
    if "from" in within:
        found = [e for e in found if within["from"] <= e["day"].isoformat() <= within["to"]]
    if "since" in within:
        anchors = [at(e) for e in person["events"] if counts(e, within["since"])]
        if not anchors:
            return False
        edge = max(anchors) if within["since"]["which"] == "last" else min(anchors)
        found = [e for e in found if at(e) > edge]
    if "times" in node:
        [(how, number)] = node["times"].items()
        measured = Decimal(len(found))
    else:
        [(how, number)] = node["sum"].items()
        measured = sum((Decimal(e["amount"] or 0) for e in found), Decimal(0))
    number = Decimal(str(number))
    enough = {"at_least": measured >= number, "at_most": measured <= number,
              "exactly": measured == number}[how]  # fmt: skip
    return enough == node["did"]


def settle(world) -> dict[int, dict]:
    """These people in the database, by number."""
    Customer.objects.all().delete()
    Product.objects.all().delete()
    shoe = Product.objects.create(sku="R3", category="shoes")
    key = Product.objects.create(sku="K9")
    found = {}
    for person in world:
        birth = person["birth"]
        one = Customer.objects.create(
            country=person["country"], city=person["city"],
            household_size=person["household_size"], interests=person["interests"],
            birth_on=birth if isinstance(birth, date) else None,
            birth_year=birth if isinstance(birth, int) else None,
        )  # fmt: skip
        found[one.pk] = person
        if person["family"] or person["value"] is not None:
            family = person["family"] or "undetermined"
            person["family"] = family
            Profile.objects.create(
                customer=one, as_of=DAY, scored_at=NOW, family=family, value=person["value"]
            )
        for n, event in enumerate(person["events"]):
            row = Interaction.objects.create(
                customer=one, kind=event["kind"], occurred_at=at(event), occurred_on=event["day"],
                amount=event["amount"], category=event["category"], channel=event["channel"],
                source="test", source_id=f"{one.pk}-{n}",
            )  # fmt: skip
            if event["line"]:
                product = {"R3": shoe, "K9": key}.get(event["line"])
                category = "" if product else event["line"]
                OrderLine.objects.create(
                    interaction=row, product=product, category=category, quantity=1, unit_price=1
                )
    return found


def tallies_of(known) -> Moment:
    """With tallies of most people, and one of two reasons to look further at two of them."""
    if connection.vendor != "postgresql":
        return MOMENT
    refresh_due()
    mark_stale(known[1:2])
    return replace(MOMENT, tallied_through=known[-1] - (len(known) > 2))


@pytest.mark.slow  # hundreds of rules over as many small worlds, each asked for every person
@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    world=st.lists(people, min_size=1, max_size=4), some=st.lists(nodes, min_size=6, max_size=12)
)
def test_the_statement_finds_whom_a_plain_reading_finds(world, some, db):
    known = settle(world)
    tallied = tallies_of(sorted(known))
    for node in some:
        rule = read({"version": 1, "all": [node]}, reader=FRANK)
        found = matching(rule, Customer.objects.present(), moment=MOMENT, reader=FRANK)
        wanted = {pk for pk, person in known.items() if holds(node, person)}
        assert {*found.values_list("pk", flat=True)} == wanted, node

        def meant(span, rule=rule):
            among = Customer.objects.present()
            return matching(rule, among, moment=MOMENT, reader=FRANK, span=span)

        parts = [{*meant(span).values_list("pk", flat=True)} for span in spans(1, max(known))]
        assert set().union(*parts) == wanted, node
        assert sum(map(len, parts)) == len(wanted), node
        assert headcount(meant, few=0, little=0) == len(wanted), node
        # In so small a world the share is everybody, one by one.
        told = at_first(meant, few=0, quick=0)
        assert isinstance(told, int) or told == About(*[len(wanted)] * 3), node
        counted = matching(rule, Customer.objects.present(), moment=tallied, reader=FRANK)
        assert {*counted.values_list("pk", flat=True)} == wanted, node
        for pk in known:
            told = explain(rule, pk, Customer.objects.present(), moment=MOMENT, reader=FRANK)
            assert told is not None
            assert told.is_in == (pk in wanted), node
