"""What is the state of our relationships?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from customers.models import Customer
from feedback import queries as feedback
from relationships.data_page import summary
from relationships.queries.sources import quick_sources
from relcrm.base import roles
from relcrm.base.access import allow
from relcrm.base.models import Job
from relcrm.lib.written import whole
from relcrm.pages import findings
from relcrm.pages import overview as pages
from relcrm.pages.queries.portfolio import comparison
from relcrm.pages.queries.today import needs


@require_GET
@allow("see_customers")
def overview(request: HttpRequest) -> HttpResponse:
    user, now = request.user, timezone.now()
    if not roles.may(user, "see_company"):
        return redirect("customers:tasks")  # experts begin with what waits for them
    found = comparison(request.viewpoint.as_of, whole(request.GET.get("against", "")))
    context = {"nav": "overview", "now": now, "job": Job.objects.active().order_by("id").first()}
    if found is None:
        has_customers = Customer.objects.present().exists()
        return render(request, "pages/beginning.html", {**context, "has_customers": has_customers})
    desk = roles.may(user, "see_complaints")
    counts = feedback.counts(user, now) if desk else None
    frank = roles.may(user, "see_negative_types")
    sources = quick_sources(found.now.as_of, found.now.facts)
    return render(request, "pages/overview.html", {
        **context,
        "page": pages.overview(found, frank=frank),
        "richness": summary(frozenset(sources.connected), frank=frank),
        "counts": counts,
        "complaints": feedback.most_urgent(user, now) if desk else [],
        "lede": findings.complaints(counts) if counts else "",
        "needs": needs(user, request.company, counts, now),
    })  # fmt: skip
