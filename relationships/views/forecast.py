"""How good is this forecast, and which version of it is in use?"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from relationships import forecast_page
from relationships.actions import refitting
from relationships.models import FittedModel
from relationships.queries import versions as queries
from relationships.queries.value_card import card
from relationships.verdict_words import because
from relcrm.base.access import allow
from relcrm.base.models import Job
from relcrm.lib.downloads import json_file

NAV = {"nav": "relationships", "nav_part": "value"}
SHOWN = 12


@require_GET
@allow("see_company")
def forecast(request: HttpRequest) -> HttpResponse:
    live, waits = queries.live_model(), queries.held_back()
    rows = queries.versions()[:SHOWN]
    compared = waits or live
    words = {
        "live": live,
        "card": card(live, request.company) if live else None,
        "finding": forecast_page.finding(live) if live else "",
        "joined": forecast_page.joined(live) if live else "",
        "tracking": tracking_of(request, live),
        "points": forecast_page.points(live.report.get("proof")) if live else [],
        "watched": forecast_page.watched(live) if live else None,
        "published": forecast_page.published(),
        "waits": waits,
        "compared": compared,
        "rounds": forecast_page.rounds(compared.verdict) if compared else [],
        "verdict": because(compared.verdict) if compared else "",
        "versions": forecast_page.versions(rows, request.viewpoint.as_of),
        "job": Job.objects.active().filter(kind__in=("fit", "score")).order_by("id").first(),
    }
    return render(request, "relationships/forecast.html", NAV | words)


def tracking_of(request: HttpRequest, live: FittedModel | None) -> forecast_page.Tracking | None:
    """In purchases, or in money where that is asked for."""
    proof, in_money = live.report.get("proof") if live else None, request.GET.get("in") == "money"
    return forecast_page.tracking(proof, request.company.currency, in_money=in_money)


@require_GET
@allow("see_company")
def forecast_file(request: HttpRequest) -> HttpResponse:
    """All of it for a data scientist, as one JSON file."""
    live = queries.live_model()
    if live is None:
        raise Http404
    return json_file(card(live, request.company), f"forecast-{live.version}.json")


@require_POST
@allow("administer")
def use_forecast(request: HttpRequest, version: int) -> HttpResponse:
    row = get_object_or_404(FittedModel, kind=FittedModel.Kind.VALUE, version=version)
    refitting.take_live(row, by=request.user, as_of=request.viewpoint.as_of, now=timezone.now())
    messages.success(request, _("In use. Everyone is being valued anew by it."))
    return redirect("relationships:forecast")


@require_POST
@allow("administer")
def go_on(request: HttpRequest) -> HttpResponse:
    refitting.unpin(by=request.user, now=timezone.now())
    messages.success(request, _("Later forecasts go into use by themselves again."))
    return redirect("relationships:forecast")
