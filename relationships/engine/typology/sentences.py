"""Reasons in a marketer's words: plain templates by code, ready for gettext."""

from collections.abc import Callable

from relationships.engine.typology.reasons import Missing, Reason
from relationships.engine.typology.typology import Typology

Translate = Callable[[str], str]

# none, one, many of "count"; the same text thrice where no count decides
SENTENCES: dict[str, tuple[str, str, str]] = {
    "purchases": (
        "has not bought again in {weeks:.0f} weeks",
        "bought once more in {weeks:.0f} weeks",
        "bought {count:.0f} more times in {weeks:.0f} weeks",
    ),
    "tenure": ("has been a customer for {weeks:.0f} weeks",) * 3,
    "spend": ("spends {amount} on an order, where {usual} is usual",) * 3,
    "visits": (
        "has not visited in {weeks:.0f} weeks",
        "visited once in {weeks:.0f} weeks",
        "visited {count:.0f} times in {weeks:.0f} weeks",
    ),
    "support": (
        "has never asked for help in {orders:.0f} orders",
        "asked for help once in {orders:.0f} orders",
        "asked for help {count:.0f} times in {orders:.0f} orders",
    ),
    "complaints": (
        "has not complained in {orders:.0f} orders",
        "complained once in {orders:.0f} orders",
        "complained {count:.0f} times in {orders:.0f} orders",
    ),
    "suggestions": (
        "made no suggestion in {weeks:.0f} weeks",
        "made a suggestion in {weeks:.0f} weeks",
        "made {count:.0f} suggestions in {weeks:.0f} weeks",
    ),
    "advocacy": (
        "has not recommended us in {weeks:.0f} weeks",
        "recommended us once in {weeks:.0f} weeks",
        "recommended us {count:.0f} times in {weeks:.0f} weeks",
    ),
    "hostile": (
        "has not spoken against us in {weeks:.0f} weeks",
        "spoke against us in public once in {weeks:.0f} weeks",
        "spoke against us in public {count:.0f} times in {weeks:.0f} weeks",
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
    "reviews": (
        "reviewed none of {of:.0f} orders",
        "reviewed 1 of {of:.0f} orders",
        "reviewed {count:.0f} of {of:.0f} orders",
    ),
    "stars": (
        "has given no stars",
        "gave {mean:.0f} stars in a review",
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
    "base_rate": ("there are more such customers",) * 3,
}

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
    none, one, many = SENTENCES[reason.code]
    count = round(reason.numbers.get("count", 2.0))
    said = {name: money(x) if name in AMOUNTS else x for name, x in reason.numbers.items()}
    return translate(none if count == 0 else one if count == 1 else many).format(**said)


def missing_sentence(
    gap: Missing, what: str, types: Typology, translate: Translate = str, most: int = 3
) -> str:
    """What we cannot tell for want of a channel; `what` names the channel in words."""
    names = ", ".join(translate(types[key].name) for key in gap.types[:most])
    template = MISSING_TYPES if gap.types else MISSING
    return translate(template).format(channel=what[:1].upper() + what[1:], names=names)
