"""What the categories of sent messages mean: offer, selling, news, personal or service."""

WORDS: dict[str, tuple[str, ...]] = {
    # At a price: what a type's largest share of promotion limits. Our own outbox says "marketing".
    "offer": ("marketing", "promotion", "offer", "sale", "discount", "deal", "coupon"),
    # Sells without a price cut.
    "selling": ("selling", "launch", "product", "recommendation", "cross_sell"),
    # Tells or asks something.
    "news": ("news", "newsletter", "content", "tips", "survey", "event"),
    # From a person to a person.
    "personal": ("personal", "thanks", "greeting", "answer"),
    # What is owed; it is never counted as contact.
    "service": ("service", "transactional", "order", "delivery"),
}


def words(kind: str) -> tuple[str, ...]:
    """The categories that mean this kind; lower case. Any other says only that we wrote."""
    return WORDS[kind]
