"""Which relationships are there, and how does each want to be treated?"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from relationships import types_page, veil
from relationships.behaviour_words import behaviour
from relationships.naming import family_name
from relationships.queries.type_facts import seen
from relcrm.base import roles
from relcrm.base.access import allow

NAV = {"nav": "relationships", "nav_part": "types"}


@require_GET
@allow("see_company")
def all_types(request: HttpRequest) -> HttpResponse:
    known = seen(request.viewpoint.as_of)
    frank = roles.may(request.user, "see_negative_types")
    families = types_page.families(known, frank=frank)
    possible = sum(not one.missing for family in families for one in family.types)
    words = {"picture": known.picture, "families": families, "possible": possible,
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
    known = seen(request.viewpoint.as_of)
    words = {
        "row": types_page.row(spec, known),
        "trend": types_page.trend(spec, known, frank=frank),
        "spec": spec,
        "family": family_name(spec.family, frank=frank),
        "do": types_page.rules(spec.do),
        "dont": types_page.rules(spec.dont),
        "danger": types_page.rules(spec.danger),
        "gate": types_page.gate(spec),
        "behaviour": behaviour(spec.key),
        "picture": known.picture,
    }
    return render(request, "relationships/type.html", NAV | words)
