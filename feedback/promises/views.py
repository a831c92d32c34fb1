"""Promises as pages: which there are and how they are kept, and one with whom it let down."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.models import Customer
from feedback.models import Outcome, Promise
from feedback.promises import actions, page
from feedback.promises.forms import OutcomeForm, PromiseForm
from feedback.promises.judging import ask_for_promises
from feedback.promises.outcomes import (
    BY_HAND,
    correct_outcome,
    state_outcome,
    withdraw_outcome,
)
from feedback.promises.queries import promises as all_promises
from relcrm.base import readings, roles
from relcrm.base.access import allow
from relcrm.base.once import once
from relcrm.lib.refusals import Refused, told_by

NAV = {"nav": "promises"}


@allow("see_promises")
@require_GET
def promises(request: HttpRequest) -> HttpResponse:
    words = {"page": page.listed(request.viewpoint.as_of)}
    return render(request, "promises/promises.html", NAV | words)


@allow("edit_promises")
@require_http_methods(["GET", "POST"])
@once
def new(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    first = {"active_from": request.viewpoint.today, "owner": request.user}
    form = PromiseForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        with told_by(form):
            made = actions.make_promise(**form.facts, by=request.user, now=now)
            messages.success(request, _("“%s” is on record.") % made.name)
            return redirect("promises:promise", made.pk)
    return _form(request, form, None)


@allow("edit_promises")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Promise, pk=pk)
    form = PromiseForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        with told_by(form):
            actions.change_promise(found, **form.facts, by=request.user, now=timezone.now())
            messages.success(request, _("Saved."))
            return redirect("promises:promise", pk)
    return _form(request, form, get_object_or_404(Promise, pk=pk))


def _form(request: HttpRequest, form: PromiseForm, found: Promise | None) -> HttpResponse:
    words = {"form": form, "promise": found}
    return render(request, "promises/edit.html", NAV | words, status=422 if form.errors else 200)


@allow("see_promises")
@require_GET
def promise(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, pk, _outcome_form(request, None))


@allow("state_outcomes")
@require_POST
@once
def state(request: HttpRequest, pk: int) -> HttpResponse:
    found, now = get_object_or_404(Promise, pk=pk), timezone.now()
    form = _outcome_form(request, request.POST)
    if form.is_valid():
        said = form.cleaned_data
        with told_by(form):
            state_outcome(
                found, said["customer"], is_kept=said["is_kept"], reason=said["reason"],
                occurred_at=form.occurred_at, source=BY_HAND, source_id=uuid.uuid4().hex,
                by=request.user, now=now,
            )  # fmt: skip
            messages.success(request, _("It is on record, and on their timeline."))
            return redirect("promises:promise", pk)
    return _page(request, pk, form)


@allow("state_outcomes")
@require_POST
def correct(request: HttpRequest, pk: int, outcome: int) -> HttpResponse:
    """What is recorded as broken was kept, or the other way round."""
    found, reason = _outcome(pk, outcome), request.POST.get("reason", "")[:300]
    is_kept = request.POST.get("is_kept") == "yes"
    correct_outcome(found, is_kept=is_kept, reason=reason, by=request.user, now=timezone.now())
    messages.success(request, _("Corrected, on their timeline too."))
    return redirect("promises:promise", pk)


@allow("state_outcomes")
@require_POST
def withdraw(request: HttpRequest, pk: int, outcome: int) -> HttpResponse:
    found, reason = _outcome(pk, outcome), request.POST.get("reason", "")
    withdraw_outcome(found, reason=reason, by=request.user, now=timezone.now())
    messages.success(request, _("Taken back."))
    return redirect("promises:promise", pk)


def _outcome(promise: int, pk: int) -> Outcome:
    return get_object_or_404(Outcome.objects.select_related("promise"), pk=pk, promise=promise)


@allow("edit_promises")
@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Promise, pk=pk)
    actions.retire_promise(found, by=request.user, now=timezone.now())
    messages.success(request, _("Retired. What was kept and broken stays."))
    return redirect("promises:promise", pk)


@allow("edit_promises")
@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Now, rather than within the hour."""
    found = get_object_or_404(Promise, pk=pk)
    if not found.is_tested:
        raise Refused(_("This promise has no test: somebody says how it went."))
    ask_for_promises(by=request.user, promise=found)
    messages.success(request, _("It is being tested; look again in a moment."))
    return redirect("promises:promise", pk)


def _page(request: HttpRequest, pk: int, form: OutcomeForm) -> HttpResponse:
    found = get_object_or_404(all_promises(), pk=pk)
    sees = roles.may(request.user, "see_people")
    made = page.page(
        found, request.viewpoint, request.company.tzinfo, sees_people=sees,
        after=request.GET.get("after", ""), before=request.GET.get("before", ""),
    )  # fmt: skip
    shown = ["name", "promise"] if sees else ["promise"]
    readings.note(request.user, "page", "let down", shown, [each.customer for each in made.rows])
    words = {"page": made, "form": form}
    return render(request, "promises/promise.html", NAV | words, status=422 if form.errors else 200)


def _outcome_form(request: HttpRequest, typed: Any) -> OutcomeForm:
    now: datetime = timezone.now()
    return OutcomeForm(
        typed, among=Customer.objects.visible_to(request.user), now=now,
        zone=request.company.tzinfo, initial={"on": request.viewpoint.today},
    )  # fmt: skip
