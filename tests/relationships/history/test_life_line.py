"""The line of a life month by month, and why it turned, in words."""

from relationships.actions import scoring
from relationships.actions.history import running
from relationships.life_line import life
from relationships.models import ProfileChange
from relationships.turn_words import why
from tests.conftest import NOW, TODAY
from tests.relationships.history.test_moves import ENDS, stood


def test_without_months_there_is_no_line():
    assert life([], frank=False) is None


def test_a_life_line_has_a_point_a_month_and_names_its_turns(ada):
    rows = [stood(ada, on, key) for on, key in zip(ENDS, ("F1", "F1", "R2", "R4"), strict=True)]
    rows[2].turn = "exploration"
    found = life(rows, frank=True)
    assert [point.words for point in found.turns] == ["Casual buddy"]
    assert found.turns[0].way == "Getting to know each other"
    assert found.points[-1].y < found.points[0].y  # closer is higher
    assert life(rows[:2], frank=True) is None


def test_a_month_left_to_service_is_not_on_the_line_for_others(ada):
    rows = [stood(ada, on, key) for on, key in zip(ENDS, ("R2", "N1", "R2", "R2"), strict=True)]
    assert len(life(rows, frank=False).points) == 3
    assert len(life(rows, frank=True).points) == 4
    rows[2].turn = "recovery"
    assert [len(life(rows, frank=frank).turns) for frank in (False, True)] == [0, 1]


def test_the_profile_shows_the_line_and_the_timeline_why(as_, root, company, ada, cyd):
    company.as_of = TODAY
    company.save()
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=lambda *a, **k: None)
    running.tell_history(company, as_of=TODAY, months=6, now=NOW, progress=lambda *a, **k: None)
    page = as_(root).get(f"/customers/{cyd.pk}/?whole=yes").content.decode()
    assert "How it came about" in page
    assert "Worked out afterwards" in page
    assert "<polyline" in page


def said(change, *, frank=False) -> str:
    return why(change, frank=frank, money=lambda amount: f"€{amount:.2f}")


def test_only_being_surer_which_kind_is_neither_fading_nor_growing_closer(ada):
    change = ProfileChange(
        customer=ada, on=TODAY, family="friend", type="", old_family="friend", old_type="R1",
        reason={"mechanism": "neglect", "moved": [
            {"code": "spend", "numbers": {"amount": 136.15, "usual": 90.5}, "strength": 1.2},
        ]},
    )  # fmt: skip
    spends = "spends €136.15 on an order, where €90.50 is usual"
    assert said(change) == f"Less sure which kind they are: {spends}"
    change.type, change.old_type = "R1", ""
    assert said(change) == f"Surer which kind they are: {spends}"
    change.type, change.old_type = "R1", "R2"
    assert said(change) == f"Fading, with nothing bad happening: {spends}"


def test_what_moved_is_said_in_sentences_and_not_of_those_left_to_service(ada):
    change = ProfileChange(
        customer=ada, on=TODAY, family="distant", old_family="friend", is_reconstructed=False,
        reason={"mechanism": "neglect", "moved": [
            {"code": "purchases", "numbers": {"count": 0, "weeks": 24}, "strength": 1.2},
        ]},
    )  # fmt: skip
    assert said(change) == "Fading, with nothing bad happening: has not bought again in 24 weeks"
    change.family = "negative"
    assert said(change) == ""
    change.family = "undetermined"  # a type that few may know may be held below it
    assert said(change) == "" != said(change, frank=True)
    change.family, change.reason["veiled"] = "distant", True
    assert said(change) == "" != said(change, frank=True)
