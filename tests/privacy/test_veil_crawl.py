"""Negative types bear names that nothing else has; who may not know them meets none anywhere."""

import copy
import re
from datetime import timedelta

import pytest

from customers.models import Customer, Kind
from relationships.actions import specifying
from relationships.actions.history.running import tell_history
from relationships.actions.overriding import set_label
from relationships.engine.typology import shipped_document
from relationships.models import Profile
from relcrm.base import company as companies
from relcrm.base import roles
from relcrm.base.models import ApiKey, User
from relcrm.base.tasks import work_due_jobs
from tests.conftest import NOW, TODAY, happened
from tests.keys import make_key
from tests.privacy.test_access import API
from tests.privacy.test_crawl import OPEN, open_to, paths

pytestmark = pytest.mark.django_db
MARK = "zyxneg"
CODE = re.compile(r'"(N[1-6])"|\bvalue="N[1-6]"|type=N[1-6]')
# What an adapted specification says of types in general is for those who adapt it.
GENERAL = re.compile(r"^/api/v1/(specifications|openapi)")


def marked() -> dict:
    """Every word of ours on a negative type has the mark; labels are shown sooner."""
    document = copy.deepcopy(shipped_document())
    document |= {"shown_probability": 0.5, "shown_confidence": 0.0}
    for key, kind in document["types"].items():
        if kind["family"] == "negative":
            for field in ("name", "summary", "expects", "do", "dont", "message", "deeper", "end"):
                kind[field] = f"{MARK} {key} {field}"
    return document


@pytest.fixture
def hidden(company, ada, bo, cyd, dan, root, sam) -> Customer:
    """Dan is judged negative by what he did, Ada by what Sam says; both have a past."""
    for week in range(12):
        happened(dan, Kind.MENTION, TODAY - timedelta(weeks=week), sentiment=-1)
        happened(dan, Kind.RETURN, TODAY - timedelta(weeks=week), 40)
        happened(dan, Kind.REVIEW, TODAY - timedelta(weeks=2 * week), rating=1)
    draft = specifying.bring_edition(marked(), note="Marked", by=root, now=NOW)
    specifying.ask_for_trial(draft, by=root, as_of=TODAY)
    work_due_jobs()
    draft.refresh_from_db()
    specifying.make_live(draft, by=root, as_of=TODAY, now=NOW)
    work_due_jobs()
    company = companies.current()
    tell_history(company, as_of=TODAY, months=6, now=NOW, progress=lambda *_, **__: None)
    set_label(
        ada, key="N4", family="negative", reason=f"{MARK} reason", frank=True, by=sam,
        until=TODAY + timedelta(days=30), as_of=TODAY, now=NOW,
    )  # fmt: skip
    assert set(Profile.objects.filter(family="negative")) == {ada.profile, dan.profile}
    assert dan.profile.type
    return dan


def met(browser, where, known: dict[str, list[int]]) -> tuple[set[str], int]:
    found, answered = set(), 0
    for address in where:
        for path in paths(address, known):
            answer = browser.get(path)
            assert answer.status_code < 500, path
            body = b"".join(answer) if answer.streaming else answer.content
            text = body.decode("utf-8", "replace")
            answered += answer.status_code == 200
            if not GENERAL.search(path) and (MARK in text or CODE.search(text)):
                found.add(path)
    return found, answered


@pytest.mark.parametrize(("role", "least"), [("marketer", 60), ("analyst", 40), ("expert", 15)])
def test_who_may_not_know_negative_types_meets_none_at_any_address(hidden, ada, role, least, as_):
    user = User.objects.create_user(f"{role}@corp.example", "correct horse", role=role)
    for customer in (hidden, ada):
        customer.points_of_contact.create(user=user, role="fits shoes")
    rights = {right for right in OPEN if right in roles.TABLE and roles.may(user, right)}
    known = {"customers": [hidden.pk, ada.pk], "of": [hidden.pk, ada.pk]}
    found, answered = met(as_(user), [*open_to(rights), *API], known)
    assert found == set()
    assert answered > least


def test_a_key_without_the_scope_meets_none_either(hidden, ada, root, client):
    _key, secret = make_key(root, *(ApiKey.SCOPES.keys() - {"negative:read"}))
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    found, answered = met(client, API, {"customers": [hidden.pk, ada.pk]})
    assert found == set()
    assert answered > 50


def test_who_serves_reads_the_name(hidden, sam, as_):
    assert MARK in as_(sam).get(f"/customers/{hidden.pk}/").content.decode()
    told = [line.reason for line in hidden.profile_changes.filter(family="negative")]
    assert all(reason["veiled"] for reason in told if "mechanism" in reason)
