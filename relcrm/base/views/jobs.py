"""Jobs: what is being worked on, how far it is, and how it ended."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from relcrm.base import queries, roles
from relcrm.base.access import allow
from relcrm.base.actions import jobs as actions
from relcrm.base.discreet import discreet
from relcrm.base.models import Job

NAV = {"nav": "jobs"}


@allow("see_jobs")
@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    page = queries.jobs(after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    if not roles.may(request.user, "see_people"):
        for row in page.rows:
            discreet(row)
    words = {"page": page, "paces": queries.paces(page.rows, timezone.now())}
    template = "settings/_jobs.html" if request.htmx.target == "jobs" else "settings/jobs.html"
    return render(request, template, NAV | words)


@allow("see_jobs")
@require_GET
def job(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Job.objects.select_related("created_by"), pk=pk)
    if not roles.may(request.user, "see_people"):
        discreet(found)
    words = {"job": found, "pace": queries.pace(found, timezone.now())}
    template = "settings/_job.html" if request.htmx.target == "job" else "settings/job.html"
    return render(request, template, NAV | words)


@allow("run_jobs")
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    actions.cancel(get_object_or_404(Job, pk=pk), by=request.user, now=timezone.now())
    messages.success(request, _("The job stops where it is."))
    return redirect("settings:job", pk)


@allow("run_jobs")
@require_POST
def run_again(request: HttpRequest, pk: int) -> HttpResponse:
    actions.run_again(get_object_or_404(Job, pk=pk), by=request.user)
    messages.success(request, _("The job is in line again and goes on where it stopped."))
    return redirect("settings:job", pk)
