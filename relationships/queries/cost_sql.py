"""What serving a customer has cost, and the margin of their purchases, as sums in SQL."""

from collections.abc import Mapping
from dataclasses import dataclass

from customers.models import Kind
from relcrm.base.costs import Prices

# Beside the evidence, a row per customer; what nothing is recorded of is NULL.
SUMS = ("contacts", "minutes", "filed", "writing", "discounts", "told", "earned", "sent_back")
# `told` and `earned` are of purchases only: a return loses its margin once, by its share.
IS_TOLD = "k_purchase AND margin IS NOT NULL AND amount > 0"


@dataclass(frozen=True)
class CostSql:
    """Columns of each interaction (as `i`) and their sums, for the kinds that are recorded."""

    prices: Prices
    kinds: frozenset[str]
    vendor: str

    def rows(self) -> tuple[list[str], list[object]]:
        """Of one interaction, with parameters."""
        params: list[object] = []
        margin = f"{self._margin(params)} AS margin"
        return [
            margin,
            f"{self._minutes()} AS minutes",
            f"{self._writing(params)} AS writing",
        ], params

    def sums(self) -> Mapping[str, str]:
        """By name, over rows whose kinds are the booleans k_…"""
        answered = [kind for kind in (Kind.SUPPORT, Kind.COMPLAINT) if kind in self.kinds]
        found = {
            "contacts": self._of("COUNT(*)", " OR ".join(f"k_{kind}" for kind in answered)),
            "minutes": self._of("SUM(minutes)", self._if(Kind.SUPPORT)),
            "filed": self._of("COUNT(*)", self._if(Kind.COMPLAINT)),
            "writing": self._of("SUM(writing)", self._if(Kind.MESSAGE_SENT)),
            "discounts": self._of("SUM(discount)", "k_purchase AND discount > 0"),
            "told": self._of("SUM(amount)", IS_TOLD),
            "earned": self._of("SUM(margin)", IS_TOLD),
            "sent_back": self._of("COUNT(*)", self._if(Kind.RETURN)),
        }
        return {name: found[name] for name in SUMS}

    def number(self, expression: str) -> str:
        return f"({expression})::float8" if self.vendor == "postgresql" else f"({expression})"

    def _if(self, kind: Kind) -> str:
        return f"k_{kind}" if kind in self.kinds else ""

    def _of(self, total: str, condition: str) -> str:
        return f"{total} FILTER (WHERE {condition})" if condition else "NULL"

    def _margin(self, params: list[object]) -> str:
        """As told with the purchase, else by its category."""
        told = self.number("i.margin")
        if not self.prices.margins:
            return told
        cases = " ".join(f"WHEN %s THEN {share!r}" for share in self.prices.margins.values())
        params.extend(self.prices.margins)
        by_category = f"{self.number('i.amount')} * CASE i.category {cases} END"
        return f"COALESCE({told}, {by_category})"

    def _minutes(self) -> str:
        """Of calls for help, where a program or file says how long they took; texts that are no
        numbers count as not told."""
        if Kind.SUPPORT not in self.kinds or not self.prices.minute:
            return self.number("NULL")
        if self.vendor == "postgresql":
            told = "i.properties ->> 'minutes'"
            is_number, minutes = f"{told} ~ '^[0-9]{{1,6}}([.][0-9]*)?$'", f"({told})::float8"
        else:
            told = "json_extract(i.properties, '$.minutes')"
            is_number = (
                f"LENGTH({told}) <= 9 AND {told} GLOB '[0-9]*' AND {told} NOT GLOB '*[^0-9.]*'"
            )
            minutes = f"CAST({told} AS REAL)"
        return f"CASE WHEN i.kind = '{Kind.SUPPORT}' AND {is_number} THEN {minutes} END"

    def _writing(self, params: list[object]) -> str:
        """What a message we sent cost, by its channel."""
        if Kind.MESSAGE_SENT not in self.kinds:
            return self.number("NULL")
        usual = repr(self.prices.message)
        own = self.prices.channels
        cases = " ".join(f"WHEN %s THEN {price!r}" for price in own.values())
        params.extend(own)
        price = f"CASE i.channel {cases} ELSE {usual} END" if own else usual
        return f"CASE WHEN i.kind = '{Kind.MESSAGE_SENT}' THEN {self.number(price)} END"
