"""What would we forget of this person, and do we mean it?"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.actions.erasure import erase_customer, lift_erasure
from customers.models import Customer
from relcrm.base import audit
from relcrm.base.access import allow
from relcrm.pages.erasure import LiftForm, waiting_files, what_goes
from relcrm.pages.profile import called

NAV = {"nav": "customers"}


@allow("erase_people")
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    if request.method == "POST":
        receipt = erase_customer(customer, by=request.user, now=timezone.now())
        told = _("Customer %(pk)d is erased. Receipt no. %(number)d in the audit trail.")
        messages.success(request, told % {"pk": pk, "number": receipt.number})
        return redirect("customers:erased")
    audit.record("customer.viewed", customer, by=request.user)
    words = {
        "customer": customer,
        "name": called(customer, request.user),
        "goes": what_goes(customer),
        "files": waiting_files(),
        "packages": customer.data_packages.defer("content"),
    }
    return render(request, "customers/erase.html", NAV | words)


@allow("erase_people")
def lift(request: HttpRequest) -> HttpResponse:
    """Who was erased is known by a fingerprint only; who comes back says who they are."""
    typed = request.POST if request.method == "POST" else None
    form = LiftForm(typed)
    if typed is not None and form.is_valid():
        lift_erasure(**form.cleaned_data, by=request.user, now=timezone.now())
        messages.success(request, _("They may be taken in as a customer again."))
        return redirect("customers:erased")
    return render(
        request, "customers/erased.html", NAV | {"form": form}, status=422 if form.errors else 200
    )
