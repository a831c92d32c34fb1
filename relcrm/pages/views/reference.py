"""The readable page of the REST API, made from its own OpenAPI document."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from relcrm.base.access import allow
from relcrm.pages.queries.reference import reference


@allow("see_customers")
def api_reference(request: HttpRequest) -> HttpResponse:
    words = {"nav": "settings", "groups": reference(), "root": request.build_absolute_uri("/")}
    return render(request, "pages/reference.html", words)
