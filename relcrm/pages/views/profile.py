"""Who is this, what relationship do we have, and what is best done next?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from customers.timeline import timeline
from relcrm.base import audit
from relcrm.base.access import allow
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
    here = reverse("customers:timeline", args=(pk,))
    context = {"nav": "customers", "page": page, "now": now, "shown": Shown(), "here": here}
    return render(request, "customers/profile.html", context)


@require_GET
@allow("see_customers")
def customer_timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """A page of its own, the card with other filters, or its next lines, as htmx asks."""
    customer = get_object_or_404(visible(request.user), pk=pk)
    shown = Shown.read(request.GET, request.company.tzinfo)
    if shown.before is None:
        audit.record("customer.viewed", customer, by=request.user)
    asked = pages.asked(customer, request.user, request.company, request.viewpoint)
    name = pages.called(customer, request.user)
    context = {"nav": "customers", "customer": customer, "name": name, "shown": shown,
               "here": reverse("customers:timeline", args=(pk,)),
               "timeline": timeline(shown.narrow(asked))}  # fmt: skip
    wanted = {"timeline": "customers/_timeline.html", "older": "customers/_entries.html"}
    target = request.headers.get("HX-Target", "")
    return render(request, wanted.get(target, "customers/timeline.html"), context)
