"""The customer list, taking it out as a file, and adding and changing one customer."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.actions.customers import create_customer, update_customer
from customers.actions.exports import ask_export
from customers.models import Customer
from customers.queries import custom
from customers.views.exports import told
from relcrm.base import audit, readings, roles
from relcrm.base.access import allow
from relcrm.base.once import once
from relcrm.lib.written import whole
from relcrm.pages import customer_list as lists
from relcrm.pages.forms import GENDERS, CustomerForm, form_of
from relcrm.pages.wanted import Wanted, read


@require_GET
@allow("see_customers")
def customer_list(request: HttpRequest) -> HttpResponse:
    wanted = _wanted(request, request.GET)
    page = lists.listing(
        wanted, request.user, request.company, as_of=request.viewpoint.as_of,
        after=request.GET.get("after", ""), before=request.GET.get("before", ""),
    )  # fmt: skip
    shown = lists.shown_fields(request.user)
    readings.note(request.user, "page", "customer list", shown, [row.pk for row in page.rows])
    context = {"nav": "customers", "wanted": wanted, "page": page}
    if request.htmx.target == "list":
        return render(request, "customers/_list.html", context)
    context |= {"choices": lists.choices(request.user)}
    return render(request, "customers/list.html", context)


@require_POST
@allow("export_data")
def export(request: HttpRequest) -> HttpResponse:
    """The customers ticked, or the whole list, as a file written in the background."""
    query: dict[str, Any] = {"list": QueryDict(request.POST.get("list", "")).dict()}
    if "everyone" not in request.POST:
        query["ids"] = _ids(request)
    ask_export("customers", query, by=request.user, now=timezone.now())
    return told(request)


@require_http_methods(["GET", "POST"])
@allow("edit_customers")
@once
def new_customer(request: HttpRequest) -> HttpResponse:
    form = CustomerForm(_sent(request), own=custom.fields_for(request.user))
    if form.is_valid():
        made = create_customer(
            by=request.user, now=timezone.now(), numbers=form.numbers,
            is_another=form.cleaned_data["is_another"], **form.facts,
        )  # fmt: skip
        messages.success(request, _("%s is now among your customers.") % made.label)
        return redirect("customers:profile", made.pk)
    context = {"nav": "customers", "form": form, "genders": GENDERS}
    return render(request, "customers/edit.html", context,
                  status=422 if form.is_bound else 200)  # fmt: skip


@require_http_methods(["GET", "POST"])
@allow("edit_customers")
def edit_customer(request: HttpRequest, pk: int) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    own = custom.fields_for(request.user)
    values = custom.values([customer.pk], own).get(customer.pk, {})
    if request.method == "GET":
        audit.record("customer.viewed", customer, by=request.user)
    form = form_of(customer, _sent(request), own, values)
    if form.is_valid():
        update_customer(customer, by=request.user, now=timezone.now(), **form.facts)
        messages.success(request, _("Kept."))
        return redirect("customers:profile", customer.pk)
    context = {"nav": "customers", "form": form, "customer": customer, "genders": GENDERS}
    return render(request, "customers/edit.html", context, status=422 if form.is_bound else 200)


def _wanted(request: HttpRequest, given: QueryDict) -> Wanted:
    return read(
        given.dict(),
        frank=roles.may(request.user, "see_negative_types"),
        sees_people=roles.may(request.user, "see_people"),
    )


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _ids(request: HttpRequest) -> list[int]:
    return [pk for one in request.POST.getlist("ids") if (pk := whole(one)) is not None]
