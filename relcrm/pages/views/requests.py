"""The desk where people's requests about their data are answered in time."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.actions.requests import open_request
from customers.models import SubjectRequest
from relcrm.base import audit, readings
from relcrm.base.access import allow
from relcrm.base.once import once
from relcrm.lib.written import whole
from relcrm.pages.privacy import packages
from relcrm.pages.privacy.requests import PAGE, SHOWS, STEPS, RequestForm, counts, listed, officers
from relcrm.pages.profile import called

NAV = {"nav": "privacy", "nav_part": "requests"}


@require_GET
@allow("guard_privacy")
def desk(request: HttpRequest) -> HttpResponse:
    today = request.viewpoint.today
    show = request.GET.get("show", "open")
    show = show if show in SHOWS else "open"
    rows = list(listed(show, request.user, today, whole(request.GET.get("after", ""))))
    more = show == "closed" and len(rows) > PAGE
    rows = rows[:PAGE] if more else rows
    about = [row.customer_id for row in rows if row.customer_id]
    readings.note(request.user, "page", "privacy requests", ["name", "contact"], about)
    context = NAV | {
        "rows": rows, "show": show, "today": today, "counts": counts(request.user, today),
        "after": rows[-1].pk if more else None,
    }  # fmt: skip
    return render(request, "privacy/desk.html", context)


@require_http_methods(["GET", "POST"])
@allow("guard_privacy")
@once
def new(request: HttpRequest) -> HttpResponse:
    typed = request.POST if request.method == "POST" else None
    asked = {"who": request.GET.get("customer", "")[:20], "received_on": request.viewpoint.today,
             "kind": request.GET.get("kind", "")}  # fmt: skip
    form = RequestForm(typed, user=request.user, initial=asked)
    if form.is_valid():
        made = open_request(by=request.user, now=timezone.now(), **form.facts)
        return redirect("privacy:request", made.pk)
    status = 422 if form.errors else 200
    return render(request, "privacy/new.html", NAV | {"form": form}, status=status)


@require_GET
@allow("guard_privacy")
def request_(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(SubjectRequest.objects.select_related("customer", "owner"), pk=pk)
    audit.record("request.viewed", found, by=request.user, customer=found.customer_id)
    return render(request, "privacy/request.html", NAV | _words(request, found))


@require_POST
@allow("guard_privacy")
def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    if verb not in STEPS:
        raise Http404
    found = get_object_or_404(SubjectRequest, pk=pk)
    said = STEPS[verb](found, request.POST, request.user, timezone.now())
    messages.success(request, said)
    return redirect("privacy:request", pk)


def _words(request: HttpRequest, found: SubjectRequest) -> dict[str, Any]:
    now = timezone.now()
    made = list(found.packages.defer("content").select_related("job"))
    links = {
        one.pk: request.build_absolute_uri(reverse("privacy:yours", args=[packages.token(one)]))
        for one in made
        if one.is_ready(now)
    }
    return {
        "asked": found, "name": called(found.customer, request.user) if found.customer else "",
        "today": request.viewpoint.today, "officers": officers(), "packages": made, "links": links,
        "is_overdue": found.is_overdue(request.viewpoint.today),
    }  # fmt: skip
