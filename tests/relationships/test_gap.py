"""Wanted and treated: what customers state, what we did, and the gap that is kept of it."""

from datetime import timedelta

import numpy as np
import pytest

from customers.models import Kind
from relationships.actions import scoring
from relationships.models import Gap, GapLabel
from tests.conftest import NOW, TODAY, happened


def silent(done, *, total=None, position=None):
    """Progress that nobody watches."""


def score(company):
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=silent)


def wrote(customer, number, *, category="newsletter", within=28):
    for at in range(number):
        happened(customer, Kind.MESSAGE_SENT, TODAY - timedelta(days=at * within // number),
                 category=category)  # fmt: skip


def answered(customer, *, days_ago=1, **questions):
    happened(customer, Kind.SURVEY_ANSWER, TODAY - timedelta(days=days_ago), category="wish",
             properties=questions)  # fmt: skip


def test_where_nothing_is_stated_or_measured_there_is_no_gap(company, ada, bo):
    score(company)
    assert not Gap.objects.exists()


def test_one_who_wants_distance_and_hears_from_us_often_is_crowded(company, ada, bo):
    answered(ada, q1="keep your distance", q3=1, q7="never")
    wrote(ada, 9)
    wrote(bo, 1)
    score(company)
    gap = Gap.objects.get(pk=ada.pk)
    assert (gap.label, gap.wish, gap.is_stated) == ("crowded", "keep your distance", True)
    assert gap.contact == 2.0  # none wanted: as wide as it gets
    assert gap.want_distant > 0.6
    assert gap.gap > 0.4 > Gap.objects.get(pk=bo.pk).gap


def test_one_who_wants_more_than_they_have_is_neglected(company, ada, bo):
    answered(bo, q1="close friend", q3=7, q7="weekly or more")
    wrote(ada, 2)
    score(company)
    gap = Gap.objects.get(pk=bo.pk)
    assert (gap.label, gap.contact) == ("neglected", -1.0)


def test_many_offers_cheapen_a_relationship(company, ada):
    wrote(ada, 3, category="promotion", within=90)
    wrote(ada, 1, category="personal", within=60)
    score(company)
    gap = Gap.objects.get(pk=ada.pk)
    assert 0.2 < gap.promo < 0.75
    assert gap.label == GapLabel.CHEAPENED


def test_slow_answers_leave_them_unheard(company, ada):
    for days in (3, 9, 20):
        happened(ada, Kind.SUPPORT, TODAY - timedelta(days=days),
                 properties={"first_reply_hours": "190"})  # fmt: skip
    score(company)
    gap = Gap.objects.get(pk=ada.pk)
    assert gap.label == GapLabel.UNHEARD
    assert gap.service > 0.8
    assert gap.contact is None  # no message was ever recorded


def test_who_objects_to_being_judged_keeps_no_gap(company, ada, bo):
    wrote(ada, 3)
    score(company)
    ada.objects_to_profiling = True
    ada.save()
    scoring.score_these(np.array([ada.pk, bo.pk]), company, as_of=TODAY, now=NOW)
    assert list(Gap.objects.values_list("pk", flat=True)) == [bo.pk]


def test_a_short_form_does_not_wipe_out_the_long_one(company, ada):
    answered(ada, days_ago=100, Q1="close friend", Q3="6", Q5=7, Q7="monthly")
    answered(ada, days_ago=2, Q7="never", Q11=3)
    wrote(ada, 1)
    score(company)
    gap = Gap.objects.get(pk=ada.pk)
    assert (gap.wish, gap.contact) == ("close friend", 2.0)


def test_answers_that_contradict_each_other_are_trusted_less_and_say_so(company, ada, bo):
    for person, picture in ((ada, 7), (bo, 1)):
        answered(person, q1="keep your distance", q3=picture)
    score(company)
    assert Gap.objects.get(pk=ada.pk).is_contradictory
    assert not Gap.objects.get(pk=bo.pk).is_contradictory


def test_a_wish_fades_until_it_is_only_inferred(company, ada, bo):
    answered(ada, days_ago=800, q1="keep your distance")
    answered(bo, days_ago=300, q1="keep your distance")
    wrote(ada, 1)
    score(company)
    assert not Gap.objects.get(pk=ada.pk).is_stated
    assert Gap.objects.get(pk=bo.pk).is_stated


@pytest.mark.parametrize("nonsense", [{"q1": "a unicorn", "q3": 12}, {"q3": "many"}, {"q1": []}])
def test_answers_that_make_no_sense_count_as_none(company, ada, nonsense):
    answered(ada, **nonsense)
    score(company)
    assert not Gap.objects.exists()


def test_a_pace_on_their_own_page_is_what_we_measure_against(company, ada):
    ada.preferences = {"pace_per_month": 2}
    ada.save()
    wrote(ada, 6)
    score(company)
    assert Gap.objects.get(pk=ada.pk).contact == pytest.approx(2.0)
