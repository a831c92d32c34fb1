"""How do relationships move?"""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from relationships import moves_page
from relationships.queries.history.movement import months_told
from relcrm.base import roles
from relcrm.base.access import allow
from relcrm.base.models import Job

A_YEAR = timedelta(days=365)


@require_GET
@allow("see_company")
def moves(request: HttpRequest) -> HttpResponse:
    """Between two days; without them, over the last year."""
    as_of = request.viewpoint.as_of
    now = min(_day(request, "to") or as_of, as_of)
    then = _day(request, "from") or now - A_YEAR
    months = months_told(now)
    frank = roles.may(request.user, "see_negative_types")
    return render(request, "relationships/moves.html", {
        "nav": "relationships",
        "nav_part": "moves",
        "page": moves_page.page(months, then, now, frank=frank),
        "first": months[0].on if months else None,
        "then": then, "now": now, "as_of": as_of,
        "job": Job.objects.active().filter(kind="history").first(),
    })  # fmt: skip


def _day(request: HttpRequest, name: str) -> date | None:
    """A day that was asked for; what is no day is as if not asked."""
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None
