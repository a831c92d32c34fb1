"""Where are our relationships, by closeness and intensity?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from relationships import map_page, veil
from relationships.map_page import GRID, Area, Dot
from relationships.models import Family, Portfolio
from relationships.naming import ORDER, families_name
from relationships.queries import map as queries
from relcrm.base import readings, roles
from relcrm.base.access import allow

MOST_DOTS = 300


@require_GET
@allow("see_company")
def relationship_map(request: HttpRequest) -> HttpResponse:
    """Densities of the newest scoring; people where few enough are in the area asked for."""
    frank = roles.may(request.user, "see_negative_types")
    within, by = map_page.area(request.GET.dict()), _by(request)
    pictures = Portfolio.objects.filter(as_of__lte=request.viewpoint.as_of)
    picture = pictures.only("as_of", "customers", "cells").first()
    rows, dots = (picture.cells if picture else []), None
    if not within.is_whole:
        dots = _dots(request, within, by)
        rows = _rows(within) if dots is None else []
    rows = map_page.told(rows, frank=frank)
    drawn = veil.families((*ORDER, Family.UNDETERMINED), frank=frank)
    names = [(str(f), families_name(f, frank=frank)) for f in drawn]
    return render(request, "relationships/map.html", {
        "nav": "relationships", "nav_part": "map", "picture": picture, "area": within, "by": by,
        "dots": dots, "cells": map_page.cells(rows, within, by=by, frank=frank),
        "finding": map_page.finding(map_page.told(picture.cells, frank=frank)) if picture else "",
        "people": len(dots) if dots is not None else sum(row["n"] for row in rows),
        "families": names,
        "moods": [(f"m{n}", words) for n, words in enumerate(map_page.MOOD_WORDS)],
        "where": map_page.where(within),
    })  # fmt: skip


def _by(request: HttpRequest) -> str:
    return "mood" if request.GET.get("by") == "mood" else "family"


def _rows(within: Area) -> list[dict[str, object]]:
    return queries.cells((within.x0, within.x1), (within.y0, within.y1), GRID)


def _dots(request: HttpRequest, within: Area, by: str) -> list[Dot] | None:
    frank = roles.may(request.user, "see_negative_types")
    found = queries.people((within.x0, within.x1), (within.y0, within.y1), MOST_DOTS, frank=frank)
    if found is None:
        return None
    sees_people = roles.may(request.user, "see_people")
    fields = ["name", "relationship"] if sees_people else ["relationship"]
    readings.note(request.user, "page", "map", fields, [profile.pk for profile in found])
    return [
        map_page.dot(
            profile,
            profile.customer.label if sees_people else _("Customer %d") % profile.pk,
            reverse("customers:profile", args=(profile.pk,)),
            within,
            by=by,
        )
        for profile in found
    ]
