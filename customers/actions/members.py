"""Organisations that files name: each found by its name or made, and who belongs to it."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Lower

from customers.actions.customers import one_at_a_time
from customers.actions.keepers import Values, parts
from customers.models import Customer, Organisation
from relcrm.lib import bulk

FACT = "organisation"
LOOKUP = 500


class Members:
    """The keeper of who belongs to which organisation, by its name."""

    def keeps(self, name: str) -> bool:
        return name == FACT

    def values(self, customers: Collection[int], names: Collection[str]) -> Values:
        found: Values = {}
        for some in parts(customers):
            rows = Customer.objects.filter(pk__in=some, organisation__isnull=False)
            for pk, name in rows.values_list("pk", "organisation__name"):
                found[pk] = {FACT: name}
        return found

    def store(self, values: Values, *, now: datetime) -> None:
        wanted = {pk: said[FACT] for pk, said in values.items() if FACT in said}
        known = resolve_organisations({name for name in wanted.values() if name}, now=now)
        columns: dict[str, bulk.Column] = {
            "id": list(wanted),
            "organisation_id": [known[name] if name else None for name in wanted.values()],
        }
        bulk.stage(connection, "staged_member", "customers_customer", columns, len(wanted))
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE customers_customer AS c SET organisation_id = s.organisation_id, "
                "changed_at = %s, touched_at = %s FROM staged_member s WHERE c.id = s.id",
                [connection.ops.adapt_datetimefield_value(now)] * 2,
            )


def resolve_organisations(names: Iterable[str], *, now: datetime) -> dict[str, int]:
    """Name as given → organisation, making those nobody has named yet. Two callers at once come
    one after the other."""
    wanted = set(names)
    if not wanted:
        return {}
    one_at_a_time("organisation")
    known = _known(wanted)
    missing = {name.casefold(): name for name in sorted(wanted) if name.casefold() not in known}
    if missing:
        made: dict[str, bulk.Column] = {"name": list(missing.values()), "created_at": now}
        bulk.add_rows(connection, Organisation, made, len(missing))
        known |= _known(missing.values())
    return {name: known[name.casefold()][0] for name in wanted}


def spell(people: Iterable[dict[str, Any]]) -> None:
    """Write organisations that are known already as they are written there."""
    naming = [facts for facts in people if facts.get(FACT)]
    known = _known({facts[FACT] for facts in naming})
    for facts in naming:
        facts[FACT] = known.get(facts[FACT].casefold(), (0, facts[FACT]))[1]


def _known(names: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Name in small letters → number and name; of several with one name the oldest."""
    ordered = sorted({name.lower() for name in names} | set(names))
    found: dict[str, tuple[int, str]] = {}
    for start in range(0, len(ordered), LOOKUP):
        some = ordered[start : start + LOOKUP]
        rows = Organisation.objects.annotate(low=Lower("name"))
        # SQLite knows small letters only to z; beyond, a name is found as it is written.
        rows = rows.filter(Q(low__in=some) | Q(name__in=some)).order_by("-pk")
        for pk, name in rows.values_list("pk", "name"):
            if pk <= found.get(name.casefold(), (pk, ""))[0]:
                found[name.casefold()] = (pk, name)
    return found


def remove_organisations(made_at: datetime) -> None:
    """Those that an undone batch made, unless somebody belongs to them by now."""
    Organisation.objects.filter(created_at=made_at, members=None).delete()
