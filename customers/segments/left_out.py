"""Who is in no segment, whatever the rule says of them: one rule for pages, files and programs.

Those whose data may not be used just now are in none. Those who object to being judged are in none
that asks about relationships, and those left to service in none that asks so on behalf of somebody
who may not see negative relationships by name (docs/decisions/left-to-service.md). Discreet people
are in none that asks what they bought, but for who may know it (docs/decisions/discreet.md).
A registered field says by `withheld` and `veil` whom it leaves out.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.models import Customer
from customers.queries.modifiers import RIGHT, discreet
from customers.segments.fields import Reader
from customers.segments.rule import Behaviour, Condition, Node, leaves

Set = Callable[[], Q]


def restricted() -> Q:
    """As a set, which is small and has an index of its own: so that everybody else is counted
    without looking at their rows."""
    return Q(pk__in=Customer.objects.filter(restricted_at__isnull=False).values("pk"))


def objecting() -> Q:
    """To being judged by data."""
    return Q(pk__in=Customer.objects.filter(objects_to_profiling=True).values("pk"))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many are left out of a segment, by reason; `service` says that others may be."""

    restricted: int = 0
    objecting: int = 0
    service: bool = False
    goods: bool = False

    @property
    def sentences(self) -> list[str]:
        said = []
        if self.restricted:
            said.append(ngettext(
                "%d person is left out because their data may not be used just now.",
                "%d people are left out because their data may not be used just now.",
                self.restricted,
            ) % self.restricted)  # fmt: skip
        if self.objecting:
            said.append(ngettext(
                "%d person is left out because they object to being judged.",
                "%d people are left out because they object to being judged.",
                self.objecting,
            ) % self.objecting)  # fmt: skip
        if self.service:
            said.append(
                _("Those left to service are left out, as the rule asks about relationships.")
            )
        if self.goods:
            said.append(
                _("Discreet customers are left out, as the rule asks what somebody bought.")
            )
        return said


def sets(rule: Node | None, reader: Reader) -> list[Q]:
    """Everybody who is left out of this rule for this reader; of a list, where there is none."""
    withheld, veils = _asked(rule)
    goods = (discreet,) if hides_goods(rule, reader) else ()
    return [q() for q in (restricted, *withheld, *(() if reader.frank else veils), *goods)]


def hides_goods(rule: Node | None, reader: Reader) -> bool:
    """Whether the rule asks what somebody bought, for who may not know that of everybody."""
    return rule is not None and not reader.may(RIGHT) and any(map(_names_goods, leaves(rule)))


def _names_goods(leaf: Condition | Behaviour) -> bool:
    if isinstance(leaf, Condition):
        return leaf.field.names_goods
    asked = (leaf.where, leaf.period.since)
    return any(one is not None and bool(one.categories or one.products) for one in asked)


def left_out(rule: Node | None, among: QuerySet[Customer], reader: Reader) -> LeftOut:
    """Among these customers; whether they would be in otherwise is not looked at."""
    withheld, veils = _asked(rule)
    counted = among.order_by().filter(restricted()).count()
    others = Q(pk__in=[])
    for q in withheld:
        others |= q()
    judged = among.order_by().filter(others).exclude(restricted()).count() if withheld else 0
    return LeftOut(counted, judged, bool(veils) and not reader.frank, hides_goods(rule, reader))


def _asked(rule: Node | None) -> tuple[set[Set], set[Set]]:
    fields = [one.field for one in leaves(rule) if isinstance(one, Condition)] if rule else []
    return (
        {one.withheld for one in fields if one.withheld},
        {one.veil for one in fields if one.veil},
    )
