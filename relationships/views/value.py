"""What are our relationships worth, and how good is that forecast?"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from relationships import forecast_page, other_terms, value_page, where_page
from relationships.ahead_page import ahead
from relationships.came_page import came
from relationships.models import FittedModel, Portfolio
from relationships.queries import versions as queries
from relationships.views.forecast import tracking_of
from relcrm.base import roles
from relcrm.base.access import allow
from relcrm.base.actions.judging import ask_for_fit
from relcrm.base.costs import winning
from relcrm.base.models import Job


@require_GET
@allow("see_company")
def worth(request: HttpRequest) -> HttpResponse:
    current = queries.live_model()
    return render(request, "relationships/value.html", {
        "nav": "relationships",
        "nav_part": "value",
        "forecast": value_page.forecast(current) if current else None,
        **_record(request, current),
        "waits": queries.held_back(),
        "job": Job.objects.active().filter(kind__in=("fit", "score")).order_by("id").first(),
    } | _of_picture(request))  # fmt: skip


def _record(request: HttpRequest, current: FittedModel | None) -> dict[str, Any]:
    """What the forecast of one window ago would have been, and what came."""
    proof = current.report.get("proof") if current else None
    return {
        "tracking": tracking_of(request, current),
        "points": forecast_page.points(proof),
        "card": {"proof": proof},
    }


@require_GET
@allow("see_company")
def what_if(request: HttpRequest) -> HttpResponse:
    """The answer alone, as soon as a number is changed."""
    if not request.htmx:
        return redirect(f"{reverse('relationships:value')}?{request.GET.urlencode()}#terms")
    return render(
        request, "relationships/_value_what_if.html", _other_terms(request, _picture(request))
    )


def _picture(request: HttpRequest) -> Portfolio | None:
    pictures = Portfolio.objects.filter(as_of__lte=request.viewpoint.as_of)
    return pictures.defer("cells", "facts").first()


def _of_picture(request: HttpRequest) -> dict[str, Any]:
    picture, frank = _picture(request), roles.may(request.user, "see_negative_types")
    if picture is None:
        return {"page": None}
    by = request.GET.get("by", "type")
    by = by if by in where_page.WAYS else "type"
    rows, columns, months = where_page.again(picture)
    return {
        "page": value_page.page(picture, frank=frank),
        "by": by,
        "ways": where_page.WAYS,
        "groups": where_page.groups(picture, by, frank=frank) if by != "source" else [],
        "came": came(picture, winning()) if by == "source" else [],
        "ahead": ahead(picture),
        "again": {"rows": rows, "columns": columns, "months": months},
    } | _other_terms(request, picture)


def _other_terms(request: HttpRequest, picture: Portfolio | None) -> dict[str, Any]:
    frank = roles.may(request.user, "see_negative_types")
    wish = other_terms.wish(request.GET, picture, request.company)
    found = other_terms.what_if(picture, wish, request.company, frank=frank) if picture else None
    return {"wish": wish, "outcome": found}


@require_POST
@allow("run_jobs")
def learn(request: HttpRequest) -> HttpResponse:
    ask_for_fit(by=request.user, as_of=request.viewpoint.as_of)
    messages.success(request, _("We learn again, and then everyone is scored anew."))
    return redirect("relationships:value")
