"""Notes are written, corrected, taken back and put back, by who wrote them and by admins."""

from datetime import timedelta

import pytest

from customers.actions.notes import (
    change_note,
    forget_former_notes,
    put_back_note,
    remove_note,
    write_note,
)
from customers.models import FormerNote, Interaction, Kind
from customers.timeline import timeline
from relcrm.base.models import AuditLine
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY, happened
from tests.customers.test_timeline import asked

LATER = NOW + timedelta(days=31)


@pytest.fixture
def note(company, bo, sam):
    return write_note(bo, "Prefers mornings", by=sam, now=NOW)


def told(bo):
    entry = timeline(asked(bo)).entries[0]
    return entry.title, entry.why


def test_a_note_is_corrected_and_the_correction_undone(note, bo, sam):
    assert told(bo) == ("Note by Sam", "Prefers mornings")
    change_note(note, "Prefers evenings", by=sam, now=NOW)
    change_note(note, "Prefers evenings", by=sam, now=NOW)
    assert told(bo) == ("Note by Sam", "Prefers evenings")
    assert FormerNote.objects.get().text == "Prefers mornings"
    put_back_note(note, by=sam, now=NOW)
    assert told(bo) == ("Note by Sam", "Prefers mornings")
    with pytest.raises(Refused, match="Nothing of this note"):
        put_back_note(note, by=sam, now=NOW)
    lines = AuditLine.objects.filter(subject_id=note.pk, verb__startswith="note.").order_by("pk")
    assert [line.verb for line in lines] == ["note.changed", "note.put_back"]
    assert "Prefers" not in str([line.detail for line in lines])


def test_a_removed_note_says_nothing_until_it_is_put_back(note, bo, sam):
    remove_note(note, by=sam, now=NOW)
    assert told(bo) == ("A note was removed", "")
    assert "Prefers" not in str(Interaction.objects.get(pk=note.pk).properties)
    for deed in (lambda: remove_note(note, by=sam, now=NOW),
                 lambda: change_note(note, "x", by=sam, now=NOW)):  # fmt: skip
        with pytest.raises(Refused, match="removed"):
            deed()
    put_back_note(note, by=sam, now=NOW)
    assert told(bo) == ("Note by Sam", "Prefers mornings")


def test_after_thirty_days_it_is_gone_for_good(note, bo, sam, mara):
    kept = write_note(bo, "Likes tea", by=mara, now=NOW)
    change_note(kept, "Likes coffee", by=mara, now=NOW)
    remove_note(note, by=sam, now=NOW)
    assert forget_former_notes(NOW) == 0
    with pytest.raises(Refused, match="thirty days"):
        put_back_note(note, by=sam, now=LATER)
    assert forget_former_notes(LATER) == 3
    assert list(Interaction.objects.filter(kind=Kind.NOTE)) == [kept]


def test_only_who_wrote_it_and_admins_may(note, bo, mara, root):
    with pytest.raises(Refused, match="Only who wrote"):
        change_note(note, "Prefers nights", by=mara, now=NOW)
    change_note(note, "Prefers noon", by=root, now=NOW)
    strange = happened(bo, Kind.NOTE, TODAY, properties={"text": "From a file", "by": mara.pk})
    with pytest.raises(Refused, match="Only who wrote"):
        remove_note(strange, by=mara, now=NOW)
    remove_note(strange, by=root, now=NOW)


def test_a_note_is_changed_removed_and_put_back_on_its_page(as_, sam, mara, note, bo):
    path = f"/notes/{note.pk}/"
    assert f'href="{path}"' in as_(sam).get(f"/customers/{bo.pk}/timeline/").content.decode()
    assert "Only who wrote it" in as_(mara).get(path).content.decode()
    assert as_(mara).post(path, {"text": "x"}).status_code == 409
    browser = as_(sam)
    assert browser.post(path, {"text": ""}).status_code == 422
    browser.post(path, {"text": "Prefers evenings"})
    assert "Prefers mornings" in browser.get(path).content.decode()
    assert "was removed" in browser.post(path, {"remove": "1"}, follow=True).content.decode()
    browser.post(path, {"back": "1"})
    assert "Prefers evenings" in browser.get(path).content.decode()


def test_notes_of_strangers_are_not_there(as_, eve, nils, note):
    assert as_(eve).get(f"/notes/{note.pk}/").status_code == 404
    assert as_(nils).get(f"/notes/{note.pk}/").status_code == 403
