"""What can our data tell, what would one more source add, and how well do we know?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from relationships import data_page, quality_page
from relationships.actions.recalibrating import LEAST_ALIKE
from relationships.queries import quality as known
from relationships.queries.richness import richness
from relcrm.base import roles
from relcrm.base.access import allow


@require_GET
@allow("see_company")
def data(request: HttpRequest) -> HttpResponse:
    frank = roles.may(request.user, "see_negative_types")
    page = data_page.page(richness(request.viewpoint.as_of), frank=frank)
    words = {"nav": "relationships", "nav_part": "types", "page": page}
    return render(request, "relationships/data.html", words)


@require_GET
@allow("see_company")
def quality(request: HttpRequest) -> HttpResponse:
    """How well do we know our relationships?"""
    as_of = request.viewpoint.as_of
    found = known.quality(request.company, as_of)
    frank = roles.may(request.user, "see_negative_types")
    page = quality_page.page(found, richness(as_of).connected, frank=frank)
    words = {"nav": "relationships", "nav_part": "types", "page": page, "known": found,
             "least_alike": LEAST_ALIKE}  # fmt: skip
    return render(request, "relationships/quality.html", words)
