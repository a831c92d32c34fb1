"""Who is this, what relationship do we have, and what is best done next?"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from customers.models import Customer
from customers.timeline import timeline
from relationships.labels import judged
from relcrm.base import audit, readings
from relcrm.base.access import allow
from relcrm.pages import below as lower
from relcrm.pages import profile as pages
from relcrm.pages.queries.profile import visible
from relcrm.pages.shown import Shown


@require_GET
@allow("see_customers")
def profile(request: HttpRequest, pk: int) -> HttpResponse:
    customer = get_object_or_404(visible(request.user), pk=pk)
    audit.record("customer.viewed", customer, by=request.user)
    now = timezone.now()
    page = pages.page(customer, request.user, request.company, request.viewpoint, now)
    context = {
        "nav": "customers",
        "page": page,
        "now": now,
        "look": lower.look(customer, request.user),
    }
    if request.GET.get("whole"):
        context |= _below(request, customer)
    return render(request, "customers/profile.html", context)


@require_GET
@allow("see_customers")
def profile_below(request: HttpRequest, pk: int) -> HttpResponse:
    """The cards below the first screen, which the page asks for once that is shown."""
    customer = get_object_or_404(visible(request.user), pk=pk)
    if not request.htmx:
        return redirect(f"{reverse('customers:profile', args=(pk,))}?whole=yes")
    if not lower.is_on_record(request.GET.get("look", ""), customer, request.user):
        audit.record("customer.viewed", customer, by=request.user)
    return render(request, "customers/_below.html", _below(request, customer))


def _below(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    now, user = timezone.now(), request.user
    return {
        "customer": customer,
        "profile": judged(customer),
        "below": lower.below(customer, user, request.company, request.viewpoint, now),
        "now": now,
        "shown": Shown(),
        "here": reverse("customers:timeline", args=(customer.pk,)),
    }


@require_GET
@allow("see_customers")
def customer_timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """A page of its own, the card with other filters, or its next lines, as htmx asks."""
    customer = get_object_or_404(visible(request.user), pk=pk)
    shown = Shown.read(request.GET, request.company.tzinfo)
    if shown.before is None:
        audit.record("customer.viewed", customer, by=request.user)
    readings.note(request.user, "page", "timeline", ["timeline"], [customer.pk])
    asked = pages.asked(customer, request.user, request.company, request.viewpoint)
    name = pages.called(customer, request.user)
    context = {"nav": "customers", "customer": customer, "name": name, "shown": shown,
               "here": reverse("customers:timeline", args=(pk,)),
               "timeline": timeline(shown.narrow(asked))}  # fmt: skip
    wanted = {"timeline": "customers/_timeline.html", "older": "customers/_entries.html"}
    target = request.headers.get("HX-Target", "")
    return render(request, wanted.get(target, "customers/timeline.html"), context)
