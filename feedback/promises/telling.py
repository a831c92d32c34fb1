"""Promises on the timeline: which one, kept or broken, what was promised and what came."""

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from customers.models import Interaction
from customers.timeline import Entry, Slice
from feedback.models import Outcome
from feedback.promises import words


def promises(rows: Sequence[Interaction], asked: Slice) -> Mapping[int, Entry]:
    """Entries for interactions that tell of an outcome; one query."""
    ours = {row.source_id: row for row in rows if row.source == Outcome.SOURCE}
    found = Outcome.objects.filter(pk__in=[int(key) for key in ours if key.isdigit()])
    return {
        ours[str(one.pk)].pk: _entry(one, ours[str(one.pk)], asked)
        for one in found.select_related("promise")
    }


def _entry(outcome: Outcome, row: Interaction, asked: Slice) -> Entry:
    title = _("We kept “%s”") if outcome.is_kept else _("We broke “%s”")
    return Entry(
        at=row.occurred_at,
        pk=row.pk,
        title=title % outcome.promise.name,
        icon="check" if outcome.is_kept else "alert",
        tone="" if outcome.is_kept else "bad",
        is_quiet=outcome.is_kept,
        why=_why(outcome, asked.sees_people),
        href=reverse("promises:promise", args=[outcome.promise_id]),
    )


def _why(outcome: Outcome, sees_people: bool) -> str:
    said = []
    if outcome.expected:
        said.append(_("promised: %s") % words.measured(outcome.promise, outcome.expected))
    if outcome.actual:
        said.append(_("it was: %s") % words.measured(outcome.promise, outcome.actual))
    if outcome.reason and sees_people:
        said.append(outcome.reason)
    return " · ".join(said)
