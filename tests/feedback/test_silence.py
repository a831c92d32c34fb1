"""An open complaint silences marketing; a severe one for seven days more."""

from datetime import timedelta

from feedback import actions, queries
from tests.conftest import NOW


def test_any_open_complaint_silences_marketing(dan, ada, sam, company, django_assert_num_queries):
    complaint = actions.file_complaint(dan, subject="Late", severity=1, by=sam, now=NOW)
    with django_assert_num_queries(1):
        silent = queries.silence([dan.pk, ada.pk], NOW)
    assert silent == {dan.pk: queries.Silence(complaint.number, None)}


def test_a_small_one_silences_no_longer_once_resolved(dan, sam, company):
    complaint = actions.file_complaint(dan, subject="Late", severity=2, by=sam, now=NOW)
    actions.resolve_complaint(complaint, resolution="Sent.", by=sam, now=NOW)
    assert queries.silence([dan.pk], NOW) == {}


def test_a_severe_one_silences_for_seven_days_after_it_is_resolved(dan, sam, company):
    complaint = actions.file_complaint(dan, subject="Late", severity=3, by=sam, now=NOW)
    actions.resolve_complaint(complaint, resolution="Sent.", by=sam, now=NOW)
    week = timedelta(days=7)
    assert queries.silence([dan.pk], NOW)[dan.pk].until == NOW + week
    assert queries.silence([dan.pk], NOW + week - timedelta(seconds=1))
    assert queries.silence([dan.pk], NOW + week) == {}


def test_the_longest_silence_counts(dan, sam, company):
    severe = actions.file_complaint(dan, subject="Burnt", severity=4, by=sam, now=NOW)
    actions.resolve_complaint(severe, resolution="Sent.", by=sam, now=NOW)
    still_open = actions.file_complaint(dan, subject="Late", severity=1, by=sam, now=NOW)
    assert queries.silence([dan.pk], NOW)[dan.pk] == queries.Silence(still_open.number, None)
