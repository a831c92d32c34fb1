"""Complaints on the timeline: what they are about, who has them, how they ended."""

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from customers.models import Interaction
from customers.telling import PLACE
from customers.timeline import Entry, Slice
from feedback.hushed import SUBJECT
from feedback.models import Complaint


def complaints(rows: Sequence[Interaction], asked: Slice) -> Mapping[int, Entry]:
    """Entries for those complaints that are on the desk; one query."""
    if not asked.sees_people:
        return {}
    found = Complaint.objects.filter(interaction__in=[row.pk for row in rows])
    return {
        one.interaction_id: _entry(one, asked)
        for one in found.select_related("owner", "interaction")
    }


def _entry(complaint: Complaint, asked: Slice) -> Entry:
    is_hidden = complaint.customer_id in asked.hides
    about = str(SUBJECT) if is_hidden else complaint.subject
    how = {"place": PLACE.get(complaint.channel, ""), "about": about}
    is_solved = complaint.resolved_at is not None and complaint.resolved_at < asked.until
    return Entry(
        at=complaint.interaction.occurred_at,
        pk=complaint.interaction_id,
        title=_("Complained %(place)s: %(about)s") % how,
        icon="alert",
        tone="" if is_solved else "bad",
        why=f"{complaint.number} · {_outcome(complaint, is_solved)}",
        end="" if is_solved else _("open"),
        href=reverse("feedback:complaint", args=[complaint.pk]),
    )


def _outcome(complaint: Complaint, is_solved: bool) -> str:
    if not is_solved:
        owner = complaint.owner
        return _("%s has it") % owner if owner else _("nobody has taken it yet")
    took = timesince(complaint.filed_at, complaint.resolved_at, depth=1)
    if complaint.is_satisfied is None:
        return _("solved after %s") % took
    if complaint.is_satisfied:
        return _("solved after %s, satisfied with it") % took
    return _("solved after %s, not satisfied with it") % took
