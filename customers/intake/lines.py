"""What one row says, once its columns are named: who, when, how much, of what."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar, NamedTuple

from customers.intake.dates import Days, NotADate
from customers.intake.numbers import NotANumber, number
from customers.intake.recognise import KIND_WORDS
from customers.intake.table import Chunk, Row
from customers.models import Kind

CREDIT_NOTE = re.compile(r"[Cc]\d")  # an invoice that begins with C takes one back
BLANK = {"", "nan", "null", "none", "n/a", "#n/a", "-"}
SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
NO_CUSTOMER = "has no customer"
MANY = 100_000  # remembered texts of days
LONGEST_KEPT = 2_000
LONGEST = {"customer": 254, "order": 48, "product": 200, "category": 60}


# Plain texts: members of the enumeration are slow to compare and to store.
PURCHASE, RETURN = Kind.PURCHASE.value, Kind.RETURN.value
KINDS = frozenset(Kind.values)


class Line(NamedTuple):
    """A usable row, as the sorting keeps it: days and sums as text, nothing as "" or None."""

    customer: str
    day: str
    order_no: str
    row: int
    at: str  # instant, when the file has times
    kind: str
    amount: str  # in the row's currency; of a purchase negative when it lowers its order
    discount: str | None
    quantity: str | None
    price: str | None
    product: str | None
    category: str | None
    currency: str | None  # only when it is another than the company's
    brand: str | None
    more: str | None = None  # whatever else the row says, as JSON


class Problem(NamedTuple):
    """A row that cannot be taken, and what would mend it."""

    row: int
    column: str
    value: str
    reason: str
    remedy: str


NOTHING = (None,) * 8  # what a row says in a file of customer, date and amount


class Unusable(Exception):
    """This row cannot be taken."""

    def __init__(self, meaning: str, value: str, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.meaning, self.value, self.reason, self.remedy = meaning, value, reason, remedy


@dataclass
class Plan:
    """How the columns of one file are read. Made once, used for every row."""

    mapping: Mapping[str, str]
    header: Sequence[str]
    days: Days
    today: date
    currency: str
    decimal: str = "."
    rates: Mapping[str, str] = field(default_factory=dict)
    brands: frozenset[str] = frozenset()  # in small letters
    wants_email: bool = False
    keep: Sequence[str] = ()  # columns without a meaning that are kept as they are
    usual_kind: str = PURCHASE  # of rows that do not say what they are

    needed: ClassVar[tuple[str, ...]] = ("customer", "date")

    def __post_init__(self) -> None:
        self.kept = [(name, self.header.index(name)) for name in self.keep]
        self.at = {meaning: self.header.index(name) for meaning, name in self.mapping.items()}
        self.latest = self.today + timedelta(days=1)
        # Texts of days and sums repeat.
        self.moments: dict[str, tuple[str, str]] = {}
        self.sums: dict[str, tuple[str, str]] = {}
        self.is_simple = self.at.keys() == {"customer", "date", "amount"} and not self.kept
        self.has_lines = bool(self.at.keys() & {"product", "price"})

    @property
    def fields(self) -> list[str]:
        """The fields of a line that this file can fill."""
        optional = {"discount", "quantity", "price", "product", "category", "currency", "brand",
                    "more"}  # fmt: skip
        taken = self.at.keys() | ({"more"} if self.says_more else set())
        return [name for name in Line._fields if name not in optional or name in taken]

    @property
    def says_more(self) -> bool:
        return bool(self.kept)

    def read(self, chunk: Chunk) -> tuple[list[Line], list[Problem]]:
        """The usable rows of a chunk, and the others with their reasons."""
        remedy = "Mend the row in the file, or choose another delimiter or encoding."
        problems = [Problem(at, "", "", why, remedy) for at, why in chunk.ragged]
        lines = []
        for at, row in zip(chunk.numbers, chunk.rows, strict=True):
            try:
                lines.append(self.line(at, row))
            except Unusable as unusable:
                problems.append(self._problem(at, unusable))
        return lines, problems

    def line(self, at: int, row: Row) -> Line:
        customer = self._customer(row[self.at["customer"]])
        day, instant = self._moment(row[self.at["date"]])
        if self.is_simple:
            kind, paid = self._paid(row)
            return Line(customer, day, "", at, instant, kind, paid, *NOTHING)
        order = self._text("order", row) or ""
        quantity, price = self._number("quantity", row), self._number("price", row)
        if "amount" in self.at:
            amount = self._needed("amount", row)
        else:
            amount = self._needed("quantity", row) * self._needed("price", row)
        kind = self._kind(row, amount, quantity, order)
        if kind == RETURN:
            amount = abs(amount)
        elif amount < 0 and not (kind == PURCHASE and order):
            raise Unusable("amount", str(amount), "is negative", "Write the amount without minus.")
        discount = self._number("discount", row)
        return Line(
            customer, day, order, at, instant, kind, str(amount),
            None if discount is None else str(abs(discount)),
            None if quantity is None else str(abs(quantity)),
            None if price is None else str(price),
            self._text("product", row), self._text("category", row),
            self._currency(row), self._brand(row), self._kept(row),
        )  # fmt: skip

    def _paid(self, row: Row) -> tuple[str, str]:
        text = row[self.at["amount"]]
        known = self.sums.get(text)
        if known is None:
            if len(self.sums) >= MANY:
                self.sums.clear()
            amount = self._needed("amount", row)
            known = self.sums[text] = (RETURN if amount < 0 else PURCHASE, str(abs(amount)))
        return known

    def _kept(self, row: Row) -> str | None:
        said = {name: row[at].strip()[:LONGEST_KEPT] for name, at in self.kept if row[at].strip()}
        return json.dumps({"properties": said}) if said else None

    def _customer(self, text: str) -> str:
        text = text.strip()
        if text.casefold() in BLANK:
            raise Unusable(
                "customer", text, NO_CUSTOMER,
                "Who bought is not known; with a customer in this cell it can be taken.",
            )  # fmt: skip
        if len(text) > LONGEST["customer"]:
            raise Unusable("customer", text, "is too long", "A customer is named in 254 letters.")
        if self.wants_email:
            return self._address(text)
        # Spreadsheets and data frames write whole numbers with gaps as 17850.0.
        return text[:-2] if text.endswith(".0") and text[:-2].isdigit() else text

    def _address(self, text: str) -> str:
        if "@" not in text:
            raise Unusable(
                "customer", text, "is no e-mail address", "The other customers here are addresses."
            )
        return text.casefold()

    def _moment(self, text: str) -> tuple[str, str]:
        known = self.moments.get(text)
        if known is None:
            if len(self.moments) >= MANY:
                self.moments.clear()
            known = self.moments[text] = self._read_moment(text)
        return known

    def _read_moment(self, text: str) -> tuple[str, str]:
        try:
            day, instant = self.days.read(text)
        except NotADate as problem:
            raise Unusable(
                "date", text, "is no date",
                f"Write it like {self.today:%Y-%m-%d}, or choose the order of day and month.",
            ) from problem  # fmt: skip
        if day > self.latest:
            raise Unusable("date", text, "lies in the future", "Check the year.")
        return day.isoformat(), instant.isoformat() if instant else ""

    def _text(self, meaning: str, row: Row) -> str | None:
        at = self.at.get(meaning)
        text = row[at].strip() if at is not None else ""
        if len(text) > LONGEST.get(meaning, 60):
            raise Unusable(
                meaning, text, "is too long", f"At most {LONGEST[meaning]} characters are kept."
            )
        return text or None

    def _number(self, meaning: str, row: Row) -> Decimal | None:
        at = self.at.get(meaning)
        if at is None or not row[at].strip():
            return None
        try:
            return number(row[at].strip(), self.decimal)
        except NotANumber as problem:
            raise Unusable(
                meaning, row[at], "is no number", f"Write it like 12{self.decimal}50."
            ) from problem

    def _needed(self, meaning: str, row: Row) -> Decimal:
        value = self._number(meaning, row)
        if value is None:
            raise Unusable(meaning, "", "is empty", "Write 0 when nothing was paid.")
        return value

    def _kind(self, row: Row, amount: Decimal, quantity: Decimal | None, order: str) -> str:
        at = self.at.get("kind")
        if at is not None and row[at].strip():
            return self._named_kind(row[at])
        if CREDIT_NOTE.match(order) or (quantity is not None and quantity < 0):
            return RETURN
        # A negative line with a positive quantity lowers its order; alone it is a return.
        lowers = quantity is not None and order
        return RETURN if amount < 0 and not lowers else PURCHASE

    def _named_kind(self, text: str) -> str:
        plain = text.strip().casefold()
        kind = KIND_WORDS.get(plain) or (plain if plain in KINDS else None)
        if kind is None:
            raise Unusable("kind", text, "is no kind we know", "Write purchase or return.")
        return kind

    def _currency(self, row: Row) -> str | None:
        if "currency" not in self.at:
            return None
        text = row[self.at["currency"]].strip().upper()
        code = SIGNS.get(text, text)
        if code in ("", self.currency):
            return None
        if code not in self.rates:
            raise Unusable(
                "currency", text, f"is not the company's currency ({self.currency})",
                f"Say in the options how many {self.currency} one {code} is.",
            )  # fmt: skip
        return code

    def _brand(self, row: Row) -> str | None:
        if "brand" not in self.at:
            return None
        text = row[self.at["brand"]].strip()
        if text and text.casefold() not in self.brands:
            raise Unusable("brand", text, "is no brand of ours", "Add the brand first.")
        return text.casefold() or None

    def _problem(self, at: int, unusable: Unusable) -> Problem:
        column = self.mapping.get(unusable.meaning, "")
        return Problem(at, column[:100], unusable.value[:200], unusable.reason, unusable.remedy)
