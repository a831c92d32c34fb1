"""A colleague says what a relationship is: shown, followed, kept apart from our view, and over."""

from datetime import timedelta

import numpy as np
import pytest

from customers.models import Customer
from relationships import tasks
from relationships.actions import scoring
from relationships.actions.history.running import tell_history
from relationships.actions.overriding import end_due, end_label, set_label
from relationships.models import Override, Profile, ProfileChange, Snapshot
from relationships.queries.overrides import marks
from relcrm.base.models import AuditLine
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY

LATER = NOW.date() + timedelta(days=30)


def silent(done, *, total=None, position=None):
    """Progress that nobody watches."""


@pytest.fixture
def scored(company, ada, bo, cyd):
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=silent)


def say(customer, by, family="friend", key="R5", until=LATER, reason="We met her", **more):
    return set_label(
        customer, family=family, key=key, reason=reason, until=until, by=by,
        **({"frank": False, "as_of": TODAY, "now": NOW} | more),
    )  # fmt: skip


def shown(customer) -> tuple[str, str]:
    profile = Profile.objects.get(pk=customer.pk)
    return profile.family, profile.type


def own(customer) -> tuple[str, str]:
    profile = Profile.objects.get(pk=customer.pk)
    return profile.own_family, profile.own_type


def test_the_shown_label_becomes_theirs_and_ours_stays_beside_it(scored, ada, mara):
    ours = shown(ada)
    row = say(ada, mara)
    assert (shown(ada), own(ada)) == (("friend", "R5"), ours)
    assert Profile.objects.get(pk=ada.pk).next_step == row.next_step
    line = AuditLine.objects.get(verb="relationship.set")
    assert (line.subject_id, line.detail["override"]) == (ada.pk, row.pk)


def test_the_change_is_in_the_history_with_its_reason(scored, ada, mara):
    ours = shown(ada)
    row = say(ada, mara)
    line = ProfileChange.objects.filter(customer=ada).first()
    assert ((line.old_family, line.old_type), (line.family, line.type)) == (ours, ("friend", "R5"))
    assert line.reason == {"override": "set", "row": row.pk}


def test_scoring_keeps_what_was_said_and_tells_no_new_change(scored, company, ada, mara):
    ours = shown(ada)
    say(ada, mara)
    lines = ProfileChange.objects.filter(customer=ada).count()
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=silent)
    assert (shown(ada), own(ada)) == (("friend", "R5"), ours)
    assert ProfileChange.objects.filter(customer=ada).count() == lines


def test_a_label_set_before_the_first_scoring_is_shown_by_it(company, ada, mara):
    say(ada, mara)
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=silent)
    assert shown(ada) == ("friend", "R5")
    assert own(ada)[0]
    lines = ProfileChange.objects.filter(customer=ada)
    assert [(line.family, line.type, line.reason["override"]) for line in lines] == [
        ("friend", "R5", "set")
    ]


def test_what_was_said_stays_said_when_the_past_is_told(scored, company, ada, mara):
    say(ada, mara)
    tell_history(company, as_of=TODAY, months=3, now=NOW, progress=silent)
    assert shown(ada) == ("friend", "R5")
    assert ProfileChange.objects.filter(customer=ada, reason__override="set").count() == 1


def test_what_was_said_is_no_move_and_no_turning_point(scored, company, as_, ada, mara):
    tell_history(company, as_of=TODAY, months=3, now=NOW, progress=silent)
    kept = Snapshot.objects.order_by("pk").values_list("pk", "customer", "on", "family", "type")
    before = list(kept)
    row = say(ada, mara, family="distant", key="D4")
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=silent)
    assert list(kept) == before
    page = as_(mara).get("/relationships/moves/?from=2026-02-28&to=2026-03-02")
    assert page.context["page"].moved == 0
    assert "labels that colleagues set by hand do not count as moves" in page.content.decode()
    end_label(row, by=mara, as_of=TODAY, now=NOW)
    assert list(kept) == before


def test_it_ends_by_itself_and_our_view_holds_at_once(scored, company, ada, mara):
    ours = shown(ada)
    say(ada, mara)
    assert end_due(company, as_of=TODAY, now=NOW + timedelta(days=30)) == 0  # its last day
    assert end_due(company, as_of=TODAY, now=NOW + timedelta(days=31)) == 1
    assert (shown(ada), own(ada)) == (ours, ("", ""))
    assert ProfileChange.objects.filter(customer=ada).first().reason["override"] == "ended"
    assert tasks.end_overrides_due() == 0


def test_scoring_after_its_last_day_shows_our_view_at_once_and_logs_it(scored, company, ada, mara):
    ours = shown(ada)
    row = say(ada, mara)
    late = NOW + timedelta(days=31)
    scoring.score_everyone(company, as_of=TODAY, now=late, progress=silent)
    assert (shown(ada), own(ada)) == (ours, ("", ""))
    line = ProfileChange.objects.filter(customer=ada).first()
    assert ((line.old_family, line.old_type), (line.family, line.type)) == (("friend", "R5"), ours)
    assert line.reason == {"override": "ended", "row": row.pk}
    assert AuditLine.objects.filter(verb="relationship.unset").count() == 1


def test_scoring_somebody_ends_no_label_of_others(scored, company, ada, bo, mara):
    rows = [say(ada, mara), say(bo, mara)]
    late = NOW + timedelta(days=31)
    scoring.score_these(np.array([bo.pk]), company, as_of=TODAY, now=late)
    for row in rows:
        row.refresh_from_db()
    assert [row.ended_at for row in rows] == [None, late]


def test_it_can_be_taken_back(scored, ada, mara):
    ours = shown(ada)
    row = say(ada, mara)
    end_label(row, by=mara, as_of=TODAY, now=NOW)
    assert shown(ada) == ours
    with pytest.raises(Refused, match="does not hold any more"):
        end_label(row, by=mara, as_of=TODAY, now=NOW)


def test_a_second_word_replaces_the_first_and_ours_is_not_lost(scored, ada, mara, sam):
    ours = shown(ada)
    say(ada, mara)
    say(ada, sam, family="marriage", key="")
    assert (shown(ada), own(ada)) == (("marriage", ""), ours)
    assert Override.objects.filter(customer=ada, ended_at=None).count() == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"family": "negative", "key": "N4"}, "set by those who serve"),
        ({"key": "M2"}, "one of its types"),
        ({"family": "pals", "key": ""}, "one of the families"),
        ({"family": "undetermined", "key": ""}, "one of the families"),
        ({"reason": "  "}, "Say why"),
        ({"until": NOW.date() - timedelta(days=1)}, "until a year from now"),
        ({"until": NOW.date() + timedelta(days=366)}, "until a year from now"),
    ],
)
def test_what_cannot_be_said(scored, ada, mara, change, said):
    with pytest.raises(Refused, match=said):
        say(ada, mara, **change)
    assert not Override.objects.exists()


def test_those_who_serve_set_negative_types_and_only_they_end_them(scored, ada, mara, sam):
    row = say(ada, sam, family="negative", key="N4", frank=True)
    assert shown(ada) == ("negative", "N4")
    with pytest.raises(Refused, match="left to service"):
        say(ada, mara)
    with pytest.raises(Refused, match="left to service"):
        end_label(row, by=mara, frank=False, as_of=TODAY, now=NOW)


def test_whether_a_hidden_label_stands_cannot_be_found_out(scored, as_, ada, bo, mara, sam):
    say(ada, sam, family="negative", key="N4", frank=True)
    answers = [as_(mara).post(f"/relationships/of/{one.pk}/end/") for one in (ada, bo)]
    assert [one.status_code for one in answers] == [404, 404]


def test_who_objects_to_profiling_has_no_label_left_and_gets_none(scored, company, ada, mara):
    say(ada, mara)
    Customer.objects.filter(pk=ada.pk).update(objects_to_profiling=True, touched_at=NOW)
    tasks.score_due()
    assert not Override.objects.filter(customer=ada).exists()
    with pytest.raises(Refused, match="No judgement"):
        say(ada, mara)


def test_lists_find_people_by_what_was_said(scored, as_, ada, mara):
    say(ada, mara)
    assert "Ada" in as_(mara).get("/customers/?type=R5").content.decode()


def test_the_profile_says_who_set_it_until_when_why_and_what_we_would_say(scored, as_, ada, mara):
    page = f"/relationships/of/{ada.pk}/"
    assert as_(mara).get(page).status_code == 200
    sent = {"what": "R5", "reason": "Sat next to her", "until": ""}
    assert as_(mara).post(page, sent).status_code == 422
    say(ada, mara, reason="Sat next to her")
    shown_page = as_(mara).get(f"/customers/{ada.pk}/").content.decode()
    for words in ("Set by hand", "Sat next to her. <b>We would say:", "Best friend",
                  "Our own view: "):  # fmt: skip
        assert words in shown_page
    again = as_(mara).get(page).content.decode()
    assert 'value="Sat next to her"' in again
    assert 'value="2026-04-01"' in again
    assert "Take back" in again


def test_who_may_not_see_people_reads_that_it_was_set_and_not_why(scored, as_, ada, mara, nils):
    say(ada, mara, reason="Sat next to her")
    shown_page = as_(nils).get(f"/customers/{ada.pk}/").content.decode()
    assert "Set by hand" in shown_page
    assert "Sat next to her" not in shown_page


def test_the_form_offers_no_negative_type_to_marketing(scored, as_, ada, mara, sam):
    page = f"/relationships/of/{ada.pk}/"
    assert 'value="N4"' not in as_(mara).get(page).content.decode()
    assert 'value="N4"' in as_(sam).get(page).content.decode()


def test_a_program_sets_reads_and_takes_back_a_label(scored, key_for, root, ada, mara):
    path = f"/api/v1/customers/{ada.pk}/profile/label"
    program = key_for(root, "customers:read", "customers:write")
    assert program.get(path).status_code == 404
    asked = {"family": "friend", "type": "R5", "reason": "Met her"}
    reply = program.post(path, asked, format="json")
    assert (reply.status_code, reply.json()["type"]) == (201, "R5")
    assert program.get(path).json()["own_family"] == own(ada)[0]
    negative = {"family": "negative", "type": "N4", "reason": "Returns all"}
    assert program.post(path, negative, format="json").status_code == 409
    assert program.delete(path).status_code == 204
    assert own(ada) == ("", "")


MARK = "Set by hand until 1 April 2026: We met her. We would say: "


def test_lists_and_search_mark_whose_label_is_set_by_hand(scored, as_, ada, mara, nils):
    say(ada, mara)
    for page in ("/customers/", "/search/?q=ada"):
        text = as_(mara).get(page).content.decode()
        assert text.count(f'title="{MARK}') == 1
        assert text.count(f'<span class="sr">{MARK}') == 1
    to_nils = as_(nils).get("/customers/").content.decode()
    assert "Set by hand until 1 April 2026. We would say: " in to_nils
    assert "We met her" not in to_nils


def test_a_mark_does_not_tell_what_is_left_to_service(scored, as_, ada, mara, sam):
    say(ada, sam, family="negative", key="N4", frank=True)
    assert "Set by hand" not in as_(mara).get("/customers/").content.decode()
    assert "Set by hand" in as_(sam).get("/customers/").content.decode()


def test_marks_cost_one_query_however_many_there_are(
    scored, company, ada, bo, cyd, mara, django_assert_max_num_queries
):
    with django_assert_max_num_queries(0):
        assert marks(Profile.objects.none(), frank=True, sees_people=True) == {}
    for each in (ada, bo, cyd):
        say(each, mara)
    profiles = list(Profile.objects.all())
    with django_assert_max_num_queries(1):
        assert len(marks(profiles, frank=True, sees_people=True)) == 3
