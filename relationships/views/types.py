"""Which relationships are there, and how does each want to be treated?"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from relationships import types_page, veil
from relationships.behaviour_words import behaviour
from relationships.engine.typology.gates import impossible_without
from relationships.live import typology
from relationships.models import Month, Portfolio
from relationships.naming import family_name
from relationships.queries.sources import quick_sources
from relcrm.base import roles
from relcrm.base.access import allow

MONTHS = 13
NAV = {"nav": "relationships", "nav_part": "types"}


@require_GET
@allow("see_company")
def all_types(request: HttpRequest) -> HttpResponse:
    picture, connected = _seen(request)
    frank = roles.may(request.user, "see_negative_types")
    families = types_page.families(picture, connected, _months(request), frank=frank)
    possible = sum(not one.missing for family in families for one in family.types)
    words = {"picture": picture, "families": families, "possible": possible,
             "all": sum(len(family.types) for family in families)}  # fmt: skip
    return render(request, "relationships/types.html", NAV | words)


@require_GET
@allow("see_company")
def one_type(request: HttpRequest, key: str) -> HttpResponse:
    """A type that this person may not see by name does not exist for them."""
    frank = roles.may(request.user, "see_negative_types")
    spec = veil.type_of(key, frank=frank)
    if spec is None:
        raise Http404
    picture, connected = _seen(request)
    impossible = key in impossible_without(connected, typology())
    words = {
        "row": types_page.row(spec, picture, connected, _months(request), impossible=impossible),
        "spec": spec,
        "family": family_name(spec.family, frank=frank),
        "do": types_page.rules(spec.do),
        "dont": types_page.rules(spec.dont),
        "danger": types_page.rules(spec.danger),
        "behaviour": behaviour(spec.key),
        "picture": picture,
    }
    return render(request, "relationships/type.html", NAV | words)


def _months(request: HttpRequest) -> list[Month]:
    """The last year, month by month."""
    told = Month.objects.filter(on__lte=request.viewpoint.as_of).exclude(closed_at=None)
    return list(told.only("on", "types").order_by("-on")[:MONTHS])[::-1]


def _seen(request: HttpRequest) -> tuple[Portfolio | None, frozenset[str]]:
    """The newest picture, and what the company records."""
    as_of = request.viewpoint.as_of
    pictures = Portfolio.objects.filter(as_of__lte=as_of).defer("cells", "ranks")
    picture = pictures.first()
    found = quick_sources(as_of, picture.facts if picture else {})
    return picture, frozenset(found.connected)
