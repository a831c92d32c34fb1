"""How do relationships move?"""

from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from relationships import moves_page
from relationships.actions.history.counting import ask_for_moves
from relationships.queries.history.compared import (
    Compared,
    Days,
    a_year_before,
    between,
    last_year,
)
from relationships.queries.history.movement import months_told
from relcrm.base import roles
from relcrm.base.access import allow
from relcrm.base.models import Job


@require_GET
@allow("see_company")
def moves(request: HttpRequest) -> HttpResponse:
    """Between two days; without them, over the last year."""
    as_of = request.viewpoint.as_of
    months = months_told(_until(request.GET, as_of))
    then, now = _asked(request.GET, as_of) or last_year(as_of, months)
    found = between(then, now, months, at=timezone.now())
    frank = roles.may(request.user, "see_negative_types")
    return render(request, "relationships/moves.html", {
        "nav": "relationships",
        "nav_part": "moves",
        "page": moves_page.page(months, found, frank=frank),
        "first": months[0].on if months else None,
        "then": then, "now": now, "as_of": as_of,
        "due": found if found and found.is_due else None,
        "counting": _counting(found) if found and found.is_due else None,
        "job": Job.objects.active().filter(kind="history").first(),
    })  # fmt: skip


@require_POST
@allow("see_company")
def count_moves(request: HttpRequest) -> HttpResponse:
    """Of many customers: between two days that nobody asked for yet."""
    as_of = request.viewpoint.as_of
    then, now = _asked(request.POST, as_of) or (as_of, as_of)
    ask_for_moves(then, now, by=request.user, as_of=as_of)
    return redirect(f"{reverse('relationships:moves')}?{urlencode({'from': then, 'to': now})}")


def _counting(found: Compared) -> Job | None:
    """The last time that these days were to be counted: it waits, runs or has failed."""
    then, now = (day.isoformat() for day in found.asked)
    jobs = Job.objects.filter(kind="moves", payload__then=then, payload__now=now)
    return jobs.exclude(state=Job.State.DONE).order_by("-pk").first()


def _asked(given: QueryDict, as_of: date) -> Days | None:
    if not (given.get("from") or given.get("to")):
        return None
    now = _until(given, as_of)
    return _day(given, "from") or a_year_before(now), now


def _until(given: QueryDict, as_of: date) -> date:
    return min(_day(given, "to") or as_of, as_of)


def _day(given: QueryDict, name: str) -> date | None:
    """A day that was asked for; what is no day is as if not asked."""
    try:
        return date.fromisoformat(given.get(name, ""))
    except ValueError:
        return None
