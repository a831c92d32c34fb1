"""The palette behind Ctrl-K, and the same as a page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from relcrm.base import readings
from relcrm.base.access import allow
from relcrm.pages import search as pages


@require_GET
@allow("see_customers")
def search(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    found = pages.search(text, request.user)
    readings.note(request.user, "page", "search", pages.shown_fields(request.user), found.about)
    context = {"q": text, "found": found}
    target = request.htmx.target or ""
    piece = "_palette" if target.startswith("palette") else "_found" if target == "found" else ""
    return render(request, f"pages/{piece or 'search'}.html", context)
