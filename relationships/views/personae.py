"""Personae: who our customers are, one of them in detail, and looking for them anew."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from relationships.actions.personae import ask_for_personae
from relationships.models import Persona
from relationships.queries import personae as queries
from relcrm.base import roles
from relcrm.base.access import allow

NAV = {"nav": "personae"}


@allow("see_company")
@require_GET
def personae(request: HttpRequest) -> HttpResponse:
    picture = queries.latest()
    best = picture.best if picture else {}
    words = {
        "picture": picture,
        "job": queries.running(),
        "personae": queries.shown(frank=roles.may(request.user, "see_negative_types")),
        "best": queries.said(best.get("traits", [])),
        "rarer": queries.said(best.get("rarer", [])),
    }
    return render(request, "relationships/personae.html", NAV | words)


@allow("see_company")
@require_GET
def persona(request: HttpRequest, pk: int) -> HttpResponse:
    frank = roles.may(request.user, "see_negative_types")
    found = get_object_or_404(Persona, pk=pk, is_current=True)
    shown = next(one for one in queries.shown(frank=frank) if one.persona == found)
    return render(request, "relationships/persona.html", NAV | {"one": shown})


@allow("run_jobs")
@require_POST
def look_for_personae(request: HttpRequest) -> HttpResponse:
    ask_for_personae(by=request.user, as_of=request.viewpoint.as_of)
    messages.success(request, _("We are looking; the personae appear here when they are found."))
    return redirect("relationships:personae")
