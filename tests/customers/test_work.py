"""Notes, tasks, points of contact and questions: given, done, undone, answered, seen."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.actions.contacts import add_contact, remove_contact
from customers.actions.notes import write_note
from customers.actions.questions import answer_question, ask_expert, hand_question
from customers.actions.work import add_task, change_task, finish_task, reopen_task
from customers.models import Customer, PointOfContact, Question, Task
from customers.queries.work import experts, waiting
from customers.timeline import timeline
from relcrm.base.models import AuditLine
from relcrm.lib.refusals import Refused
from relcrm.pages.queries.today import needs
from tests.conftest import NOW, TODAY
from tests.customers.test_timeline import asked


@pytest.fixture
def task(company, ada, sam, mara):
    return add_task(ada, what="Call her", due_on=TODAY, owner=sam, by=mara)


@pytest.fixture
def question(company, bo, sam, eve):
    return ask_expert(bo, text="Do they stretch?", topic="boots", expert=eve, by=sam, now=NOW)


def test_a_note_stands_on_the_timeline(company, bo, sam):
    write_note(bo, " Prefers evenings ", by=sam, now=NOW)
    entry = timeline(asked(bo)).entries[0]
    assert (entry.kind, entry.why) == ("note", "Prefers evenings")
    assert AuditLine.objects.get(verb="note.written").subject_id == bo.pk
    with pytest.raises(Refused, match="1 to 4000"):
        write_note(bo, " ", by=sam, now=NOW)


def test_a_task_is_done_told_and_undone(task, ada, sam, mara):
    assert waiting(sam, TODAY, NOW).today == [task]
    assert waiting(sam, TODAY + timedelta(days=1), NOW).overdue == [task]
    finish_task(task, by=sam, now=NOW)
    assert timeline(asked(ada)).entries[0].title == "Done: Call her"
    assert waiting(sam, TODAY, NOW).done == [task]
    with pytest.raises(Refused, match="was done on 2 March 2026"):
        finish_task(task, by=sam, now=NOW)
    task.refresh_from_db()
    with pytest.raises(Refused, match="open it again"):
        change_task(task, due_on=TODAY, by=sam)
    reopen_task(task, by=sam, now=NOW)
    assert waiting(sam, TODAY, NOW).today == [task]
    verbs = AuditLine.objects.filter(subject_kind="customers.task").order_by("pk")
    assert [line.verb for line in verbs] == ["task.added", "task.done", "task.reopened"]


def test_a_task_with_an_hour_is_overdue_from_then_on(company, ada, sam, mara):
    task = add_task(ada, what="Call", due_on=TODAY, due_time=time(12, 30), owner=sam, by=mara)
    later = add_task(ada, what="Write", due_on=TODAY, owner=sam, by=mara)
    assert waiting(sam, TODAY, NOW).today == [task, later]
    then = waiting(sam, TODAY, NOW + timedelta(hours=1))
    assert (then.overdue, then.today) == ([task], [later])
    assert list(Task.objects.overdue(TODAY, time(13))) == [task]
    change_task(task, due_time=None, what=" Call  her ", by=sam)
    assert (task.what, list(Task.objects.overdue(TODAY, time(13)))) == ("Call her", [])
    change_task(task, what="Call her", by=sam)
    assert AuditLine.objects.filter(verb="task.changed").count() == 1
    with pytest.raises(Refused, match="cannot be changed"):
        change_task(task, done_at=NOW, by=sam)


def test_the_page_shows_what_is_overdue_and_what_is_done(as_, sam, mara, ada, company):
    browser = as_(sam)
    for show, words in (("overdue", "Nothing is overdue"), ("done", "Nothing is done yet")):
        assert words in browser.get(f"/tasks/?show={show}").content.decode()
    add_task(ada, what="Late", due_on=TODAY, owner=sam, by=None)
    theirs = add_task(ada, what="Hers", due_on=TODAY, owner=mara, by=None)
    finish_task(theirs, by=mara, now=NOW)
    assert "Late" in browser.get("/tasks/?show=overdue").content.decode()
    assert "Hers" not in browser.get("/tasks/?show=done").content.decode()
    everybody = browser.get("/tasks/?show=done&of=all").content.decode()
    assert "Hers" in everybody
    assert "Late" not in everybody
    assert "Late" in browser.get("/tasks/?show=song").content.decode()


def test_tasks_without_an_owner_are_everybody_s(company, ada, sam, mara):
    task = add_task(ada, what="Whoever", due_on=TODAY, owner=None, by=mara)
    assert waiting(sam, TODAY, NOW).today == waiting(mara, TODAY, NOW).today == [task]


def test_nobody_is_given_work_about_whom_they_may_not_see(bo, eve, nils, mara):
    for owner in (eve, nils):
        with pytest.raises(Refused, match="does not work with this customer"):
            add_task(bo, what="x", due_on=TODAY, owner=owner, by=mara)


def test_a_point_of_contact_comes_and_goes(company, bo, eve, mara):
    contact = add_contact(bo, eve, role="fits boots", by=mara)
    assert bo in Customer.objects.visible_to(eve)
    with pytest.raises(Refused, match="already"):
        add_contact(bo, eve, role="fits boots", by=mara)
    add_contact(bo, eve, role="knows his knees", by=mara)
    contact.refresh_from_db()
    assert contact.role == "knows his knees"
    remove_contact(contact, by=mara)
    assert bo not in Customer.objects.visible_to(eve)


def test_a_question_waits_at_the_expert_the_asker_and_the_customer(question, bo, sam, eve):
    assert waiting(eve, TODAY, NOW).questions == [question]
    assert waiting(sam, TODAY, NOW).asked == [question]
    entry = timeline(asked(bo)).entries[0]
    assert entry.title == "A question to an expert: Do they stretch?"
    assert (entry.why, entry.end) == ("Eve has it", "open")
    assert PointOfContact.objects.filter(customer=bo, user=eve).exists()
    answer_question(question, "A little.", by=eve, now=NOW + timedelta(hours=3))
    assert waiting(eve, TODAY, NOW).questions == waiting(sam, TODAY, NOW).asked == []
    assert timeline(asked(bo)).entries[0].why == "Eve answered after 3\xa0hours: A little."
    with pytest.raises(Refused, match="was answered on"):
        answer_question(question, "More.", by=eve, now=NOW)


def test_a_question_is_handed_on(question, sam, eve):
    hand_question(question, sam, by=eve)
    assert waiting(sam, TODAY, NOW).questions == [question]
    assert waiting(eve, TODAY, NOW).questions == []


def test_who_can_answer_is_found_by_words(eve, sam, nils):
    for user, topics in ((eve, ["hiking boots", "soles"]), (sam, ["invoices"]), (nils, ["boots"])):
        user.expertise = topics
        user.save()
    assert [one.user for one in experts("Which boot has soft soles?")] == [eve]
    assert [one.user for one in experts("An invoice is wrong, and the sole")] == [eve, sam]
    assert experts("mountains") == []


def test_analysts_read_neither_questions_nor_tasks_in_words(question, task, ada, sam):
    finish_task(task, by=sam, now=NOW)
    entry = timeline(replace(asked(ada), sees_people=False)).entries[0]
    assert (entry.title, entry.why) == ("A task was done", "")


# Pages --------------------------------------------------------------------------------------


def test_work_is_added_around_a_customer_in_place(as_, sam, ada, company, eve):
    browser, htmx = as_(sam), {"HX-Request": "true"}
    path = f"/customers/{ada.pk}"
    browser.post(f"{path}/note/", {"text": "Likes tea"}, headers=htmx)
    sent = {"what": "Send laces", "due_on": "2026-03-05", "owner": sam.pk}
    piece = browser.post(f"{path}/task/", sent, headers=htmx).content.decode()
    assert "Send laces" in piece
    assert "<html" not in piece
    wrong = browser.post(f"{path}/task/", sent | {"due_on": "soon"}, headers=htmx)
    assert wrong.status_code == 422
    assert "Enter a valid date" in wrong.content.decode()
    browser.post(f"{path}/question/", {"text": "Wide feet?", "topic": "boots", "expert": eve.pk})
    page = browser.get(f"{path}/?whole=yes").content.decode()
    for words in ("Likes tea", "Send laces", "Wide feet?", "Eve has it"):
        assert words in page
    contact = PointOfContact.objects.get()
    browser.post(f"{path}/contact/", {"off": contact.pk})
    browser.post(f"{path}/contact/", {"user": sam.pk, "role": "friend of the house"})
    assert "friend of the house" in browser.get(f"{path}/?whole=yes").content.decode()


def test_my_page_shows_what_waits_and_takes_it_off(as_, sam, task, question, company):
    browser = as_(sam)
    page = browser.get("/tasks/").content.decode()
    assert "Call her" in page
    assert "Do they stretch?" in page, "asked by me"
    browser.post(f"/tasks/{task.pk}/")
    task.refresh_from_db()
    assert task.done_by == sam
    browser.post(f"/tasks/{task.pk}/", {"reopen": "1"})
    sent = {"what": "Call her", "due_on": "2026-04-01", "due_time": "14:30", "owner": sam.pk}
    assert "14:30" not in browser.get(f"/tasks/{task.pk}/edit/").content.decode()
    assert browser.post(f"/tasks/{task.pk}/edit/", sent | {"due_on": "soon"}).status_code == 422
    browser.post(f"/tasks/{task.pk}/edit/", sent)
    task.refresh_from_db()
    assert (task.done_at, f"{task.due_on} {task.due_time}") == (None, "2026-04-01 14:30:00")
    assert "1 Apr 2026, 14:30" in browser.get("/tasks/").content.decode()


def test_the_overview_names_what_waits_for_me(sam, ada, company, question, eve):
    add_task(ada, what="Late", due_on=TODAY, owner=sam, by=None)
    add_task(ada, what="Later", due_on=TODAY + timedelta(days=1), owner=sam, by=None)
    found = [need.what for need in needs(sam, company, None, NOW + timedelta(days=1))]
    assert "Do 2 tasks" in found
    assert "1 is overdue" in [n.why for n in needs(sam, company, None, NOW + timedelta(days=1))]
    assert "Answer one question" in [need.what for need in needs(eve, company, None, NOW)]


def test_an_expert_begins_with_what_waits_and_answers_only_for_their_customers(
    as_, eve, sam, question, cyd, company
):
    browser = as_(eve)
    start = browser.get("/", follow=True)
    assert start.redirect_chain[0][0] == "/tasks/"
    assert "Do they stretch?" in start.content.decode()
    path = f"/questions/{question.pk}/"
    assert browser.post(path, {"answer": ""}).status_code == 422
    assert browser.post(path, {"answer": "A little."}).status_code == 302
    question.refresh_from_db()
    assert question.answered_by == eve
    strange = ask_expert(cyd, text="Secret?", topic="", expert=None, by=sam, now=NOW)
    assert browser.get(f"/questions/{strange.pk}/").status_code == 404
    assert browser.post(f"/customers/{cyd.pk}/note/", {"text": "x"}).status_code == 404
    own = PointOfContact.objects.filter(user=eve).first()
    denied = browser.post(f"/customers/{own.customer_id}/contact/", {"off": own.pk})
    assert denied.status_code == 403


def test_a_question_is_handed_over_on_its_page(as_, sam, mara, question):
    assert as_(sam).post(f"/questions/{question.pk}/hand/", {"expert": "0"}).status_code == 409
    as_(sam).post(f"/questions/{question.pk}/hand/", {"expert": mara.pk})
    assert Question.objects.get().expert == mara


def test_analysts_and_the_privacy_officer_have_no_tasks(as_, nils, pia, task):
    for user in (nils, pia):
        assert as_(user).get("/tasks/").status_code == 403
        assert as_(user).post(f"/tasks/{task.pk}/").status_code == 403


def test_the_list_of_tasks_costs_the_same_for_one_and_for_many(as_, sam, ada, company):
    browser, costs = as_(sam), []
    for count in (1, 19):
        for number in range(count):
            add_task(ada, what=f"No. {number}", due_on=TODAY, owner=sam, by=None)
        with CaptureQueriesContext(connection) as seen:
            browser.get("/tasks/")
        costs.append(len(seen))
    assert costs[0] == costs[1]
    assert Task.objects.count() == 20


def test_the_admin_writes_down_who_knows_what(as_, root, eve, company):
    page = f"/settings/team/{eve.pk}/"
    sent = {"name": "Eve", "role": "expert", "is_active": "on", "email": "eve@example.com"}
    as_(root).post(page, sent | {"expertise": "boots, soles, boots"})
    eve.refresh_from_db()
    assert eve.expertise == ["boots", "soles"]
    assert 'value="boots, soles"' in as_(root).get(page).content.decode()
