"""Notes are written, corrected and taken back by who wrote them, and put back within 30 days."""

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from customers.actions.ingest import ingest
from customers.actions.tallies import mark_stale
from customers.events import Event
from customers.models import Customer, FormerNote, Interaction, Kind
from relcrm.base import audit
from relcrm.base.audit import Actor
from relcrm.base.models import ApiKey, User
from relcrm.lib.refusals import Refused

NOTES = "notes"  # the source under which we record our own
LONGEST = 4_000


@transaction.atomic
def write_note(customer: Customer, text: str, *, by: Actor, now: datetime) -> Interaction:
    """Something worth remembering; it stands on the timeline."""
    said: dict[str, Any] = {"text": _written(text)}
    if writer := _person(by):
        said["by"] = writer.pk
    key = secrets.token_hex(12)
    note = Event(
        customer_id=customer.pk, kind=Kind.NOTE, occurred_at=now, source=NOTES, source_id=key,
        properties=said,
    )  # fmt: skip
    ingest([note], now=now)
    audit.record("note.written", customer, by=by, at=now)
    return Interaction.objects.get(source=NOTES, source_id=key)


@transaction.atomic
def change_note(note: Interaction, text: str, *, by: Actor, now: datetime) -> None:
    """Other words; nothing happens when they are so already."""
    note, text = _locked(note, by), _written(text)
    if is_removed(note):
        raise Refused(_("This note was removed; put it back first."))
    if (before := _text(note)) == text:
        return
    _keep(note, before, by, now)
    _write(note, {**(note.properties or {}), "text": text, "changed_at": now.isoformat()})
    audit.record("note.changed", note, by=by, at=now, customer=note.customer_id)


@transaction.atomic
def remove_note(note: Interaction, *, by: Actor, now: datetime) -> None:
    """Its words are gone from everywhere; they can be put back for thirty days."""
    note = _locked(note, by)
    if is_removed(note):
        raise Refused(_("This note was removed before."))
    _keep(note, _text(note), by, now, is_removal=True)
    kept = {name: value for name, value in (note.properties or {}).items() if name == "by"}
    _write(note, kept | {"removed_at": now.isoformat()})
    audit.record("note.removed", note, by=by, at=now, customer=note.customer_id)


@transaction.atomic
def put_back_note(note: Interaction, *, by: Actor, now: datetime) -> None:
    """Undo the last change or the removal: what it said before is what it says again."""
    note = _locked(note, by)
    former = note.former.filter(changed_at__gt=now - FormerNote.UNDO_WITHIN).first()
    if former is None:
        raise Refused(_("Nothing of this note was changed in the last thirty days."))
    said = {name: value for name, value in (note.properties or {}).items() if name == "by"}
    _write(note, said | {"text": former.text})
    former.delete()
    audit.record("note.put_back", note, by=by, at=now, customer=note.customer_id)


@transaction.atomic
def forget_former_notes(now: datetime) -> int:
    """What can be undone no more; removed notes go altogether. How many rows went."""
    old = FormerNote.objects.filter(changed_at__lte=now - FormerNote.UNDO_WITHIN)
    removed = list(old.filter(is_removal=True).values_list("note_id", flat=True))
    gone = old.delete()[0]
    rows = Interaction.objects.filter(pk__in=removed, properties__has_key="removed_at")
    mark_stale(set(rows.values_list("customer_id", flat=True)))
    return gone + rows.delete()[0]


def may_change(note: Interaction, by: Actor) -> bool:
    """Who wrote it, and admins."""
    person = _person(by)
    if person is None:
        return False
    wrote = note.source == NOTES and (note.properties or {}).get("by") == person.pk
    return wrote or person.role == User.Role.ADMIN


def is_removed(note: Interaction) -> bool:
    return "removed_at" in (note.properties or {})


def _locked(note: Interaction, by: Actor) -> Interaction:
    if not may_change(note, by):
        raise Refused(_("Only who wrote a note, or an admin, may change it."))
    return Interaction.objects.select_for_update().get(pk=note.pk, kind=Kind.NOTE)


def _keep(
    note: Interaction, text: str, by: Actor, now: datetime, *, is_removal: bool = False
) -> None:
    FormerNote.objects.create(
        note=note, text=text, is_removal=is_removal, changed_at=now, changed_by=_person(by)
    )


def _write(note: Interaction, said: dict[str, Any]) -> None:
    note.properties = said
    note.save(update_fields=["properties"])


def _text(note: Interaction) -> str:
    return str((note.properties or {}).get("text", ""))


def _person(by: Actor) -> User | None:
    """Whoever acts; behind a key its maker."""
    return by.created_by if isinstance(by, ApiKey) else by


def _written(text: str) -> str:
    text = text.replace("\x00", "").strip()
    if not text or len(text) > LONGEST:
        raise Refused(_("A note has 1 to %d characters.") % LONGEST)
    return text
