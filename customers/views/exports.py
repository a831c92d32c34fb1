"""Files that go out: the page where they wait, and their fetching."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from customers.actions import exports as actions
from customers.actions.exports import ask_export
from customers.models import Export
from customers.queries import exports as queries
from relcrm.base.access import allow


@allow("export_data")
@require_GET
def exports(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.visible_to(request.user), 25).get_page(request.GET.get("page"))
    for export in page.object_list:
        export.address = queries.address(export)
    waiting = any(export.job and export.job.is_active for export in page.object_list)
    words = {"nav": "exports", "page": page, "is_waiting": waiting, "now": timezone.now()}
    template = "customers/_exports.html" if request.htmx.target == "exports" else (
        "customers/exports.html"
    )  # fmt: skip
    return render(request, template, words)


@allow("export_data")
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """A list of another room: its kind, and which of it."""
    query = {name: request.POST[name] for name in ("show", "segment") if request.POST.get(name)}
    if not query.get("segment", "1").isdigit():
        raise Http404
    ask_export(request.POST.get("kind", ""), query, by=request.user, now=timezone.now())
    return told(request)


@allow("export_data")
@require_GET
def export_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file; the address must be one that we signed, and its reader one who may have it."""
    export = _found(request, pk)
    if not queries.is_signed(export, request.GET.get("key", "")):
        raise Http404
    path = actions.fetch(export, by=request.user, now=timezone.now())
    name = f"{export.kind}-{export.ready_at:%Y-%m-%d}.csv"
    reply = FileResponse(
        path.open("rb"), as_attachment=True, filename=name, content_type="text/csv; charset=utf-8"
    )
    reply["Cache-Control"] = "no-store"
    return reply


@allow("export_data")
@require_POST
def remove_export(request: HttpRequest, pk: int) -> HttpResponse:
    actions.remove(_found(request, pk), by=request.user, now=timezone.now())
    messages.success(request, _("The file is removed."))
    return redirect("customers:exports")


def _found(request: HttpRequest, pk: int) -> Export:
    return get_object_or_404(queries.visible_to(request.user), pk=pk)


def told(request: HttpRequest) -> HttpResponse:
    """After asking: where the file will be."""
    messages.success(request, _("The file is being written; it will wait for you here."))
    return redirect("customers:exports")
