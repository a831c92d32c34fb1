"""What the columns of a file mean, by their names first and what stands in them second."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from customers.intake.dates import looks_like_date
from customers.intake.numbers import looks_like_number

Names = Mapping[str, tuple[str, ...]]
# Meaning → the names people give such a column, most telling first; written as `plain` writes.
NAMES: Names = {
    "date": (
        "date", "invoicedat", "invoicedate", "orderdate", "purchasedate", "transactiondate",
        "purchasedat", "orderedat", "createdat", "paidat", "day", "timestamp", "datum",
        "orderpurchasetimestamp", "bestelldatum", "rechnungsdatum", "time",
    ),
    "customer": (
        "customer", "customerid", "customeruniqueid", "customernumber", "customerno", "custid",
        "clientid", "client", "userid", "memberid", "member", "buyer", "buyerid", "accountid",
        "contactid", "masterid", "kunde", "kundennummer", "kundennr", "customeremail", "email",
        "emailaddress", "id", "user",
    ),
    "order": (
        "order", "orderid", "ordernumber", "orderno", "invoice", "invoiceid", "invoiceno",
        "invoicenumber", "receipt", "receiptid", "transaction", "transactionid", "basket",
        "basketid", "bestellnummer", "rechnung", "rechnungsnummer",
    ),
    "amount": (
        "amount", "total", "totalamount", "ordertotal", "totalprice", "grandtotal", "revenue",
        "sales", "value", "spend", "paymentvalue", "linetotal", "betrag", "umsatz", "summe",
        "amountpaid", "monetary",
    ),
    "quantity": ("quantity", "qty", "units", "pieces", "count", "menge", "anzahl"),
    "price": ("unitprice", "price", "itemprice", "priceeach", "einzelpreis", "preis", "unitcost"),
    "product": (
        "product", "productid", "sku", "stockcode", "itemid", "item", "article", "articlenumber",
        "productcode", "artikel", "artikelnummer",
    ),
    "category": ("category", "productcategory", "productcategoryname", "department", "kategorie"),
    "kind": ("kind", "type", "transactiontype", "event", "eventtype", "status", "art"),
    "discount": ("discount", "discountamount", "coupon", "rebate", "rabatt"),
    "currency": ("currency", "currencycode", "waehrung", "wahrung"),
    "brand": ("brand", "shop", "store", "label", "marke"),
}  # fmt: skip
# Of files about anything that happened; who, when and how much are called as in purchases.
HAPPENED: Names = {
    **{name: NAMES[name] for name in ("date", "customer", "amount", "category",
                                      "discount", "currency", "brand")},
    "kind": tuple(name for name in NAMES["kind"] if name != "status"),  # of an order, mostly
    "order": ("eventid", "interactionid", "ticketid", "reviewid", "messageid", "visitid",
              "activityid", "number", "reference", "order", "orderid", "invoice"),
    "channel": ("channel", "medium", "via", "kanal"),
    "rating": ("rating", "score", "stars", "reviewscore", "nps", "csat", "bewertung"),
    "sentiment": ("sentiment", "polarity", "mood"),
    "reason": ("reason", "returnreason", "grund"),
    "online": ("isonline", "online"),
    "text": ("text", "message", "comment", "note", "notes", "body", "subject", "description",
             "reviewtext", "reviewmessage", "kommentar", "notiz"),
}  # fmt: skip
TITLES = {
    "customer": "Customer", "date": "Date", "amount": "Amount", "quantity": "Quantity",
    "price": "Unit price", "order": "Order number", "product": "Product", "category": "Category",
    "kind": "Purchase or return", "discount": "Discount", "currency": "Currency", "brand": "Brand",
}  # fmt: skip
NUMERIC = {"amount", "quantity", "price", "discount"}
# Columns of few words that must say something we know; a "status" full of other words is none.
KIND_WORDS = {
    "purchase": "purchase", "sale": "purchase", "buy": "purchase", "order": "purchase",
    "bought": "purchase", "kauf": "purchase", "completed": "purchase", "paid": "purchase",
    "return": "return", "returned": "return", "refund": "return", "refunded": "return",
    "cancellation": "return", "cancelled": "return", "canceled": "return",
    "credit note": "return", "retoure": "return", "storno": "return", "gutschrift": "return",
}  # fmt: skip
HAPPENED_TITLES = {name: TITLES[name] for name in ("customer", "date")} | {
    "kind": "What happened", "order": "Number of the event", "channel": "Channel",
    "rating": "Rating", "sentiment": "Mood, −1 to 1", "text": "Text", "amount": "Amount",
    "category": "Category", "reason": "Reason of a return", "online": "Online, yes or no",
    "discount": "Discount", "currency": "Currency", "brand": "Brand",
}  # fmt: skip
CODE = re.compile(r"[A-Z]{3}|[€$£¥]")


@dataclass(frozen=True)
class Column:
    """One column: its name, and some of what stands in it."""

    name: str
    samples: tuple[str, ...]


def columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Column]:
    """The columns of a file with the samples that `rows` hold; short rows leave gaps."""
    return [
        Column(name, tuple(row[at] for row in rows if at < len(row) and row[at].strip()))
        for at, name in enumerate(header)
    ]


def mapping(
    found: Sequence[Column],
    names: Names = NAMES,
    tests: "Mapping[str, Test] | None" = None,
    *,
    loosely: bool = True,
) -> dict[str, str]:
    """Meaning → column name, each column used once; the surest pairs first.

    Where not `loosely`, a meaning that no cell can speak for needs a name that is one of its own.
    """
    tests = TESTS if tests is None else tests
    pairs = sorted(
        (
            (
                _score(meaning, column, names[meaning], tests.get(meaning), loosely),
                meaning,
                column.name,
            )  # fmt: skip
            for meaning in names
            for column in found
        ),
        key=lambda pair: -pair[0],
    )
    chosen: dict[str, str] = {}
    for score, meaning, name in pairs:
        if score > 0 and meaning not in chosen and name not in chosen.values():
            chosen[meaning] = name
    if "price" in chosen and "quantity" not in chosen and "amount" not in chosen:
        chosen["amount"] = chosen.pop("price")  # a lone "price" is what was paid
    if "amount" in chosen:
        chosen.pop("price", None)
    return chosen


def plain(name: str) -> str:
    """Without case, spaces and marks, as names are compared."""
    return re.sub(r"[^a-z0-9]", "", name.casefold().replace("ä", "a"))


def _score(
    meaning: str, column: Column, names: tuple[str, ...], test: "Test | None", loosely: bool
) -> float:
    """How well the name fits, a little less by its rank, times the share of values that fit.

    A column called exactly so may hold some bad values; one that only sounds so may not.
    """
    fitting = _fitting(test, column.samples)
    called = plain(column.name)
    if called in names and (fitting >= SURE or meaning not in STRICT):
        return (10 - names.index(called) / 10) * (0.1 + fitting)
    if fitting < SURE:
        return 0
    if test is None and not loosely:
        return 0
    longer = [rank for rank, name in enumerate(names) if len(name) > 3 and name in called]
    if longer:
        return 4 - longer[0] / 10
    # Without a name that helps, only a date is plain enough to be seen.
    return 1 if meaning == "date" and column.samples and not called.isdigit() else 0


def _fitting(test: "Test | None", samples: Sequence[str]) -> float:
    """The share of the values that such a column may hold."""
    if test is None:
        return 1.0
    return sum(map(test, samples)) / len(samples) if samples else 0.0


Test = Callable[[str], bool]
SURE = 0.8
STRICT = {"kind", "currency"}
TESTS: dict[str, Test] = {
    "date": looks_like_date,
    "currency": lambda text: bool(CODE.fullmatch(text.strip().upper())),
    "kind": lambda text: text.strip().casefold() in KIND_WORDS,
} | dict.fromkeys(NUMERIC, looks_like_number)
