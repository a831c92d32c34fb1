"""What is one customer worth, and whose relationships cost more than they bring?"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from customers.models import Customer
from customers.queries import modifiers
from relationships import losing_page, veil, worth_card
from relationships.covariate_words import untold
from relationships.models import Cause, Forecast, Profile
from relationships.queries import losers
from relationships.queries.opened import opened
from relcrm.base import audit, readings, roles
from relcrm.base.access import allow

FIELDS = ("name", "value", "cause")


@require_GET
@allow("see_customers")
def worth_of(request: HttpRequest, pk: int) -> HttpResponse:
    """The card on a customer's page, which asks for it once it is shown (and is on record)."""
    people = Customer.objects.visible_to(request.user).annotate(is_marked=modifiers.marked())
    customer = get_object_or_404(people, pk=pk)
    if request.htmx.target != "parts":
        return redirect("customers:profile", pk)
    profile = Profile.objects.filter(pk=pk).first() if customer.is_judgeable else None
    return render(request, "relationships/_worth_card.html", _card(request, customer, profile))


def _card(request: HttpRequest, customer: Customer, profile: Profile | None) -> dict[str, Any]:
    if profile is None:
        return {"card": None, "weeks": None}
    user, company, as_of = request.user, request.company, request.viewpoint.as_of
    hides = modifiers.hides_goods(customer, user, sees_all=roles.may(user, modifiers.RIGHT))
    found = opened(profile, company, as_of, viewer=user, hides_goods=hides)
    if found is None:
        return {"card": None, "weeks": None}
    frank = roles.may(user, "see_negative_types")
    tells_why = not hides and not veil.is_veiled(profile.family, frank=frank)
    hidden = untold(
        complaints=roles.may(user, "see_complaints"), promises=roles.may(user, "see_promises")
    )
    card = worth_card.card(found, company.currency, as_of, tells_why=tells_why, untold=hidden)
    return {"card": card, "weeks": found.forecast.horizon_weeks}


@require_GET
@allow("see_customers")
def losing(request: HttpRequest) -> HttpResponse:
    """Of everybody this person may see, or of one cause."""
    user, cause = request.user, request.GET.get("cause", "")
    frank, sees_goods = roles.may(user, "see_negative_types"), roles.may(user, modifiers.RIGHT)
    everybody = losers.losing(user, frank=frank, sees_goods=sees_goods)
    rows = losers.losing(user, cause, frank=frank, sees_goods=sees_goods)
    page = losers.page_of(
        rows, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    audit.record("losing.listed", by=user, shown=len(page.rows))
    readings.note(user, "page", "losing", FIELDS, [row.pk for row in page.rows])
    first = page.rows[0] if page.rows else Forecast.objects.only("horizon_weeks").first()
    return render(request, "relationships/losing.html", {
        "nav": "relationships", "nav_part": "value",
        "page": page,
        "lines": losing_page.lines(page.rows, user, request.company.currency),
        "found": losing_page.summary(losers.by_cause(everybody)),
        "frank": frank,
        "sees_goods": sees_goods,
        "cause": cause if cause in Cause.values else "",
        "is_valued": first is not None,
        "weeks": first.horizon_weeks if first else request.company.horizon_weeks,
        "sees_company": roles.may(user, "see_company"),
    })  # fmt: skip
