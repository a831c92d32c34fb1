"""The complaint desk: what is waiting, a new one, and one complaint with its buttons."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from customers import asides
from customers.models import Customer
from feedback import actions, queries
from feedback.forms import ComplaintForm
from feedback.hushed import hushed
from feedback.models import Complaint
from feedback.steps import STEPS
from relcrm.base import audit, readings, roles
from relcrm.base.access import allow
from relcrm.base.models import User
from relcrm.base.once import once
from relcrm.lib.written import whole

NAV = {"nav": "feedback"}


@allow("see_complaints")
@require_GET
def complaints(request: HttpRequest) -> HttpResponse:
    now, asked = timezone.now(), request.GET
    show = asked.get("show", "open")
    show = show if show in queries.SHOWS else "open"
    severity = int(asked["severity"]) if asked.get("severity") in {"1", "2", "3", "4"} else None
    find = _find(request)
    page = queries.desk(
        request.user, show=show, now=now, severity=severity, find=find,
        after=asked.get("after", ""), before=asked.get("before", ""),
    )  # fmt: skip
    about = [row.customer_id for row in page.rows]
    readings.note(request.user, "page", "complaint desk", ["name", "complaint"], about)
    words = {
        "page": page, "show": show, "severity": severity, "find": find, "now": now,
        "counts": queries.counts(request.user, now), "severities": Complaint.Severity.choices,
        "address": {"severity": severity or None, "q": find or None},
        "older": _address(show, severity, find, after=page.after) if page.after else "",
        "newer": _address(show, severity, find, before=page.before) if page.before else "",
    }  # fmt: skip
    template = "feedback/_desk.html" if request.htmx.target == "desk" else "feedback/desk.html"
    return render(request, template, NAV | words)


@allow("handle_complaints")
@once
def new_complaint(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    typed = request.POST if request.method == "POST" else None
    form = ComplaintForm(typed, user=request.user, initial={"channel": "phone"})
    if typed is not None and form.is_valid():
        complaint = actions.file_complaint(**form.cleaned_data, by=request.user, now=now)
        messages.success(request, _("Filed as %s") % complaint.number)
        return redirect("feedback:complaint", complaint.pk)
    find = _find(request)
    words = {
        "form": form, "find": find,
        "customer": _chosen(request), "found": queries.findable(request.user, find),
    }  # fmt: skip
    piece = request.htmx.target == "found"
    template = "feedback/_found.html" if piece else "feedback/new_complaint.html"
    return render(request, template, NAV | words, status=422 if form.errors else 200)


@allow("see_complaints")
@require_GET
def complaint(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_with_people(request.user), pk=pk)
    audit.record("complaint.viewed", found, by=request.user, customer=found.customer_id)
    [found] = hushed([found], request.user)
    return render(request, "feedback/complaint.html", _words(found, request, timezone.now()))


@allow("handle_complaints")
@require_POST
def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    if verb not in STEPS:
        raise Http404
    now = timezone.now()
    found = get_object_or_404(_with_people(request.user), pk=pk)
    said = STEPS[verb](found, request.POST, request.user, now)
    if not request.htmx:
        messages.success(request, said)
        return redirect("feedback:complaint", pk)
    words = _words(get_object_or_404(_with_people(request.user), pk=pk), request, now)
    return render(request, "feedback/_complaint.html", words | {"said": said})


def _find(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:100]


def _with_people(user: User) -> Any:
    return queries.visible_to(user).select_related("customer", "owner")


def _words(found: Complaint, request: HttpRequest, now: datetime) -> dict[str, Any]:
    user = request.user
    return NAV | {
        "complaint": found,
        "now": now,
        "history": queries.history(found),
        "earlier": queries.earlier(found, user),
        "silence": queries.silence([found.customer_id], now).get(found.customer_id),
        "asides": asides.beside(found.customer, user),
        "agents": queries.agents() if roles.may(user, "handle_complaints") else [],
        "severities": Complaint.Severity.choices,
    }


def _chosen(request: HttpRequest) -> Customer | None:
    """The customer named in the address or sent with the form, when this person may see them."""
    named = whole(request.POST.get("customer") or request.GET.get("customer", ""))
    return Customer.objects.visible_to(request.user).filter(pk=named).first()


def _address(show: str, severity: int | None, find: str, **place: str) -> str:
    """The desk with the same filters, after or before this place."""
    named = {"show": show, "severity": severity, "q": find} | place
    return f"{reverse('feedback:complaints')}?{urlencode({k: v for k, v in named.items() if v})}"
