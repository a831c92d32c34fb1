"""Margin and costs: what turns a sale into what it leaves."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from relcrm.base import company as companies
from relcrm.base.access import allow
from relcrm.base.actions.company import update_company
from relcrm.base.actions.costs import drop_cost, say_cost
from relcrm.base.cost_forms import FORMS, CostsForm, cost_forms
from relcrm.base.models import UnitCost

NAV = {"nav": "settings", "tab": "costs"}


@allow("administer")
def costs(request: HttpRequest) -> HttpResponse:
    typed = request.POST if request.method == "POST" else None
    form = CostsForm(typed, instance=companies.current())
    if typed is not None and form.is_valid():
        row = companies.current()
        update_company(row, form.cleaned_data, by=request.user, now=timezone.now())
        return _saved(request)
    return _page(request, form=form)


@allow("administer")
@require_POST
def say(request: HttpRequest) -> HttpResponse:
    """A channel's price or a category's margin."""
    kind = request.POST.get("kind", "")
    if kind not in FORMS:
        return redirect("settings:costs")
    forms = cost_forms(request.POST, kind)
    form = next(form for form in forms if form.prefix == kind)
    if not form.is_valid():
        return _page(request, forms=forms)
    told = form.cleaned_data
    say_cost(kind, told["key"], told["amount"], by=request.user, now=timezone.now())
    return _saved(request)


@allow("administer")
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    drop_cost(get_object_or_404(UnitCost, pk=pk), by=request.user, now=timezone.now())
    return _saved(request)


def _saved(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Saved. Values follow when everyone is scored again."))
    return redirect("settings:costs")


def _page(request: HttpRequest, form: Any = None, forms: Any = None) -> HttpResponse:
    form, forms = form or CostsForm(instance=companies.current()), forms or cost_forms()
    errors = any(each.errors for each in (form, *forms))
    words = {"form": form, "forms": forms, "own": UnitCost.objects.all()}
    return render(request, "settings/costs.html", NAV | words, status=422 if errors else 200)
