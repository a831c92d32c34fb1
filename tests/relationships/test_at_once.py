"""Two at a time: of labels, editions and objections one outcome stands, whole and on record."""

import threading
from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection

from customers.actions import rights
from customers.models import Customer
from relationships.actions import scoring, specifying
from relationships.actions.overriding import end_label, set_label
from relationships.engine.typology import shipped_document
from relationships.models import Edition, Override, Profile, ProfileChange
from relcrm.base import company as companies
from relcrm.base.models import AuditLine
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*jobs: Callable[[], object]) -> list[str]:
    """Each in a thread with a connection of its own, released together; what was refused."""
    start, refused, failures = threading.Barrier(len(jobs)), [], []

    def work(job: Callable[[], object]) -> None:
        try:
            start.wait(10)
            job()
        except Refused as no:
            refused.append(str(no))
        except Exception as problem:  # noqa: BLE001 (shown by the assert below)
            failures.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    return refused


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


def test_one_edition_is_live_whoever_was_quicker(company, root):
    made = []
    bring = lambda: made.append(  # noqa: E731 (twice the same)
        specifying.bring_edition(shipped_document(), note="Ours", by=root, now=NOW)
    )
    assert at_once(bring, bring) == []
    assert sorted(one.version for one in made) == [2, 3]
    Edition.objects.filter(state="draft").update(state="past")

    def live(version: int) -> None:
        edition = Edition.objects.get(version=version)
        specifying.make_live(edition, by=root, as_of=TODAY, now=NOW)

    assert len(at_once(lambda: live(2), lambda: live(2))) == 1
    refused = at_once(lambda: live(1), lambda: live(3))
    assert refused == []
    standing = Edition.objects.get(state="live")
    assert companies.current().specification_version == standing.version
    assert AuditLine.objects.filter(verb="specification.made_live").count() == 3


def test_who_objects_while_being_judged_has_no_judgement_in_the_end(company, ada, pia, mara):
    judge(ada)

    def object_and_sweep() -> None:
        rights.object_to(ada, marketing=False, profiling=True, by=pia, now=NOW)
        judge(ada)

    at_once(object_and_sweep, lambda: judge(ada), lambda: say(ada, mara, "R5"))
    judge(ada)
    assert not Profile.objects.filter(pk=ada.pk).exists()
    assert not Override.objects.filter(customer=ada).exists()
