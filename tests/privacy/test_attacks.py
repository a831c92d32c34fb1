"""Ways in that were tried and mended: each of these let something out, in or through once."""

import json
import threading

import pytest
from django.db import connection
from django.utils.timezone import now as clock

from customers.actions.asked import ask_unconfirmed
from customers.actions.customers import create_customer
from customers.actions.erasure import erase_customer
from customers.actions.notes import write_note
from customers.actions.segments import keep_segment
from customers.contact.actions.ledger import Said, record_consent
from customers.models import Consent, Customer, CustomField, Question, SignUp, Task
from customers.segments import Reader
from customers.signup.actions.confirming import confirm
from customers.signup.actions.forms import make_form, publish_form
from customers.signup.actions.sign_up import Filled, sign_up
from relcrm.base import readings
from relcrm.base.actions.keys import make_key
from relcrm.base.models import ApiKey
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def known_ada(company, root) -> Customer:
    return create_customer(
        name="Ada Novak", email="ada@example.com", phone="+436601234567", by=root, now=NOW
    )


def test_help_beside_an_own_field_is_words_and_no_markup(known_ada, root, as_):
    CustomField.objects.create(
        key="size", label="Size", kind="text", help="<img src=x onerror=alert(1)>"
    )
    page = as_(root).get(f"/customers/{known_ada.pk}/edit/").content.decode()
    assert "&lt;img src=x" in page
    assert "<img src=x" not in page


@pytest.mark.parametrize("told", ["ada@example.com", "+436601234567", "06601234567"])
def test_a_key_without_the_scope_finds_nobody_by_contact_data_through_a_list(
    known_ada, root, client, told
):
    scopes = sorted(ApiKey.SCOPES.keys() - {"people:read"})
    _key, secret = make_key("Report", scopes=scopes, expires_at=None, by=root, now=clock())
    people = keep_segment("Some", rule=None, reader=Reader.of(root), by=root, now=NOW)
    for asked in (told, told.replace("ada", "zoe").replace("1234", "4321")):
        answer = client.post(
            f"/api/v1/segments/{people.pk}/people", json.dumps({"people": [asked]}),
            content_type="application/json", headers={"authorization": f"Bearer {secret}"},
        )  # fmt: skip
        assert answer.status_code == 403 or answer.json()["unknown"] == [asked]
    assert not people.members.exists()


def test_every_look_at_a_note_a_task_or_older_lines_is_on_record(known_ada, sam, as_):
    note = write_note(known_ada, "Prefers mornings", by=sam, now=NOW)
    task = Task.objects.create(customer=known_ada, what="Call", due_on=TODAY, owner=sam)
    browser = as_(sam)
    for path in (
        f"/notes/{note.pk}/", f"/tasks/{task.pk}/edit/",
        f"/customers/{known_ada.pk}/timeline/?before=2999-01-01T00:00:00Z~notes~1",
    ):  # fmt: skip
        readings.forget()
        assert browser.get(path).status_code == 200
        (seen,) = readings._gathered.values()
        assert seen.customers == {known_ada.pk}, path


def test_erasing_takes_questions_along_that_wait_for_a_confirmation(known_ada, pia):
    for email in ("Ada@Example.com", "bo@example.com"):
        ask_unconfirmed(text="Hello?", email=email, name="Ada Novak", topic="", now=NOW)
    erase_customer(known_ada, by=pia, now=NOW)
    assert Question.objects.get().sender_email == "bo@example.com"


@pytest.mark.parametrize("name", ["name", "phone", "birth_on", "language"])
@pytest.mark.parametrize("value", [["x"], [[]], {"a": "b"}])
def test_an_answer_of_another_shape_is_refused_by_its_name(company, mara, as_, name, value):
    asked = {"what": name, "is_required": False, "label": ""}
    form = make_form(name="Spring", title="News", facts=[asked], by=mara, now=NOW)
    publish_form(form, by=mara, now=NOW)
    answer = as_(mara).post(
        f"/api/v1/signup-forms/{form.pk}/sign-ups",
        json.dumps({"email": "ada@example.com", "answers": {name: value}}),
        content_type="application/json",
    )
    assert answer.status_code == 400
    assert f"answers.{name}" in answer.content.decode()
    assert not SignUp.objects.exists()


def test_no_consent_is_recorded_for_somebody_erased_since_they_were_read(known_ada, pia):
    stale = Customer.objects.get()
    erase_customer(known_ada, by=pia, now=NOW)
    with pytest.raises(Refused, match="erased"):
        record_consent(stale, Said("marketing", "email", "own page"), by=None, now=NOW)
    assert not Consent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_is_erased_while_their_link_is_confirmed_stays_erased(known_ada, mara, pia):
    """The confirmation waits for the erasure, and then finds nobody who may be kept."""
    form = make_form(name="Spring", title="News", by=mara, now=NOW)
    publish_form(form, by=mara, now=NOW)
    typed = Filled("ada@example.com", {"name": "Ada", "language": "de"}, [], "page")
    waiting = sign_up(form, typed, by=None, now=NOW)
    start, said = threading.Barrier(2), []

    def work(act) -> None:
        try:
            start.wait(10)
            act()
        except Exception as problem:  # noqa: BLE001 (looked at below)
            said.append(problem)
        finally:
            connection.close()

    acts = (
        lambda: confirm(waiting, proof={}, now=NOW),
        lambda: erase_customer(known_ada, by=pia, now=NOW),
    )
    threads = [threading.Thread(target=work, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(each, Refused) for each in said), said
    (left,) = Customer.objects.all()
    assert (left.name, left.email, left.language) == ("", "", "")
    assert not SignUp.objects.exists()
