"""Settings of brands: what each keeps to, and who writes in its name."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.contact import policy
from customers.contact.actions.brands import BrandContact, add_brand, update_brand_contact
from customers.contact.forms import BrandForm, NewBrandForm
from customers.contact.queries import brands as queries
from relcrm.base.access import allow
from relcrm.base.models import Brand
from relcrm.base.once import once

NAV = {"nav": "settings", "tab": "contact"}


@allow("administer")
@once
def brands(request: HttpRequest) -> HttpResponse:
    form = NewBrandForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        added = add_brand(form.cleaned_data["name"], by=request.user, now=timezone.now())
        messages.success(request, _("%s is one of your brands now.") % added)
        return redirect("customers:brand", added.pk)
    words = NAV | {"form": form, "brands": queries.brands(), "policy": policy.current()}
    return render(request, "settings/brands.html", words, status=422 if form.errors else 200)


@allow("administer")
def brand(request: HttpRequest, pk: int) -> HttpResponse:
    meant = get_object_or_404(Brand, pk=pk)
    typed = request.POST if request.method == "POST" else None
    form = BrandForm(typed, initial=queries.filled_in(meant))
    if typed is not None and form.is_valid():
        told = BrandContact(**form.cleaned_data)
        update_brand_contact(meant, told, by=request.user, now=timezone.now())
        messages.success(request, _("Saved. It holds from now on."))
        return redirect("customers:brands")
    words = NAV | {"form": form, "brand": meant, "policy": policy.current()}
    return render(request, "settings/brand.html", words, status=422 if form.errors else 200)
