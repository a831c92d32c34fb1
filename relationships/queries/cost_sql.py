"""What serving a customer has cost, and the margin of their purchases, as sums in SQL."""

from collections.abc import Mapping
from dataclasses import dataclass

from customers.models import Kind
from relationships.queries.dialect import Dialect
from relcrm.base.costs import Prices

# Beside the evidence, a row per customer; what nothing is recorded of is NULL.
SUMS = ("contacts", "minutes", "filed", "writing", "discounts", "told", "earned", "sent_back")
MOST_DIGITS = 6  # of minutes: more are two years
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
        margin, params = self.margin()
        return [
            f"{margin} AS margin",
            f"{self._minutes()} AS minutes",
            f"{self._writing(params)} AS writing",
        ], params

    def margin(self) -> tuple[str, list[object]]:
        """What is left of the amount of one interaction, NULL where nothing says so; with
        parameters."""
        params: list[object] = []
        return self._margin(params), params

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

    @property
    def dialect(self) -> Dialect:
        return Dialect(self.vendor)

    def _if(self, kind: Kind) -> str:
        return f"k_{kind}" if kind in self.kinds else ""

    def _of(self, total: str, condition: str) -> str:
        return f"{total} FILTER (WHERE {condition})" if condition else "NULL"

    def _margin(self, params: list[object]) -> str:
        """As told with the purchase; else by its category; else, of an order of several
        categories, line by line; else by its brand."""
        told, shares = self.dialect.number("i.margin"), []
        if self.prices.margins:
            shares += [self._of_category("i.category", params), self._of_lines(params)]
        if self.prices.brands:
            shares.append(self._of_brand())
        if not shares:
            return told
        share = shares[0] if len(shares) == 1 else f"COALESCE({', '.join(shares)})"
        return f"COALESCE({told}, {self.dialect.number('i.amount')} * {share})"

    def _of_category(self, column: str, params: list[object]) -> str:
        cases = " ".join(f"WHEN %s THEN {share!r}" for share in self.prices.margins.values())
        params.extend(self.prices.margins)
        return self.dialect.number(f"CASE {column} {cases} END")

    def _of_brand(self) -> str:
        cases = " ".join(
            f"WHEN {int(of)} THEN {share!r}" for of, share in self.prices.brands.items()
        )
        return self.dialect.number(f"CASE i.brand_id {cases} END")

    def _of_lines(self, params: list[object]) -> str:
        """Of the money of each line its own share; a line of which nothing is said has the brand's
        or the company's. Only where some line's category has a margin of its own."""
        own = self._of_category("l.category", params)
        usual = repr(self.prices.margin)
        other = f"COALESCE({self._of_brand()}, {usual})" if self.prices.brands else usual
        money = self.dialect.number("l.quantity * l.unit_price")
        mixed = f"SUM(paid * COALESCE(share, {other})) / NULLIF(SUM(paid), 0)"
        lines = f"SELECT {money} AS paid, {own} AS share FROM customers_orderline l"  # noqa: S608
        return (
            "CASE WHEN i.category = '' AND i.kind = 'purchase' THEN (SELECT "  # noqa: S608
            f"CASE WHEN COUNT(share) > 0 THEN {mixed} END "
            f"FROM ({lines} WHERE l.interaction_id = i.id) AS line) END"
        )

    def _minutes(self) -> str:
        """Of calls for help, where a program or file says how long they took; texts that are no
        numbers count as not told."""
        if Kind.SUPPORT not in self.kinds or not self.prices.minute:
            return self.dialect.number("NULL")
        is_told, minutes = self.dialect.number_told("minutes", MOST_DIGITS)
        return f"CASE WHEN i.kind = '{Kind.SUPPORT}' AND {is_told} THEN {minutes} END"

    def _writing(self, params: list[object]) -> str:
        """What a message we sent cost, by its channel."""
        if Kind.MESSAGE_SENT not in self.kinds:
            return self.dialect.number("NULL")
        usual = repr(self.prices.message)
        own = self.prices.channels
        cases = " ".join(f"WHEN %s THEN {price!r}" for price in own.values())
        params.extend(own)
        price = f"CASE i.channel {cases} ELSE {usual} END" if own else usual
        return f"CASE WHEN i.kind = '{Kind.MESSAGE_SENT}' THEN {self.dialect.number(price)} END"
