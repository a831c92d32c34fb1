"""How many are in each segment, counted in the background and remembered for its page."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from customers.models import Segment, SegmentCount
from customers.queries import segments as queries
from customers.queries.segments import Asked
from customers.segments.naming import rule_of

FRESH = timedelta(hours=6)
AT_ONCE = 20  # a million customers take up to two seconds each
KEPT_DAYS = 62  # of counts, to say how a segment grew
GONE_AFTER = timedelta(days=30)


def count_due(now: datetime) -> int:
    """Count those not counted lately, the longest ago first; returns how many."""
    asked = queries.asked_for_campaigns(now)
    due = Segment.objects.filter(Q(counted_at=None) | Q(counted_at__lt=now - FRESH)).order_by(
        F("counted_at").asc(nulls_first=True), "pk"
    )[:AT_ONCE]
    for segment in due:
        remember_count(segment, asked, now=now)
    return len(due)


def remember_count(segment: Segment, asked: Asked, *, now: datetime) -> None:
    """As a campaign would mean them; nothing where it asks for more than a campaign may know."""
    is_open = segment.is_list or rule_of(segment, asked.reader) is not None
    people = queries.headcount(segment, asked) if is_open else None
    today = now.astimezone(asked.moment.zone).date()
    with transaction.atomic():
        # Not when the rule was changed while we counted: that count is of another rule.
        same = Segment.objects.filter(pk=segment.pk, changed_at=segment.changed_at)
        if same.update(people=people, counted_at=now) and people is not None:
            SegmentCount.objects.update_or_create(
                segment=segment, on=today, defaults={"people": people}
            )
            segment.counts.filter(on__lt=today - timedelta(days=KEPT_DAYS)).delete()


def drop_forgotten(now: datetime) -> int:
    """Segments forgotten a month ago are gone for good; returns how many."""
    old = Segment.every.filter(forgotten_at__lt=now - GONE_AFTER)
    return sum(gone.delete()[0] > 0 for gone in old)
