"""Turning points on the timeline: the days on which a relationship's label changed."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from customers.timeline import Entry, Position, Slice, end_of
from relationships.models import Family, ProfileChange
from relationships.naming import called
from relationships.queries.untold import untold
from relationships.turn_words import is_same_family, why
from relcrm.base.templatetags.words import money

NAME = "turns"


def turns(asked: Slice) -> Iterable[Entry]:
    """The timeline's source of changed labels; nothing of those who may not be judged."""
    judged = [one.pk for one in asked.customers if one.is_judgeable]
    if not judged:
        return []
    rows = ProfileChange.objects.filter(customer__in=judged, on__lt=asked.until.date())
    if asked.before is not None:
        rows = rows.filter(_older(asked.before, asked))
    page = rows.order_by("-on", "-pk")[: asked.size + 1]
    hushed = untold(sees_complaints=asked.sees_complaints, sees_promises=asked.sees_promises)
    return [entry for row in page if (entry := _entry(row, asked, hushed))]


def _close(day: object, asked: Slice) -> datetime:
    """A turning point stands above everything else that happened that day."""
    return end_of(day, asked.until.tzinfo) - timedelta(microseconds=1)


def _older(before: Position, asked: Slice) -> Q:
    day = before.at.astimezone(asked.until.tzinfo).date()
    earlier = Q(on__lt=day)
    if before.at != _close(day, asked) or before.source > NAME:
        return earlier
    return earlier | (Q(on=day, pk__lt=before.pk) if before.source == NAME else Q(on=day))


def _entry(row: ProfileChange, asked: Slice, hushed: frozenset[str]) -> Entry | None:
    frank = asked.sees_negative
    new = called(row.family, row.type, frank=frank)
    old = called(row.old_family, row.old_type, frank=frank) if row.old_family else ""
    if new == old:
        return None  # between two kinds that this reader may not tell apart
    if row.reason.get("override") == "set":
        title = _("Set by hand: %s") % new
    elif row.family == Family.UNDETERMINED:
        title = _("No longer sure; was: %s") % old
    elif is_same_family(row.family, row.type, row.old_family, row.old_type):
        title = _("From %(old)s to %(new)s") % {"old": old, "new": new}
    elif old and row.old_family != Family.UNDETERMINED:
        title = _("Turning point: from %(old)s to %(new)s") % {"old": old, "new": new}
    else:
        title = _("Now known as %s") % new
    return Entry(
        at=_close(row.on, asked),
        pk=row.pk,
        title=title,
        why=why(row, frank=frank, untold=hushed, money=lambda sum_: money(sum_, asked.currency)),
        icon="turn",
        tone="turn",
        who=row.customer_id,
    )
