"""Promises with and without a test, and what happens to people to whom they were made."""

from collections import Counter
from datetime import date, timedelta

import pytest

from customers.models import Kind
from feedback import actions as desk
from feedback.models import Outcome, Promise
from feedback.promises.actions import make_promise
from feedback.promises.judging import judge_promises
from feedback.promises.outcomes import state_outcome
from relcrm.base.models import AuditLine, Company
from tests.conftest import NOW, TODAY, happened

DAY = timedelta(days=1)


def quietly(done, *, total=None, position=None):
    """A progress that nobody watches."""


def look(now=NOW) -> Counter[str]:
    return judge_promises(now=now, progress=quietly)


def promised(by, **facts):
    facts = {"name": "In time", "words": "In three days.", "active_from": date(2024, 1, 1)} | facts
    return make_promise(by=by, now=NOW, **facts)


@pytest.fixture
def answered(company, mara) -> Promise:
    return promised(mara, name="Answered in a day", test="complaint_answered", within_hours=24)


@pytest.fixture
def delivered(company, mara) -> Promise:
    return promised(
        mara, name="Three days", test="property", kind="purchase", property_key="delivery_days",
        comparison="at_most", expected="3",
    )  # fmt: skip


@pytest.fixture
def promise(company, mara) -> Promise:
    Company.objects.update(as_of=TODAY)
    return promised(mara)


def complain(customer, by, *, hours_ago, answered_after=None, resolved_after=None):
    filed = NOW - timedelta(hours=hours_ago)
    found = desk.file_complaint(customer, subject="Late", severity=2, by=by, now=filed)
    if answered_after is not None:
        desk.acknowledge_complaint(found, by=by, now=filed + timedelta(hours=answered_after))
    if resolved_after is not None:
        at = filed + timedelta(hours=resolved_after)
        desk.resolve_complaint(found, resolution="Done.", by=by, now=at)
    return found


def bought(customer, days_ago, delivery_days, **more):
    on = TODAY - timedelta(days=days_ago)
    properties = {} if delivery_days is None else {"delivery_days": delivery_days}
    return happened(customer, Kind.PURCHASE, on, 20, properties=properties, **more)


def say(promise, customer, by, *, days_ago=1, is_kept=False, **more):
    """The carrier says how it went; another time with each call, unless `source_id` says which."""
    number = str(Outcome.objects.count() + 1)
    said = {"source": "carrier", "source_id": number, "occurred_at": NOW - days_ago * DAY}
    return state_outcome(promise, customer, is_kept=is_kept, by=by, now=NOW, **(said | more))


def verbs(promise):
    lines = AuditLine.objects.filter(subject_kind="feedback.promise", subject_id=promise.pk)
    return list(lines.order_by("id").values_list("verb", flat=True))
