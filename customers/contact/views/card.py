"""May we write to this customer? The verdict for each way, and what they said so far."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from customers.contact import links
from customers.contact.actions.ledger import Said, record_consent
from customers.contact.actions.links import link_of
from customers.contact.forms import ConsentForm
from customers.contact.queries.card import card, with_ledger
from customers.models import Customer
from relcrm.base import audit, roles
from relcrm.base.access import allow


@allow("see_customers")
@require_GET
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """A page, or the card on the profile when htmx asks for it."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    if request.htmx.target == "contact":
        words = {"customer": customer, "card": card(customer, timezone.now())}
        return render(request, "customers/_contact.html", words)
    words = _words(request, customer) | {"form": ConsentForm()}
    audit.record("customer.viewed", customer, by=request.user)
    return render(request, "customers/contact.html", words)


@allow("edit_customers")
@require_POST
def say(request: HttpRequest, pk: int) -> HttpResponse:
    """They told a colleague yes or no."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    form = ConsentForm(request.POST)
    if not form.is_valid():
        words = _words(request, customer) | {"form": form}
        return render(request, "customers/contact.html", words, status=422)
    told = form.cleaned_data
    purpose, _colon, channel = told["what"].partition(":")
    said = Said(
        purpose, channel, told["source"], state=told["state"], proof={"told_to": request.user.pk}
    )
    record_consent(customer, said, by=request.user, now=timezone.now())
    messages.success(request, _("It is in the ledger and holds from now on."))
    return redirect("customers:consents", customer.pk)


@allow("edit_customers")
@require_POST
def own_link(request: HttpRequest, pk: int) -> HttpResponse:
    """The address of the customer's own page, to be told to them."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    now = timezone.now()
    address = links.address("page", link_of(customer, now=now))
    audit.record("customer.link_made", customer, by=request.user, at=now)
    words = _words(request, customer) | {"form": ConsentForm(), "own_page": address}
    return render(request, "customers/contact.html", words)


def _words(request: HttpRequest, customer: Customer) -> dict:
    sees_people = roles.may(request.user, "see_people")
    return {
        "nav": "customers",
        "customer": customer,
        "name": customer.label if sees_people else _("Customer %d") % customer.pk,
        "card": with_ledger(card(customer, timezone.now()), request.GET),
    }
