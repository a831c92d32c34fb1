"""Rows about people: one customer a row, with whatever facts the file has."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from customers.intake import facts
from customers.intake.lines import BLANK, PURCHASE, Line, Plan, Unusable
from customers.intake.table import Row
from customers.models import Identity

KEYS = {Identity.Kind.EXTERNAL: "customer", Identity.Kind.EMAIL: "email",
        Identity.Kind.PHONE: "phone"}  # fmt: skip
NAMELESS = {
    Identity.Kind.EXTERNAL: "Who this is cannot be told; write a number.",
    Identity.Kind.EMAIL: "Customers of this file are known by their e-mail address.",
    Identity.Kind.PHONE: "Customers of this file are known by their phone number.",
}


@dataclass
class People(Plan):
    """How a file of customers is read."""

    identity: str = Identity.Kind.EXTERNAL
    known: Mapping[str, facts.Fact] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        key = "customer" if "customer" in self.at else KEYS[Identity.Kind(self.identity)]
        self.key, self.key_at = key, self.at[key]
        # In the order of the facts, so that a name is put together from its parts.
        self.facts = [
            (self.known[meaning], at)
            for meaning, at in self.at.items()
            if meaning in self.known and meaning != "customer"
        ]

    @property
    def says_more(self) -> bool:
        return True

    def line(self, at: int, row: Row) -> Line:
        key = row[self.key_at].strip()
        if key.casefold() in BLANK:
            raise Unusable(self.key, key, "is empty", NAMELESS[Identity.Kind(self.identity)])
        if len(key) > 254:
            raise Unusable(self.key, key, "is too long", "A customer is named in 254 letters.")
        if self.identity == Identity.Kind.EMAIL and "@" not in key:
            raise Unusable(self.key, key, "is no e-mail address", "Write it like ada@example.com.")
        if self.identity == Identity.Kind.EXTERNAL and key.endswith(".0") and key[:-2].isdigit():
            key = key[:-2]
        return Line(key, "", "", at, "", PURCHASE, "0", *([None] * 7), json.dumps(self.told(row)))

    def told(self, row: Row) -> dict[str, Any]:
        """Fact → value, for the cells that say anything; blank cells say nothing."""
        said: dict[str, Any] = {}
        for fact, at in self.facts:
            text = row[at].strip()
            if text.casefold() in BLANK:
                continue
            try:
                said[fact.name] = fact.read(text, self)
            except facts.Unfit as unfit:
                raise Unusable(fact.name, text, unfit.reason, unfit.remedy) from unfit
        return facts.put_together(said)
