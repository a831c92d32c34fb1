"""Where facts about people are kept: read and written for many people at once, by their names.

The row of the customer is one keeper, custom fields are another; apps may enter more. Values are
plain JSON, as files, undoing and the API can hold them; None means that nothing is known.
"""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Protocol

from django.db import connection

from customers import identities
from customers.models import Customer, CustomValue, Identity
from relcrm.lib import bulk

Values = dict[int, dict[str, Any]]  # customer → fact → value
AT_ONCE = 2_000
CONTACT = {"email": Identity.Kind.EMAIL, "phone": Identity.Kind.PHONE}
DAYS = ("birth_on", "first_seen_on")


class Keeper(Protocol):
    """Keeps some of the facts."""

    def keeps(self, name: str) -> bool: ...

    def values(self, customers: Collection[int], names: Collection[str]) -> Values:
        """What is known now; facts that are not known may be left out."""
        ...

    def store(self, values: Values, *, now: datetime) -> None:
        """Write these facts, None forgets one. In the caller's transaction."""
        ...


KEEPERS: list[Keeper] = []
# Tables in which files write facts: rows there are no reason to keep somebody a file has made.
MODELS = (Identity, CustomValue)


def register(keeper: Keeper) -> None:
    """Call from `AppConfig.ready`, beside `customers.intake.facts.register`."""
    KEEPERS.append(keeper)


class OwnRow:
    """The columns of the customer's row."""

    NAMES = frozenset({
        "name", "email", "phone", "birth_on", "birth_year", "gender", "education", "occupation",
        "household_size", "city", "region", "country", "language", "zone", "interests",
        "first_seen_on", "objects_to_profiling",
    })  # fmt: skip

    def keeps(self, name: str) -> bool:
        return name in self.NAMES

    def values(self, customers: Collection[int], names: Collection[str]) -> Values:
        found: Values = {}
        for some in parts(customers):
            rows = Customer.objects.filter(pk__in=some).values_list("pk", *names)
            for pk, *values in rows:
                found[pk] = {
                    name: value.isoformat() if isinstance(value, date) else value
                    for name, value in zip(names, values, strict=True)
                }
        return found

    def store(self, values: Values, *, now: datetime) -> None:
        """Rows that set the same facts go together in one statement."""
        alike: dict[tuple[str, ...], list[int]] = {}
        for pk, facts in values.items():
            if facts:
                alike.setdefault(tuple(sorted(facts)), []).append(pk)
        for names, pks in alike.items():
            _update(names, [(pk, *(values[pk][name] for name in names)) for pk in pks], now)


def _update(names: tuple[str, ...], rows: list[tuple[Any, ...]], now: datetime) -> None:
    columns: dict[str, bulk.Column] = {"id": [row[0] for row in rows]}
    for at, name in enumerate(names, 1):
        column = [_typed(name, row[at]) for row in rows]
        columns[name] = column
    bulk.stage(connection, "staged_facts", "customers_customer", columns, len(rows))
    sets = ", ".join(f"{name} = s.{name}" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE customers_customer AS c SET {sets}, changed_at = %s, touched_at = %s "
            "FROM staged_facts s WHERE c.id = s.id",
            [connection.ops.adapt_datetimefield_value(now)] * 2,
        )


def _typed(name: str, value: Any) -> Any:
    """As the column holds it: days as days, nothing as the column's own nothing."""
    if name in DAYS:
        return date.fromisoformat(value) if value else None
    if value is None and name not in ("birth_year", "household_size"):
        return Customer._meta.get_field(name).get_default()
    return value


def parts(customers: Iterable[int]) -> Iterable[list[int]]:
    ordered = sorted(customers)
    return (ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE))


def values_of(customers: Collection[int], names: Collection[str]) -> Values:
    """Every fact of these names, None where nothing is known; from all keepers together."""
    found: Values = {pk: dict.fromkeys(names) for pk in customers}
    for keeper in KEEPERS:
        mine = [name for name in names if keeper.keeps(name)]
        if mine:
            for pk, facts in keeper.values(customers, mine).items():
                found[pk] |= {name: _plain(value) for name, value in facts.items()}
    return found


def _plain(value: Any) -> Any:
    """Nothing is None, however the keeper writes it."""
    return None if value in ("", []) else value


def store(values: Values, *, now: datetime) -> None:
    """Write facts, each where it is kept."""
    for keeper in KEEPERS:
        mine = {
            pk: {name: value for name, value in facts.items() if keeper.keeps(name)}
            for pk, facts in values.items()
        }
        mine = {pk: facts for pk, facts in mine.items() if facts}
        if mine:
            keeper.store(mine, now=now)


def spelt(facts: Mapping[str, Any]) -> dict[str, Any]:
    """With e-mail and phone as identities are written."""
    return {
        name: identities.normal(CONTACT[name], value) if name in CONTACT and value else value
        for name, value in facts.items()
    }
