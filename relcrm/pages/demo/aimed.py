"""What the demo company aims at: the relationships that it offers, and two segments it looks at."""

from datetime import datetime
from typing import Any

from customers.actions.segments import keep_segment
from customers.segments import Reader
from relationships.actions.gap.offering import offer_mix
from relcrm.base.models import Brand, User

# By brand, "" for the company: the mix in per cent, and the wishes it means to meet (none of a
# family: all of it).
OFFERS: dict[str, tuple[dict[str, float], tuple[str, ...]]] = {
    "": (
        {"friend": 50, "marriage": 20, "fling": 20, "distant": 10},
        ("new to enjoy", "friendly face", "knows my taste", "steady partner"),
    ),
    "larkfell": (
        {"friend": 55, "marriage": 25, "fling": 10, "distant": 10},
        ("friendly face", "knows my taste", "steady partner"),
    ),
    "little-lark": ({"fling": 60, "friend": 40}, ("new to enjoy", "special occasions")),
}
SEGMENTS: dict[str, dict[str, Any]] = {
    "Bought twice in half a year": {
        "version": 1,
        "all": [{"did": True, "kinds": ["purchase"], "times": {"at_least": 2},
                 "within": {"last_days": 182}}],
    },
    "Hiking club, long not here": {
        "version": 1,
        "all": [
            {"field": "tag", "operator": "is_any_of", "value": ["hiking club"]},
            {"did": False, "kinds": ["purchase"], "within": {"last_days": 182}},
        ],
    },
}  # fmt: skip


def add_aims(mara: User, now: datetime) -> None:
    """As the marketer would have said them."""
    for slug, (mix, wishes) in OFFERS.items():
        brand = Brand.objects.get(slug=slug) if slug else None
        offer_mix(mix, wishes, brand=brand, by=mara, now=now)
    for name, rule in SEGMENTS.items():
        keep_segment(name, rule=rule, reader=Reader.of(mara), by=mara, now=now)
