"""Files come in: brought, named, watched, and looked at afterwards."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from customers.actions import imports as actions
from customers.actions.undo import ask_undo, can_be_undone
from customers.forms import ColumnsForm, DialectForm
from customers.intake.preview import preview
from customers.models import Customer, Import, ImportProblem
from customers.queries import imports as queries
from relcrm.base.access import allow
from relcrm.base.actions import jobs
from relcrm.base.actions.company import set_as_of
from relcrm.lib import spreadsheets
from relcrm.lib.refusals import Refused

NAV = {"nav": "imports"}
PROBLEMS_SHOWN = 12
PROBLEM_COLUMNS = ("row", "column", "value", "reason", "remedy")


@allow("import_data")
def imports(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _upload(request)
    page = Paginator(Import.objects.select_related("job", "created_by"), 25)
    shown = page.get_page(request.GET.get("page"))
    return render(request, "customers/imports.html", NAV | {"page": shown})


def _upload(request: HttpRequest) -> HttpResponse:
    file = request.FILES.get("file")
    if refusal := getattr(request, "upload_refusal", ""):
        raise Refused(refusal)
    if file is None:
        raise Refused(_("Choose a file first."))
    brought = actions.upload(file.name or "file", file.chunks(1 << 20), by=request.user)
    return redirect("customers:import", brought.pk)


@allow("import_data")
@require_GET
def import_(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "customers/import.html", _shown(request, _found(pk)))


@allow("import_data")
@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The changing part of the page, asked for every second while a file is being taken in."""
    return render(request, "customers/_import.html", _shown(request, _found(pk)))


def _found(pk: int) -> Import:
    return get_object_or_404(Import.objects.select_related("job"), pk=pk)


def _shown(request: HttpRequest, of: Import) -> dict[str, Any]:
    now = timezone.now()
    shown: dict[str, Any] = NAV | {"of": of, "stage": queries.stage(of), "now": now}
    if shown["stage"] == "mapping":
        form = ColumnsForm.of(of, request.company)
        shown |= {
            "preview": preview(of, request.company, now),
            "meanings": form.meanings,
            "form": form,
            "dialect": DialectForm(initial=of.dialect | {"kind": of.kind}),
        }
    elif shown["stage"] == "taking":
        shown["standing"] = queries.standing(of.job, now)
        shown["is_waiting_long"] = queries.is_waiting_long(of.job, now)
    else:
        shown["problems"] = of.problems.all()[:PROBLEMS_SHOWN]
        shown["problem_count"] = sum((of.counts.get("skipped") or {}).values())
        shown["offers_undo"] = can_be_undone(of, now)
        shown |= _undone(of)
        day = request.company.as_of
        shown["offers_as_of"] = (
            queries.looks_old(of, now) if day is None else bool(of.newest_on and of.newest_on > day)
        )
    return shown


def _undone(of: Import) -> dict[str, Any]:
    """Of an import that was undone: what became of it, and who could not be taken out."""
    said = of.counts.get("undone")
    if not said:
        return {}
    return {"undone": said, "staying": Customer.objects.present().filter(pk__in=said["named"])}


@allow("import_data")
@require_POST
def name_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Every button of the form comes here: look again, check every row, or take in."""
    of = _found(pk)
    form = ColumnsForm(request.POST, of=of, currency=request.company.currency)
    if not form.is_valid():
        raise Refused(form.first_error())
    actions.name_columns(of, mapping=form.mapping(), options=form.options(), by=request.user)
    if "take" in request.POST:
        actions.start(of, by=request.user, now=timezone.now())
    elif "check" in request.POST:
        actions.check(of, by=request.user, now=timezone.now())
    return _answer(request, of)


@allow("import_data")
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in what was checked."""
    of = _found(pk)
    actions.start(of, by=request.user, now=timezone.now())
    return _answer(request, of)


@allow("import_data")
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    ask_undo(_found(pk), by=request.user, now=timezone.now())
    return _answer(request, _found(pk))


@allow("import_data")
@require_POST
def read_again(request: HttpRequest, pk: int) -> HttpResponse:
    of = _found(pk)
    form = DialectForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Choose a delimiter and an encoding from the lists."))
    kind = form.cleaned_data.pop("kind")
    actions.read_again(of, kind=kind, dialect=form.cleaned_data, by=request.user)
    return _answer(request, of)


@allow("import_data")
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    of = _found(pk)
    if of.job is None:
        raise Refused(_("This file is not being taken in."))
    jobs.cancel(of.job, by=request.user, now=timezone.now())
    return _answer(request, _found(pk))


@allow("import_data")
@require_POST
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    of = _found(pk)
    if of.job is None:
        raise Refused(_("This file was never begun; take it in first."))
    jobs.run_again(of.job, by=request.user)
    return _answer(request, _found(pk))


@allow("import_data")
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    actions.reopen(_found(pk), by=request.user)
    return _answer(request, _found(pk))


@allow("import_data")
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    actions.discard(_found(pk), by=request.user)
    messages.success(request, _("The file was discarded; nothing was stored."))
    return redirect("customers:imports")


@allow("import_data")
@require_POST
def look_as_of(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at the company as of the newest day of this file."""
    of = _found(pk)
    if of.newest_on is None:
        raise Refused(_("This file was not taken in yet."))
    set_as_of(of.newest_on, by=request.user, now=timezone.now())
    return redirect("customers:import", of.pk)


def _answer(request: HttpRequest, of: Import) -> HttpResponse:
    if request.htmx:
        return render(request, "customers/_import.html", _shown(request, of))
    return redirect("customers:import", of.pk)


@allow("import_data")
@require_GET
def problems(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows that were not taken, as CSV, streamed."""
    of = _found(pk)
    found = ImportProblem.objects.filter(of=of).order_by("row", "id")
    lines = spreadsheets.lines(PROBLEM_COLUMNS, found.values_list(*PROBLEM_COLUMNS).iterator())
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="import-{of.pk}-problems.csv"'
    return answer
