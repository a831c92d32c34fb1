"""What waits for me: my tasks and the questions I can answer."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_POST

from customers.actions import contacts, notes, questions, work
from customers.models import Customer, PointOfContact
from customers.queries import work as queries
from customers.views.hushed import WRITTEN, refuse_hushed
from customers.work_forms import AnswerForm, ContactForm, QuestionForm, TaskForm, desk_forms
from relcrm.base import readings, roles
from relcrm.base.access import allow
from relcrm.base.models import User
from relcrm.base.once import once
from relcrm.lib.refusals import Refused

NAV = {"nav": "work"}
SHOWS = {"open": _l("Open"), "overdue": _l("Overdue"), "done": _l("Done")}


@allow("work_with_customers")
@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """Mine, or everybody's: what is open, overdue or done; and who can answer something."""
    now, asked = timezone.now(), request.GET.get("q", "").replace("\x00", "").strip()[:200]
    sent, everyone = request.GET, request.GET.get("of") == "all"
    show = sent.get("show") if sent.get("show") in SHOWS else "open"
    words = {"asked": asked, "experts": queries.experts(asked) if asked else []}
    if request.htmx.target == "experts":
        return render(request, "work/_experts.html", words)
    words |= {
        "page": queries.waiting(request.user, timezone.localdate(), now, everyone=everyone),
        "everyone": everyone, "show": show, "shows": SHOWS,
    }  # fmt: skip
    if show == "done":
        words["done"] = queries.done_tasks(
            request.user, everyone=everyone, after=sent.get("after", ""),
            before=sent.get("before", ""),
        )  # fmt: skip
    waiting = queries.everything(words["page"])
    about = {one.customer_id for one in (*waiting, *(words["done"].rows if show == "done" else ()))}
    readings.note(request.user, "page", "tasks", ["name", "task"], about - {None})
    return render(request, "work/tasks.html", NAV | words)


@allow("work_with_customers")
@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Done, or open again."""
    task = get_object_or_404(queries.tasks_visible_to(request.user), pk=pk)
    now = timezone.now()
    if "reopen" in request.POST:
        work.reopen_task(task, by=request.user, now=now)
    else:
        work.finish_task(task, by=request.user, now=now)
        messages.success(request, _("Done: %s") % task.what)
    return _back(request, task.customer_id)


@allow("work_with_customers")
def edit_task(request: HttpRequest, pk: int) -> HttpResponse:
    """Other words, another day, hour or owner."""
    rows = queries.tasks_visible_to(request.user).select_related("customer", "owner")
    task = get_object_or_404(rows, pk=pk)
    known = {"what": task.what, "due_on": task.due_on, "due_time": task.due_time,
             "owner": task.owner_id}  # fmt: skip
    form = TaskForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_bound and form.is_valid():
        work.change_task(task, **form.cleaned_data, by=request.user)
        messages.success(request, _("Kept."))
        return redirect("customers:tasks")
    about = [task.customer_id] if task.customer_id else []
    readings.note(request.user, "page", "task", ["name", "task"], about)
    words = {"task": task, "form": form}
    return render(request, "work/task.html", NAV | words, status=422 if form.errors else 200)


@allow("work_with_customers")
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """One question: who asked what, and its answer or the box for it."""
    rows = queries.questions_visible_to(request.user)
    found = get_object_or_404(
        rows.select_related("customer", "asked_by", "expert", "answered_by"), pk=pk
    )
    if request.user.pk not in (found.asked_by_id, found.expert_id):
        refuse_hushed(found.customer_id, request.user, WRITTEN)
    form = AnswerForm(request.POST if "answer" in request.POST else None)
    if form.is_bound and form.is_valid():
        questions.answer_question(
            found, form.cleaned_data["answer"], by=request.user, now=timezone.now()
        )
        messages.success(request, _("Answered."))
        return redirect("customers:question", pk)
    readings.note(request.user, "page", "question", ["name", "question"], [found.customer_id])
    words = {"question": found, "form": form, "experts": queries.experts(_about(found))[:5],
             "colleagues": queries.colleagues()}  # fmt: skip
    return render(request, "work/question.html", NAV | words, status=422 if form.errors else 200)


def _about(question: Any) -> str:
    return f"{question.topic} {question.text}"


@allow("work_with_customers")
@require_POST
def hand(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(queries.questions_visible_to(request.user), pk=pk)
    expert = _colleague(request)
    questions.hand_question(found, expert, by=request.user)
    messages.success(request, _("%s has the question now.") % expert)
    return redirect("customers:question", pk)


# Around one customer ------------------------------------------------------------------------


@allow("work_with_customers")
@require_POST
@once
def around(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """A note, a task, a question or a point of contact more; the card comes back."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    form = FORMS[what](request, customer)
    if not request.htmx:
        if form is not None:
            messages.error(request, next(iter(form.errors.values()))[0])
        return redirect("customers:profile", pk)
    words = {"customer": customer, "desk": queries.desk(customer, timezone.now()),
             **desk_forms(request.user, timezone.localdate())}  # fmt: skip
    if form is not None:
        words |= {f"{what}_form": form}
    return render(request, "work/_desk.html", words, status=422 if form is not None else 200)


def _note(request: HttpRequest, customer: Customer) -> None:
    notes.write_note(customer, request.POST.get("text", ""), by=request.user, now=timezone.now())


def _task(request: HttpRequest, customer: Customer) -> TaskForm | None:
    form = TaskForm(request.POST)
    if not form.is_valid():
        return form
    work.add_task(customer, **form.cleaned_data, by=request.user)
    return None


def _question(request: HttpRequest, customer: Customer) -> QuestionForm | None:
    form = QuestionForm(request.POST)
    if not form.is_valid():
        return form
    questions.ask_expert(customer, **form.cleaned_data, by=request.user, now=timezone.now())
    return None


def _contact(request: HttpRequest, customer: Customer) -> ContactForm | None:
    """Added by `user` and `role`, or removed by `off`."""
    if not roles.may(request.user, "edit_customers"):
        raise PermissionDenied
    if off := request.POST.get("off", ""):
        number = int(off) if off.isascii() and off.isdigit() and len(off) < 19 else 0
        rows = PointOfContact.objects.filter(customer=customer)
        contacts.remove_contact(get_object_or_404(rows, pk=number), by=request.user)
        return None
    form = ContactForm(request.POST)
    if not form.is_valid():
        return form
    told = form.cleaned_data
    contacts.add_contact(customer, told["user"], role=told["role"], by=request.user)
    return None


FORMS: dict[str, Any] = {
    "note": _note, "task": _task, "question": _question, "contact": _contact,
}  # fmt: skip


def _colleague(request: HttpRequest) -> User:
    known = {str(one.pk): one for one in queries.colleagues()}
    if (found := known.get(request.POST.get("expert", ""))) is None:
        raise Refused(_("Choose somebody from the list."))
    return found


def _back(request: HttpRequest, customer: int | None) -> HttpResponse:
    """To where the button was: the customer's page, or the list of tasks."""
    if request.POST.get("from") == "profile" and customer:
        return redirect("customers:profile", customer)
    return redirect("customers:tasks")
