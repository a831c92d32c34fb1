"""Two at a time: of labels, editions and objections one outcome stands, whole and on record."""

from datetime import timedelta

import numpy as np
import pytest

from customers.actions import rights
from customers.models import Customer
from relationships.actions import scoring, specifying
from relationships.actions.overriding import end_label, set_label
from relationships.engine.typology import shipped_document
from relationships.models import Edition, Override, Profile, ProfileChange
from relcrm.base import company as companies
from relcrm.base.models import AuditLine
from tests.conftest import NOW, TODAY
from tests.together import at_once, one_behind_the_other

pytestmark = pytest.mark.django_db(transaction=True)


def judge(customer: Customer) -> None:
    ids = np.array([customer.pk])
    scoring.score_these(ids, companies.current(), as_of=TODAY, now=NOW)


def say(customer: Customer, by, key: str) -> Override:
    return set_label(
        customer, family="friend", key=key, reason=f"As {by.name} says", by=by, frank=False,
        until=NOW.date() + timedelta(days=9), as_of=TODAY, now=NOW,
    )  # fmt: skip


def test_of_two_words_on_one_customer_the_later_holds_and_both_are_on_record(
    company, ada, mara, sam
):
    judge(ada)
    assert at_once(lambda: say(ada, mara, "R5"), lambda: say(ada, sam, "R2")) == []
    standing = Override.objects.get(customer=ada, ended_at=None)
    assert Override.objects.filter(customer=ada).count() == 2
    assert Profile.objects.get(pk=ada.pk).type == standing.type
    lines = ProfileChange.objects.filter(customer=ada, reason__override="set").order_by("pk")
    assert [line.type for line in lines][-1] == standing.type
    assert AuditLine.objects.filter(verb="relationship.set").count() == 2


def test_a_label_ends_once_and_our_view_comes_back(company, ada, mara):
    judge(ada)
    row = say(ada, mara, "R5")
    end = lambda: end_label(row, by=mara, as_of=TODAY, now=NOW)  # noqa: E731 (twice the same)
    assert len(at_once(end, end, lambda: judge(ada))) == 1
    profile = Profile.objects.get(pk=ada.pk)
    assert (profile.own_family, profile.type != "R5") == ("", True)
    assert ProfileChange.objects.filter(reason__override="ended").count() == 1


def test_of_two_editions_brought_and_made_live_at_once_the_later_is_live(company, root):
    bring = lambda: specifying.bring_edition(  # noqa: E731 (twice the same)
        shipped_document() | {"shown_probability": 0.5}, note="Ours", by=root, now=NOW
    )
    assert one_behind_the_other(bring, bring) == []
    versions = Edition.objects.order_by("version").values_list("version", "state")
    assert list(versions) == [(1, "live"), (2, "draft"), (3, "draft")]
    Edition.objects.filter(state="draft").update(state="past")

    def live(version: int) -> None:
        edition = Edition.objects.get(version=version)
        specifying.make_live(edition, by=root, as_of=TODAY, now=NOW)

    assert len(one_behind_the_other(lambda: live(2), lambda: live(2))) == 1
    assert one_behind_the_other(lambda: live(1), lambda: live(3)) == []
    assert Edition.objects.get(state="live").version == 3
    assert companies.current().specification_version == 3
    lines = AuditLine.objects.filter(verb="specification.made_live").order_by("pk")
    assert [(one.detail["before"], one.detail["version"]) for one in lines] == [
        (1, 2),
        (2, 1),
        (1, 3),
    ]


def test_who_objects_while_being_judged_has_no_judgement_in_the_end(company, ada, pia, mara):
    judge(ada)

    def object_and_sweep() -> None:
        rights.object_to(ada, marketing=False, profiling=True, by=pia, now=NOW)
        judge(ada)

    at_once(object_and_sweep, lambda: judge(ada), lambda: say(ada, mara, "R5"))
    judge(ada)
    assert not Profile.objects.filter(pk=ada.pk).exists()
    assert not Override.objects.filter(customer=ada).exists()
