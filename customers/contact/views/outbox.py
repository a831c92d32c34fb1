"""The outbox: what waits, what needs somebody, and why something was not sent."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from customers.contact.actions import outbox as actions
from customers.contact.queries import outbox as queries
from customers.models import Customer, Message
from relcrm.base import readings
from relcrm.base.access import allow

NAV = {"nav": "outbox"}
SHOWN = ("name", "messages")  # of each customer in the list
VERBS = {
    "cancel": (actions.cancel_message, _("It will not be sent.")),
    "retry": (actions.retry_message, _("It waits to be sent again.")),
}


@allow("write_messages")
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    page = queries.outbox(request.GET)
    shown = {message.customer_id for message in page.rows} - {None}
    readings.note(request.user, "page", "outbox", SHOWN, shown)
    words = {
        "page": page, "state": request.GET.get("state", ""), "counts": queries.counts(),
        "states": Message.State.choices,
    }  # fmt: skip
    return render(request, "customers/outbox.html", NAV | words)


@allow("write_messages")
@require_POST
def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise Http404
    seen = Customer.objects.visible_to(request.user)
    message = get_object_or_404(Message, Q(customer__in=seen) | Q(customer=None), pk=pk)
    act, said = VERBS[verb]
    act(message, by=request.user, now=timezone.now())
    messages.success(request, said)
    return redirect("customers:outbox")
