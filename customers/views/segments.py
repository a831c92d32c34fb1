"""Segments as pages: which there are, who is in one and why, and building a rule row by row."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers import segment_page as pages
from customers.actions.segments import (
    bring_back_segment,
    change_segment,
    fill_list,
    forget_segment,
    keep_segment,
    take_off_list,
)
from customers.models import Segment
from customers.queries import segments as queries
from customers.segments import draft
from customers.segments.naming import called, rule_of
from customers.segments.rule import Malformed
from relcrm.base import readings, roles
from relcrm.base.access import allow
from relcrm.base.once import once
from relcrm.lib.refusals import Refused
from relcrm.lib.written import whole

LARGEST_FILE = 5_000_000  # bytes of a file with numbers; more is a file for the import
NAV = {"nav": "customers"}


@require_GET
@allow("see_customers")
def segments(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    sees_everyone = roles.may(request.user, "see_everyone")
    found = {
        "segments": pages.listed(asked, timezone.now(), sees_everyone=sees_everyone),
        "forgotten": pages.forgotten(asked) if roles.may(request.user, "edit_segments") else [],
        "sees_everyone": sees_everyone,
    }
    return render(request, "customers/segments.html", NAV | found)


@require_GET
@allow("see_customers")
def segment(request: HttpRequest, pk: int) -> HttpResponse:
    """How many, who, and why somebody is in or out."""
    found = get_object_or_404(Segment.objects.select_related("created_by"), pk=pk)
    page = pages.page(
        found, _asked(request), after=request.GET.get("after", ""),
        why=request.GET.get("customer", ""), exactly="exactly" in request.GET,
        sees_people=roles.may(request.user, "see_people"),
    )  # fmt: skip
    shown = [*page.names, *([page.why_of] if page.why_of else [])]
    readings.note(request.user, "page", "segment", _fields(request), shown)
    pieces = {"why": "_segment_why.html", "people": "_segment_people.html"}
    template = pieces.get(request.htmx.target or "", "segment.html")
    return render(request, f"customers/{template}", NAV | {"page": page})


@require_http_methods(["GET", "POST"])
@allow("edit_segments")
def new_segment(request: HttpRequest) -> HttpResponse:
    """Only keeping is worked off once: the same draft may be looked at again and again."""
    build = once(_build) if request.POST.get("do") == "keep" else _build
    return build(request, None)


@require_http_methods(["GET", "POST"])
@allow("edit_segments")
def edit_segment(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Segment.objects.by_rule(), pk=pk)
    if rule_of(found, _asked(request).reader) is None:
        raise Refused(_("This segment asks about what you may not see, or what is gone."))
    return _build(request, found)


@require_POST
@allow("edit_segments")
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Segment, pk=pk)
    forget_segment(found, by=request.user, now=timezone.now())
    name = called(found, _asked(request).reader)
    messages.success(
        request, _("“%s” is forgotten. It can be brought back for a month, below.") % name
    )
    return redirect("customers:segments")


@require_POST
@allow("edit_segments")
def bring_back(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Segment.every.forgotten(), pk=pk)
    bring_back_segment(found, by=request.user, now=timezone.now())
    messages.success(request, _("“%s” is back.") % called(found, _asked(request).reader))
    return redirect("customers:segment", pk)


@require_http_methods(["GET", "POST"])
@allow("edit_segments")
def new_list(request: HttpRequest) -> HttpResponse:
    """Whoever comes back to the address of the form finds the form."""
    if request.method == "GET":
        return redirect(f"{reverse('customers:segments')}#new-list")
    return _new_list(request)


@once
def _new_list(request: HttpRequest) -> HttpResponse:
    asked, now = _asked(request), timezone.now()
    made = keep_segment(
        request.POST.get("name", ""), rule=None, reader=asked.reader, by=request.user, now=now
    )
    return _filled(request, made) if _written(request) else redirect("customers:segment", made.pk)


@require_POST
@allow("edit_segments")
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    return _filled(request, get_object_or_404(Segment, pk=pk))


@require_POST
@allow("edit_segments")
def take_off(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Segment, pk=pk, kind=Segment.Kind.STATIC)
    ids = [number for one in request.POST.getlist("ids") if (number := whole(one)) is not None]
    take_off_list(found, ids, by=request.user, now=timezone.now())
    messages.success(request, _("Taken off the list."))
    return redirect("customers:segment", pk)


def _build(request: HttpRequest, found: Segment | None) -> HttpResponse:
    """The builder: each button sends all rows; “keep” keeps them, “exactly” counts everybody,
    others change the draft."""
    asked, do = _asked(request), request.POST.get("do", "")
    document = dict(found.rule) if found else {"version": 1, "all": [draft.NEW["condition"]()]}
    name = found.name if found else ""
    if request.method == "POST":
        name = request.POST.get("name", "")
        document = draft.pressed(draft.from_form(request.POST, asked.reader), do)
    if do == "keep":
        try:
            kept = _keep(request, found, name, document, asked)
        except Malformed:
            messages.error(request, _("Some rows need mending before this can be kept."))
        else:
            messages.success(request, _("Kept as “%s”.") % kept.name)
            return redirect("customers:segment", kept.pk)
    sees_people = roles.may(request.user, "see_people")
    building = pages.building(document, asked, sees_people=sees_people, exactly=do == "exactly")
    people = [pk for pk, _name in building.names or ()]
    readings.note(request.user, "page", "segment being built", _fields(request), people)
    context = NAV | {
        "name": name,
        "segment": found,
        "building": building,
        "strict": do in ("keep", "count"),
    }
    pieces = {"builder": "_builder.html", "found": "_found.html"}
    template = pieces.get(request.htmx.target or "", "build.html")
    status = 422 if do == "keep" else 200
    return render(request, f"customers/{template}", context, status=status)


def _keep(
    request: HttpRequest, found: Segment | None, name: str, document: Any, asked: queries.Asked
) -> Segment:
    by, now = request.user, timezone.now()
    if found is None:
        return keep_segment(name, rule=document, reader=asked.reader, by=by, now=now)
    change_segment(found, name=name, rule=document, reader=asked.reader, by=by, now=now)
    return found


def _filled(request: HttpRequest, found: Segment) -> HttpResponse:
    asked = _asked(request)
    filled = fill_list(
        found, _written(request), among=asked.among, by=request.user, now=timezone.now()
    )
    page = pages.page(
        found, asked, filled=filled, sees_people=roles.may(request.user, "see_people")
    )
    return render(request, "customers/segment.html", NAV | {"page": page})


def _written(request: HttpRequest) -> list[str]:
    """Lines that were pasted, and those of a file; of a file's line the first cell counts."""
    lines = request.POST.get("people", "").replace(",", "\n").replace(";", "\n").split("\n")
    if upload := request.FILES.get("file"):
        if (upload.size or 0) > LARGEST_FILE:
            raise Refused(_("This file is larger than 5 MB; use the import for it."))
        text = upload.read().decode("utf-8-sig", errors="replace")
        lines += [line.replace(";", ",").split(",")[0].strip('" \r') for line in text.split("\n")]
    return [line.strip() for line in lines if line.strip() and "\x00" not in line]


def _fields(request: HttpRequest) -> list[str]:
    return ["name"] if roles.may(request.user, "see_people") else ["number"]


def _asked(request: HttpRequest) -> queries.Asked:
    return queries.asked(request.user, request.company, request.viewpoint)
