"""Reasons in a marketer's words: plain templates by code, ready for gettext."""

from collections.abc import Callable

from relationships.engine.typology.reasons import Missing, Reason
from relationships.engine.typology.typology import Typology

Translate = Callable[[str], str]

# none, one, many of "count"; the same text thrice where no count decides; where there are no
# numbers at all: against it, for it, for it
SENTENCES: dict[str, tuple[str, str, str]] = {
    "purchases": (
        "has not bought again in {weeks:weeks}",
        "bought once more in {weeks:weeks}",
        "bought {count:.0f} more times in {weeks:weeks}",
    ),
    "tenure": ("has been a customer for {weeks:weeks}",) * 3,
    "spend": ("spends {amount} on an order, where {usual} is usual",) * 3,
    "visits": (
        "has not visited in {weeks:weeks}",
        "visited once in {weeks:weeks}",
        "visited {count:.0f} times in {weeks:weeks}",
    ),
    "support": (
        "has never asked for help{orders:in orders}",
        "asked for help once{orders:in orders}",
        "asked for help {count:.0f} times{orders:in orders}",
    ),
    "complaints": (
        "has not complained{orders:in orders}",
        "complained once{orders:in orders}",
        "complained {count:.0f} times{orders:in orders}",
    ),
    "suggestions": (
        "made no suggestion in {weeks:weeks}",
        "made a suggestion in {weeks:weeks}",
        "made {count:.0f} suggestions in {weeks:weeks}",
    ),
    "advocacy": (
        "has not recommended us in {weeks:weeks}",
        "recommended us once in {weeks:weeks}",
        "recommended us {count:.0f} times in {weeks:weeks}",
    ),
    "hostile": (
        "has not spoken against us in {weeks:weeks}",
        "spoke against us in public once in {weeks:weeks}",
        "spoke against us in public {count:.0f} times in {weeks:weeks}",
    ),
    "returns": (
        "returned nothing of {of:.0f} orders",
        "returned 1 of {of:.0f} orders",
        "returned {count:.0f} of {of:.0f} orders",
    ),
    "promo": (
        "paid the full price on all {of:.0f} orders",
        "bought 1 of {of:.0f} orders at a discount",
        "bought {count:.0f} of {of:.0f} orders at a discount",
    ),
    "novelty": (
        "bought nothing new to the shop in {of:.0f} orders",
        "bought something new to the shop in 1 of {of:.0f} orders",
        "bought something new to the shop in {count:.0f} of {of:.0f} orders",
    ),
    "season": (
        "none of {of:.0f} later orders fell in their season",
        "1 of {of:.0f} later orders fell in their season",
        "{count:.0f} of {of:.0f} later orders fell in their season",
    ),
    "categories": (
        "bought in no known category",
        "bought in one category only ({of:.0f} orders)",
        "bought in {count:.0f} categories ({of:.0f} orders)",
    ),
    "messages": (
        "answered none of {of:.0f} messages",
        "answered 1 of {of:.0f} messages",
        "answered {count:.0f} of {of:.0f} messages",
    ),
    "opt_out": ("still lets us write", "asked us to stop writing", "asked us to stop writing"),
    "recovery": (
        "was not satisfied with how we settled {of:.0f} complaints",
        "was satisfied with 1 of {of:.0f} settled complaints",
        "was satisfied with {count:.0f} of {of:.0f} settled complaints",
    ),
    "unsettled": (
        "has nothing of the last year that we have not put right",
        "has something of the last year that we have not put right",
        "has something of the last year that we have not put right",
    ),
    "reviews": (
        "reviewed none of {of:.0f} orders",
        "reviewed 1 of {of:.0f} orders",
        "reviewed {count:.0f} of {of:.0f} orders",
    ),
    "stars": (
        "has given no stars",
        "gave {mean:stars} in a review",
        "gave {mean:.1f} stars on average in {count:.0f} reviews",
    ),
    "nps": (
        "was not asked whether they recommend us",
        "answered {mean:.0f} of 10 on recommending us",
        "answered {mean:.1f} of 10 on average on recommending us",
    ),
    "profile": (
        "told us nothing of {of:.0f} things we ask",
        "told us 1 of {of:.0f} things we ask",
        "told us {count:.0f} of {of:.0f} things we ask",
    ),
    "contract": ("has no running contract", "has a running contract", "has a running contract"),
    "third": ("chose us", "was brought to us by someone else", "was brought to us by someone else"),
    "base_rate": (
        "there are fewer such customers",
        "there are more such customers",
        "there are more such customers",
    ),
    "learned": (
        "is more like customers who said otherwise of themselves",
        "is like customers who said so of themselves",
        "is like customers who said so of themselves",
    ),
    "memory": (
        "looked otherwise at the end of last month",
        "looked so at the end of last month already",
        "looked so at the end of last month already",
    ),
}

# The same where it is about one order, message or complaint: none of it, all of it
OF_ONE: dict[str, tuple[str, str]] = {
    "returns": ("sent nothing of one order back", "returned one order"),
    "promo": ("paid the full price on one order", "bought one order at a discount"),
    "novelty": (
        "bought nothing new to the shop in one order",
        "bought something new to the shop in one order",
    ),
    "season": (
        "one later order fell outside their season",
        "one later order fell in their season",
    ),
    "categories": ("bought once, in no known category", "bought once, in one category"),
    "messages": ("did not answer one message", "answered one message"),
    "recovery": (
        "was not satisfied with how we settled one complaint",
        "was satisfied with how we settled one complaint",
    ),
    "reviews": ("did not review one order", "reviewed one order"),
}

# none, one, many of a thing, as a sentence quotes it
QUOTED: dict[str, tuple[str, str, str]] = {
    "weeks": ("less than a week", "one week", "{n:.0f} weeks"),
    "in orders": (", without an order", " in one order", " in {n:.0f} orders"),
    "stars": ("no star", "one star", "{n:.0f} stars"),
}
YEARS = "{n} years"
WEEKS_A_YEAR, YEARS_FROM_WEEKS = 365.25 / 7, 104
AMOUNTS = ("amount", "usual")  # numbers of a reason that are money
MISSING_TYPES = "{channel} not connected: cannot tell {names}"
MISSING = "{channel} not connected: would make every judgement surer"


def plainly(amount: float) -> str:
    """Money where nobody says in which currency."""
    return f"{amount:.2f}"


def sentence(
    reason: Reason, translate: Translate = str, money: Callable[[float], str] = plainly
) -> str:
    """The observation in words, to follow the customer's name or "who"."""
    numbers = reason.numbers
    said = {
        name: money(x) if name in AMOUNTS else Quoted(x, translate) for name, x in numbers.items()
    }
    count = round(numbers.get("count", 2.0 if numbers or reason.strength > 0 else 0.0))
    if reason.code in OF_ONE and round(numbers.get("of", 2.0)) == 1:
        return translate(OF_ONE[reason.code][min(count, 1)])
    return translate(SENTENCES[reason.code][min(count, 2)]).format(**said)


class Quoted:
    """A number that says in a sentence what it counts: "one week", "12 weeks"."""

    def __init__(self, n: float, translate: Translate) -> None:
        self.n, self.translate = n, translate

    def __format__(self, how: str) -> str:
        if how not in QUOTED:
            return format(self.n, how)
        if how == "weeks" and self.n >= YEARS_FROM_WEEKS:
            return in_years(self.n, self.translate)
        return self.translate(QUOTED[how][min(round(self.n), 2)]).format(n=self.n)


def in_years(weeks: float, translate: Translate) -> str:
    """ "2 years", "2.5 years": what nobody counts in weeks any more."""
    return translate(YEARS).format(n=f"{weeks / WEEKS_A_YEAR:.1f}".removesuffix(".0"))


def missing_sentence(
    gap: Missing, what: str, types: Typology, translate: Translate = str, most: int = 3
) -> str:
    """What we cannot tell for want of a channel; `what` names the channel in words."""
    names = ", ".join(translate(types[key].name) for key in gap.types[:most])
    template = MISSING_TYPES if gap.types else MISSING
    return translate(template).format(channel=what[:1].upper() + what[1:], names=names)
