"""The audit trail: who did what, when, to what; and the same as a file."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from relcrm.base import audit as trail
from relcrm.base import queries
from relcrm.base.access import allow
from relcrm.lib import spreadsheets

NAV = {"nav": "settings", "tab": "audit"}
COLUMNS = ("line", "at", "who", "verb", "subject", "number", "detail")


@allow("see_audit")
@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    asked = request.GET
    wanted = queries.trail(asked)
    page = queries.audit_lines(
        wanted, request.company.tzinfo, after=asked.get("after", ""), before=asked.get("before", "")
    )
    words = {
        "page": page, "wanted": wanted, "actors": queries.actors(),
        "kinds": queries.subject_kinds(),
    }  # fmt: skip
    return render(request, "settings/audit.html", NAV | words)


@allow("see_audit")
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The lines that the page shows, all of them, as CSV; taking them out is on record too."""
    wanted = queries.trail(QueryDict(request.POST.get("wanted", "")))
    lines = wanted.lines(request.company.tzinfo).order_by("-pk")
    now = timezone.now()
    trail.record("audit.exported", by=request.user, at=now, wanted=wanted.as_query())
    reply = StreamingHttpResponse(
        spreadsheets.lines(COLUMNS, _rows(lines)), content_type="text/csv; charset=utf-8"
    )
    reply["Content-Disposition"] = f'attachment; filename="audit-{now:%Y-%m-%d}.csv"'
    reply["Cache-Control"] = "no-store"
    return reply


def _rows(lines: Any) -> Iterator[list[Any]]:
    for line in lines.iterator(chunk_size=2_000):
        told = "; ".join(f"{name}={value}" for name, value in line.detail.items())
        yield [
            line.pk, line.at.isoformat(), line.user or line.actor, line.verb, line.subject_kind,
            line.subject_id, told,
        ]  # fmt: skip
