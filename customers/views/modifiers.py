"""What to keep in mind of one customer: shown, said, ended."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers.actions import modifiers as actions
from customers.models import Customer
from customers.modifier_forms import ModifierForm
from customers.queries import modifiers as queries
from relcrm.base import roles
from relcrm.base.access import allow
from relcrm.lib.refusals import Refused
from relcrm.lib.written import whole


@allow("edit_customers")
@require_POST
def keep_in_mind(request: HttpRequest, pk: int) -> HttpResponse:
    """Say one, with why and how long, or end one (`end`); the card comes back."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    now, today = timezone.now(), request.viewpoint.today
    sees_all = roles.may(request.user, queries.RIGHT)
    may_loosen = queries.may_loosen(customer, request.user, sees_all=sees_all)
    form = ModifierForm()
    if "end" in request.POST:
        row = get_object_or_404(customer.modifiers, pk=whole(request.POST["end"]) or 0)
        actions.end_modifier(row, by=request.user, may_loosen=may_loosen, now=now)
    else:
        form = ModifierForm(request.POST)
        if form.is_valid():
            actions.keep_in_mind(
                customer, **form.cleaned_data, by=request.user, may_loosen=may_loosen,
                now=now, today=today,
            )  # fmt: skip
            form = ModifierForm()
        elif not request.htmx:
            raise Refused(_("Say what to keep in mind, and why."))
    if not request.htmx:
        return redirect("customers:profile", pk)
    words = {
        "customer": customer,
        "kept": queries.kept(customer, request.user, today),
        "form": form,
    }
    return render(request, "customers/_modifiers.html", words)
