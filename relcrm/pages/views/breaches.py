"""Personal data got out: who is concerned, how long have we got, whom do we tell what?"""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from relcrm.base import audit, readings
from relcrm.base.access import allow
from relcrm.base.actions.breaches import report_breach
from relcrm.base.exposure import traced
from relcrm.base.models import Breach
from relcrm.base.once import once
from relcrm.lib import spreadsheets
from relcrm.pages.privacy.breaches import COLUMNS, LETTERS, STEPS, BreachForm, called, rows

NAV = {"nav": "privacy", "nav_part": "breaches"}
SHOWN = 100


@require_GET
@allow("guard_privacy")
def breaches(request: HttpRequest) -> HttpResponse:
    found = list(Breach.objects.defer("customers")[:SHOWN])
    waiting = [one for one in found if not one.closed_at and not one.authority_told_at]
    context = NAV | {"rows": found, "waiting": waiting, "now": timezone.now()}
    return render(request, "privacy/breaches.html", context)


@require_http_methods(["GET", "POST"])
@allow("guard_privacy")
@once
def new(request: HttpRequest) -> HttpResponse:
    now = timezone.localtime()
    begin = {"learned_at": now, "began_at": now - timedelta(days=7), "ended_at": now,
             "by": request.GET.get("by", "other")}  # fmt: skip
    form = BreachForm(request.POST if request.method == "POST" else None, initial=begin)
    if form.is_valid():
        made = report_breach(by=request.user, now=timezone.now(), **form.facts)
        return redirect("privacy:breach", made.pk)
    status = 422 if form.errors else 200
    return render(request, "privacy/new_breach.html", NAV | {"form": form}, status=status)


@require_GET
@allow("guard_privacy")
def breach(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Breach, pk=pk)
    seen = traced(found)
    context = NAV | {
        "breach": found, "actor": called(found.actor), "now": timezone.now(),
        "risks": Breach.Risk.choices[1:],
        "ways": sorted(seen.ways.values(), key=lambda way: -len(way.people)),
        "fields": seen.fields.most_common(),
    }  # fmt: skip
    return render(request, "privacy/breach.html", context)


@require_POST
@allow("guard_privacy")
def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    if verb not in STEPS:
        raise Http404
    found = get_object_or_404(Breach, pk=pk)
    messages.success(request, STEPS[verb](found, request.POST, request.user, timezone.now()))
    return redirect("privacy:breach", pk)


@require_GET
@allow("guard_privacy")
def letter(request: HttpRequest, pk: int, to: str) -> HttpResponse:
    """A document that every word processor opens, with what we know filled in."""
    if to not in LETTERS:
        raise Http404
    found = get_object_or_404(Breach, pk=pk)
    reply = render(request, LETTERS[to], {"breach": found, "now": timezone.now()})
    reply["Content-Disposition"] = f'attachment; filename="{found.number}-{to}.html"'
    return reply


@require_POST
@allow("guard_privacy")
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom to write to; taking this list out is an export like any other."""
    found, now = get_object_or_404(Breach, pk=pk), timezone.now()
    audit.record("breach.people_exported", found, by=request.user, at=now, people=found.people)
    noted = readings.passing(rows(found), request.user, "breach people", COLUMNS, now=now)
    lines = spreadsheets.lines(COLUMNS, noted)
    reply = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="{found.number}-people.csv"'
    reply["Cache-Control"] = "no-store"
    return reply
