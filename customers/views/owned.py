"""What a customer has: added by hand, given up."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers.actions import owned as actions
from customers.models import Customer
from customers.queries import owned as queries
from customers.views.hushed import OWNED, refuse_hushed
from relcrm.base.access import allow
from relcrm.lib.refusals import Refused


@allow("edit_customers")
@require_POST
def owned(request: HttpRequest, pk: int) -> HttpResponse:
    """`product` and `since` add one, `gone` is one they have no more; the card comes back."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    refuse_hushed(pk, request.user, OWNED)
    if gone := request.POST.get("gone", ""):
        number = int(gone) if gone.isascii() and gone.isdigit() and len(gone) < 19 else 0
        row = get_object_or_404(customer.owned, pk=number)
        actions.give_up_product(row, on=timezone.localdate(), by=request.user)
    else:
        _add(request, customer)
    if not request.htmx:
        return redirect("customers:profile", pk)
    words = {"customer": customer, "having": queries.having(customer, request.viewpoint.as_of),
             "products": queries.lasting_products()}  # fmt: skip
    return render(request, "customers/_owned.html", words)


def _add(request: HttpRequest, customer: Customer) -> None:
    product = queries.product_called(request.POST.get("product", ""))
    if product is None:
        raise Refused(_("This is not in the catalogue; write its number or its whole name."))
    try:
        since = parse_date(request.POST.get("since", ""))
    except ValueError:
        since = None
    if since is None:
        raise Refused(_("Say since when they have it."))
    actions.own_product(customer, product, since_on=since, by=request.user, now=timezone.now())
