"""Every address × every role: who is let in is said in roles.py and in tests/access_table.py.

Beyond the doors: an analyst never meets a name, and an expert nobody but their own customers,
whatever number they put into whichever address.
"""

# ruff: noqa: F811 (a fixture of another file is asked for by its name)
import re
from datetime import timedelta

import pytest
from django.utils.timezone import now as clock

from customers.models import Organisation
from feedback.actions import file_complaint
from relcrm.base import authentication, roles
from relcrm.base.actions.keys import make_key
from relcrm.base.models import ApiKey, User
from tests.access_table import ANYBODY_SIGNED_IN, NOBODY, capability, scope
from tests.addresses import Address, addresses
from tests.conftest import NOW
from tests.customers.test_erasure import known_ada  # noqa: F401 (a row in every table)
from tests.test_architecture import PUBLIC

pytestmark = pytest.mark.django_db
# Who is let in is looked up in a table, whatever the database. That pages work on both is shown
# by test_reach.py, test_crawl.py and test_backoffice.py, which open them there.
ONCE = pytest.mark.one_database
METHODS = ("get", "post", "patch", "delete")


def guarded() -> list[Address]:
    return [
        a for a in addresses()
        if a.name not in PUBLIC and not a.answers_nothing_to_anyone and a.path != "/api/"
    ]  # fmt: skip


def is_api(address: Address) -> bool:
    return (
        address.path.startswith("/api/v1/")
        and hasattr(address.pattern.callback, "cls")
        and address.name not in ("api:document", "api:index")
    )


API = [a for a in guarded() if is_api(a)]
OFFICE = [a for a in guarded() if a.path.startswith("/admin/")]
PAGES = [a for a in guarded() if a not in API and a not in OFFICE]


def person(role: str) -> User:
    return User.objects.create_user(f"{role}@corp.example", "correct horse", role=role)


def test_every_address_has_its_line_in_the_table():
    """An address that nobody has entered fails here: say first who may come in."""
    missing = []
    for address in PAGES:
        try:
            wanted = capability(address.name)
        except KeyError:
            missing.append(address.name)
        else:
            assert wanted in {*roles.TABLE, ANYBODY_SIGNED_IN, NOBODY}
    for address in API:
        for method in offered(address):
            try:
                assert scope(address.path, method) in ApiKey.SCOPES, (address.path, method)
            except KeyError:
                missing.append(address.path)
    assert missing == []
    assert ApiKey.SCOPES.keys() == authentication.SCOPE_CAPABILITIES.keys()


def offered(address: Address) -> list[str]:
    return [method for method in METHODS if method in address.pattern.callback.actions]


@ONCE
@pytest.mark.parametrize("role", User.Role.values)
def test_pages_let_in_whom_the_table_names_and_nobody_else(company, as_, role):
    browser = as_(person(role))
    wrong = []
    for address in PAGES:
        wanted = capability(address.name)
        allowed = wanted != NOBODY and (wanted == ANYBODY_SIGNED_IN or role in roles.TABLE[wanted])
        answers = [getattr(browser, method)(address.path).status_code for method in METHODS[:2]]
        closed = {404} if wanted == NOBODY else {403, 405}
        if (403 in answers) if allowed else (not set(answers) <= closed or answers == [405, 405]):
            wrong.append((address.name, role, allowed, answers))
    assert wrong == []


@ONCE
@pytest.mark.parametrize("role", User.Role.values)
def test_the_api_lets_a_person_in_by_the_same_table(company, as_, role):
    browser = as_(person(role))
    wrong = []
    for address in API:
        for method in offered(address):
            wanted = authentication.SCOPE_CAPABILITIES[scope(address.path, method)]
            answer = getattr(browser, method)(address.path, content_type="application/json")
            if (answer.status_code == 403) is (role in roles.TABLE[wanted]):
                wrong.append((method, address.path, role, answer.status_code))
    assert wrong == []


@ONCE
def test_a_key_needs_the_scope_of_the_address_and_no_other(company, client, root):
    wrong = []
    for address in API:
        for method in offered(address):
            wanted = scope(address.path, method)
            for scopes in ([wanted], sorted(ApiKey.SCOPES.keys() - {wanted})):
                _key, secret = make_key("k", scopes=scopes, expires_at=None, by=root, now=clock())
                answer = getattr(client, method)(
                    address.path, content_type="application/json",
                    headers={"authorization": f"Bearer {secret}"},
                )  # fmt: skip
                if (answer.status_code == 403) is (wanted in scopes):
                    wrong.append((method, address.path, wanted in scopes, answer.status_code))
    assert wrong == []


@ONCE
@pytest.mark.parametrize("role", [role for role in User.Role.values if role != "admin"])
def test_the_back_office_is_closed_to_everybody_but_admins(company, as_, role):
    browser = as_(person(role))
    wrong = []
    for address in OFFICE:
        answer = browser.get(address.path)
        is_turned_away = answer.status_code == 403 or "/login/" in answer.get("Location", "")
        if not is_turned_away and answer.content:
            wrong.append((address.path, answer.status_code))
    assert wrong == []


@ONCE
def test_the_back_office_opens_to_admins(company, as_, root):
    browser = as_(root)
    closed = [a.path for a in OFFICE if browser.get(a.path).status_code == 403]
    # Nothing is added, deleted or given a password there: those pages are closed to all. A look-up
    # is open to those who say in which field they look.
    assert [
        path for path in closed if not re.search(r"/(add|autocomplete|delete|password)/$", path)
    ] == []


# Whose -----------------------------------------------------------------------------------------


def filled(path: str, numbers: dict[str, object]) -> str:
    """Numbers of real rows in place of the samples, by the word before them."""

    def put(m: re.Match[str]) -> str:
        return f"/{m[1]}/{numbers.get(m[1], 1)}"

    return re.sub(r"/([a-z-]+)/1(?=/|$)", put, path)


@pytest.fixture
def numbers_of(sam):
    """The numbers by which somebody's rows could be guessed in an address."""

    def found(customer) -> dict[str, object]:
        complaint = customer.complaints.first() or file_complaint(
            customer, subject=f"{customer.name} is angry", severity=2, by=sam, now=NOW
        )
        return {
            "customers": customer.pk,
            "interactions": customer.interactions.first().pk,
            "complaints": complaint.pk,
            "organisations": customer.organisation_id or 0,
            **extra(customer),
        }

    return found


RELATED = {
    "tasks": "tasks", "questions": "questions", "owned": "owned", "packages": "data_packages",
    "requests": "subject_requests",
}  # fmt: skip


def extra(customer) -> dict[str, object]:
    """Rows of other tables, by the word in their address, where there are any."""
    found = {}
    for word, related in RELATED.items():
        rows = getattr(customer, related, None)
        if rows is not None and (row := rows.first()):
            found[word] = row.pk
    return found


def about_customers() -> list[Address]:
    words = "customers|interactions|complaints|tasks|questions|owned|packages|requests"
    words += "|organisations"
    return [a for a in (*PAGES, *API) if re.search(rf"/({words})/1(/|$)", a.path)]


def test_an_expert_reaches_nobody_elses_customer_by_any_number(company, eve, bo, as_, numbers_of):
    """Not there (404) or not allowed (403), by every address and method."""
    bo.organisation = Organisation.objects.create(name="Household Lind")
    bo.save()
    numbers, browser = numbers_of(bo), as_(eve)
    reached = []
    for address in about_customers():
        path = filled(address.path, numbers)
        for method in offered(address) if address in API else METHODS[:2]:
            sent = {"content_type": "application/json"} if address in API else {}
            status = getattr(browser, method)(path, **sent).status_code
            if status == 400 and method == "get":  # what it wants to know before it looks
                query = "?purpose=marketing&channel=email"
                status = browser.get(path + query).status_code
            if status not in (403, 404, 405):
                reached.append((method, path, status))
    assert reached == []
    assert len(about_customers()) > 12


def walk(browser, numbers: dict[str, object]):
    """Every page and list that answers, with its text."""
    documented = ("api:document", "api:docs")  # they quote invented people
    for address in [a for a in (*PAGES, *API) if a.name not in documented]:
        lists = ("?q=a", "?show=said", "?show=closed") if "/1/" not in address.path else ()
        for query in ("", *(() if address in API else lists)):
            answer = browser.get(filled(address.path, numbers) + query)
            if answer.status_code == 200:
                body = b"".join(answer) if answer.streaming else answer.content
                yield address.path + query, body.decode("utf-8", "replace")


def test_an_expert_meets_nobody_elses_name_on_any_page(company, eve, bo, as_, numbers_of):
    told = dict(walk(as_(eve), numbers_of(bo)))
    assert [p for p, text in told.items() if "Bo Lind" in text or "bo@example" in text] == []
    assert len(told) > 10


def test_an_analyst_meets_no_name_address_or_word_of_a_customer(
    known_ada,
    nils,
    as_,
    numbers_of,
):
    """Pages, lists, search, timeline and API, with a row of hers in every table."""
    told = dict(walk(as_(nils), numbers_of(known_ada)))
    personal = ("Novak", "ada@", "6601234", "Ada says", "hiking")
    met = [(p, word) for p, text in told.items() for word in personal if word in text]
    assert met == []
    assert len(told) > 24


def test_an_analysts_key_shows_no_more_than_the_analyst(known_ada, root, client, numbers_of):
    """A key without people:read, made by somebody who may see everybody."""
    scopes = sorted(ApiKey.SCOPES.keys() - {"people:read"})
    _key, secret = make_key(
        "Report", scopes=scopes, expires_at=NOW + timedelta(days=9999), by=root, now=NOW
    )
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    numbers = numbers_of(known_ada)
    told = {}
    for address in API:
        answer = client.get(filled(address.path, numbers))
        if answer.status_code == 200:
            told[address.path] = answer.content.decode()
    personal = ("Novak", "ada@", "6601234", "Ada says", "hiking")
    assert [(p, word) for p, text in told.items() for word in personal if word in text] == []
    assert len(told) > 10
