"""What is this relationship, as a colleague who knows better says?"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from customers.models import Customer
from relationships import veil
from relationships.actions import overriding
from relationships.actions.overriding import customer_fault
from relationships.forms import LabelForm
from relationships.labels import Label, judged, label
from relationships.models import Override
from relationships.queries.overrides import Standing, standing
from relcrm.base import roles
from relcrm.base.access import allow
from relcrm.base.once import once


@require_http_methods(["GET", "HEAD", "POST"])
@allow("edit_customers")
@once
def set_label(request: HttpRequest, pk: int) -> HttpResponse:
    customer = _customer(request, pk)
    frank = roles.may(request.user, "see_negative_types")
    profile = judged(customer)
    shown = label(profile, frank=frank)
    words = {"nav": "customers", "customer": customer, "label": shown}
    if request.method != "POST" and (fault := customer_fault(customer, profile, frank=frank)):
        return render(request, "relationships/label.html", words | {"why_not": fault})
    said = standing(profile, frank=frank)
    form = _form(request, customer, shown, said, frank=frank)
    if request.method == "POST" and form.is_valid():
        overriding.set_label(
            customer, **form.told(), by=request.user, frank=frank,
            as_of=request.viewpoint.as_of, now=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("Set. Our own view stays beside it."))
        return redirect("customers:profile", pk)
    status = 422 if form.errors else 200
    return render(
        request, "relationships/label.html", words | {"form": form, "set": said}, status=status
    )


@require_POST
@allow("edit_customers")
def end_label(request: HttpRequest, pk: int) -> HttpResponse:
    customer = _customer(request, pk)
    frank = roles.may(request.user, "see_negative_types")
    row = get_object_or_404(Override, customer=customer, ended_at=None)
    if veil.is_veiled(row.family, frank=frank):
        raise Http404  # as where there is none
    overriding.end_label(
        row, by=request.user, frank=frank,
        as_of=request.viewpoint.as_of, now=timezone.now(),
    )  # fmt: skip
    messages.success(request, _("Our own view holds again."))
    return redirect("customers:profile", pk)


def _form(
    request: HttpRequest, customer: Customer, shown: Label, said: Standing | None, *, frank: bool
) -> LabelForm:
    """Filled with what was said last, to those who may read why."""
    tells = said is not None and roles.may(request.user, "see_people")
    return LabelForm(
        request.POST or None, customer=customer, view=request.viewpoint, frank=frank,
        shown=shown.type.key if shown.type else shown.family,
        said=said.row if said and tells else None,
    )  # fmt: skip


def _customer(request: HttpRequest, pk: int) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
