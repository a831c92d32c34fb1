"""One customer as a card for an address book."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from customers.actions.cards import TYPE, take_card
from customers.models import Customer
from relcrm.base.access import allow


@allow("see_people")
@require_GET
def card(request: HttpRequest, pk: int) -> HttpResponse:
    visible = Customer.objects.visible_to(request.user).select_related("organisation")
    customer = get_object_or_404(visible, pk=pk)
    text = take_card(customer, by=request.user, now=timezone.now())
    reply = HttpResponse(text, content_type=TYPE)
    reply["Content-Disposition"] = f'attachment; filename="customer-{pk}.vcf"'
    reply["Cache-Control"] = "no-store"
    return reply
