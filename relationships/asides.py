"""What we know of the relationship, beside a customer's complaint: how to treat them now."""

from customers.asides import Aside
from customers.models import Customer
from relationships.labels import judged, label
from relationships.types_page import rules
from relcrm.base import roles
from relcrm.base.models import User


def relationship(customer: Customer, user: User) -> Aside | None:
    """Family and type with what to do and what not; nothing before the first scoring."""
    profile = judged(customer)
    if profile is None:
        return None
    shown = label(profile, frank=roles.may(user, "see_negative_types"))
    words = {"label": shown, "profile": profile}
    if shown.type is not None:
        words |= {
            "do": rules(shown.type.do),
            "dont": rules(shown.type.dont),
            "hours": int(shown.type.reply_hours_max),
        }
    return Aside("relationships/_aside.html", words)
