"""What customers may read of our judgement: the sentence of their type that is written for them."""

from customers.models import Customer
from relationships.live import typology


def for_them(customer: Customer) -> str:
    """Nothing while the type is not known, and nothing about whoever may not be judged."""
    profile = getattr(customer, "profile", None) if customer.is_judgeable else None
    if profile is None or not profile.type:
        return ""
    return next((t.customer_reads for t in typology().types if t.key == profile.type), "")
