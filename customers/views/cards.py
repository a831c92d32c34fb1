"""One customer as a card for an address book."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from customers.cards import vcard
from customers.models import Customer
from relcrm.base import audit
from relcrm.base.access import allow

TYPE = "text/vcard; charset=utf-8"


@allow("see_people")
@require_GET
def card(request: HttpRequest, pk: int) -> HttpResponse:
    visible = Customer.objects.visible_to(request.user).select_related("organisation")
    return answer(get_object_or_404(visible, pk=pk), request)


def answer(customer: Customer, request: HttpRequest, by: audit.Actor = None) -> HttpResponse:
    """The card, on record as taken."""
    audit.record("customer.card_fetched", customer, by=by or request.user, at=timezone.now())
    reply = HttpResponse(vcard(customer), content_type=TYPE)
    reply["Content-Disposition"] = f'attachment; filename="customer-{customer.pk}.vcf"'
    reply["Cache-Control"] = "no-store"
    return reply
