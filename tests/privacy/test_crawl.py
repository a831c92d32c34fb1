"""One person came in by every door; nobody who may not see her meets her at any address.

Rows of every table are looked at under their own numbers, which the generated tests of access
(test_access.py) do for a few tables only.
"""

import itertools
import re

import pytest
from django.utils import timezone

from customers.models import (
    Duplicate,
    Export,
    Import,
    Merge,
    Message,
    Organisation,
    Segment,
    SignUpForm,
    StrayMail,
    Suppression,
    Tag,
)
from feedback.models import Promise
from relcrm.base.models import ApiKey, Job
from tests.access_table import PAGES as OPEN
from tests.keys import make_key
from tests.privacy.test_access import API, PAGES
from tests.privacy.test_nothing_left import (  # noqa: F401 (a fixture is asked for by its name)
    MARKS,
    as_lists,
    by_colleagues,
    by_file,
    by_mail,
    by_program,
    uploads,
)

pytestmark = pytest.mark.django_db
# A program's own number for something is no name and no address, and a trade is allowed.
ALLOWED = re.compile(r'"source_id":"zyxmar-\d"|"occupation":"zyxmarist"|"source_id":"zyxmar"')
FILES = re.compile(r'"file_name":"zyxmar.csv"|"title":"take in zyxmar.csv"')
MOST = 3


@pytest.fixture
def quella(company, all_, sam, mara, uploads):  # noqa: F811
    now = timezone.now()
    quella = by_file(all_)
    by_program(all_, quella, now)
    by_mail(quella, mara, now)
    by_colleagues(quella, sam, now)
    as_lists(all_)
    return quella


def numbers(quella) -> dict[str, list[int]]:
    """By the word before it in an address; what is not here is tried as 1."""
    tables = {
        "messages": Message, "outbox": Message, "jobs": Job, "imports": Import, "merges": Merge,
        "exports": Export, "duplicates": Duplicate, "organisations": Organisation, "tags": Tag,
        "segments": Segment, "signup-forms": SignUpForm, "promises": Promise,
        "returned": StrayMail, "suppressed": Suppression,
    }  # fmt: skip
    found = {word: pks(model.objects.order_by("-pk")) for word, model in tables.items()}
    for word, related in {
        "interactions": "interactions", "complaints": "complaints", "tasks": "tasks",
        "questions": "questions", "requests": "subject_requests", "packages": "data_packages",
    }.items():  # fmt: skip
        found[word] = pks(getattr(quella, related).order_by("-pk"))
    found["notes"] = pks(quella.interactions.filter(kind="note"))
    return found | {"customers": [quella.pk]}


def pks(rows) -> list[int]:
    return list(rows.values_list("pk", flat=True)[:MOST])


def paths(address, known: dict[str, list[int]]) -> list[str]:
    parts = re.split(r"/1(?=/|$)", address.path)
    words = [part.rpartition("/")[2] for part in parts[:-1]]
    chosen = itertools.product(*(known.get(word) or [1] for word in words))
    return [
        "".join(f"{part}/{number}" for part, number in zip(parts, each, strict=False)) + parts[-1]
        for each in chosen
    ]


def met(browser, where, known) -> tuple[set[str], int]:
    """At which addresses she was met, and how many answered at all."""
    found, answered = set(), 0
    for address in where:
        for path in paths(address, known):
            answer = browser.get(path)
            assert answer.status_code < 500, path
            body = b"".join(answer) if answer.streaming else answer.content
            text = ALLOWED.sub("", body.decode("utf-8", "replace").lower())
            text = FILES.sub("", text) if address in API else text
            answered += answer.status_code == 200
            found |= {path for mark in MARKS if mark in text}
    return found, answered


def open_to(capabilities: set[str]) -> list:
    """Pages that the table of access opens to any of these."""
    named = {name for wanted in capabilities for name in OPEN[wanted].split()} - {"api:docs"}
    return [a for a in PAGES if a.name in named]


def test_an_analyst_meets_her_nowhere(quella, nils, as_):
    rights = {"see_customers", "export_data", "see_promises", "see_company", "see_jobs"}
    found, answered = met(as_(nils), [*open_to(rights), *API], numbers(quella))
    assert found == set()
    assert answered > 60


def test_a_key_that_sees_no_people_meets_her_nowhere(quella, root, client):
    _key, secret = make_key(root, *(ApiKey.SCOPES.keys() - {"people:read"}))
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    found, answered = met(client, API, numbers(quella))
    assert found == set()
    assert answered > 50


def test_an_expert_whose_customer_she_is_not_meets_her_nowhere(quella, eve, as_):
    rights = {"see_customers", "see_people", "export_data", "see_complaints", "work_with_customers"}
    found, answered = met(as_(eve), [*open_to(rights), *API], numbers(quella))
    assert found == set()
    assert answered > 20
