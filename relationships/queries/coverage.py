"""Of how many customers each source tells something: counted when everyone is scored."""

from django.db.models import Exists, OuterRef, Q

from customers.models import Customer, Interaction, Kind, OrderLine
from relationships.queries.complained import complained
from relationships.queries.sources import CHANNEL_KINDS, CONTRACTS, LINES, Sources

MARKS = {
    "promo": Q(kind=Kind.PURCHASE, discount__isnull=False),
    "categories": Q(kind=Kind.PURCHASE) & ~Q(category=""),
    "third": Q(kind__in=CONTRACTS, properties__chosen_by__isnull=False),
}
NPS = Q(kind=Kind.SURVEY_ANSWER, category="nps")


def coverage(found: Sources) -> dict[str, int]:
    """Connected source → customers of whom it is on record, in one statement each.

    Each reads the events of its kinds once, from the index alone except for discounts and
    properties. What is worked out of purchases and products (new items, occasions) is not
    counted.
    """
    events = Interaction.objects.through(found.as_of).order_by()
    asked = {channel: Q(kind__in=kinds) for channel, kinds in CHANNEL_KINDS.items()}
    asked |= {"purchases": Q(kind=Kind.PURCHASE), "nps": NPS} | MARKS
    if LINES in found.extras:
        lines = OrderLine.objects.filter(interaction=OuterRef("pk")).exclude(category="")
        asked["categories"] |= Q(Exists(lines), kind=Kind.PURCHASE)
    counts = {
        channel: events.filter(which).values("customer_id").distinct().count()
        for channel, which in asked.items()
        if channel in found.connected
    }
    if "complaints" in found.connected:
        filed = complained(found.as_of).order_by()
        counts["complaints"] = filed.values("customer_id").distinct().count()
    if "profile" in found.connected:
        told = Customer.objects.present().exclude(Q(education="") & Q(occupation="") & Q(gender=""))
        counts["profile"] = told.count()
    return counts
