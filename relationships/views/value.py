"""What are our relationships worth, and how good is that forecast?"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from relationships import value_page
from relationships.models import Portfolio
from relationships.queries import versions as queries
from relcrm.base import roles
from relcrm.base.access import allow
from relcrm.base.actions.judging import ask_for_fit
from relcrm.base.models import Job


@require_GET
@allow("see_company")
def worth(request: HttpRequest) -> HttpResponse:
    frank = roles.may(request.user, "see_negative_types")
    pictures = Portfolio.objects.filter(as_of__lte=request.viewpoint.as_of).defer("cells")
    picture = pictures.first()
    current = queries.live_model()
    return render(request, "relationships/value.html", {
        "nav": "relationships",
        "nav_part": "value",
        "page": value_page.page(picture, frank=frank) if picture else None,
        "forecast": value_page.forecast(current) if current else None,
        "waits": queries.held_back(),
        "job": Job.objects.active().filter(kind__in=("fit", "score")).order_by("id").first(),
    })  # fmt: skip


@require_POST
@allow("run_jobs")
def learn(request: HttpRequest) -> HttpResponse:
    ask_for_fit(by=request.user, as_of=request.viewpoint.as_of)
    messages.success(request, _("We learn again, and then everyone is scored anew."))
    return redirect("relationships:value")
