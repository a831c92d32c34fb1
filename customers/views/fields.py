"""The company's own fields in the settings: which facts do we want to know of a customer?"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers.actions.custom import bring_back_field, change_field, define_field, retire_field
from customers.field_forms import FieldForm
from customers.models import CustomField
from relcrm.base.access import allow
from relcrm.base.once import once

NAV = {"nav": "settings", "tab": "fields"}


@allow("administer")
@once
def fields(request: HttpRequest) -> HttpResponse:
    """The fields there are, and a form for another one."""
    typed = request.POST if request.method == "POST" else None
    form = FieldForm(typed)
    if typed is not None and form.is_valid():
        made = define_field(**form.facts, by=request.user)
        told = _("“%s” can be filled in on every customer's form now.")
        messages.success(request, told % made.label)
        return redirect("customers:fields")
    words = {"form": form, "fields": CustomField.objects.all()}
    return render(request, "settings/fields.html", NAV | words, status=422 if form.errors else 200)


@allow("administer")
def field(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(CustomField, pk=pk)
    typed = request.POST if request.method == "POST" else None
    form = FieldForm(typed, field=found)
    if typed is not None and form.is_valid():
        change_field(found, **form.changes, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("customers:fields")
    words = {"form": form, "field": found}
    return render(request, "settings/field.html", NAV | words, status=422 if form.errors else 200)


@allow("administer")
@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Retire it, or bring it back: what is known of it stays either way."""
    found = get_object_or_404(CustomField, pk=pk)
    if "back" in request.POST:
        bring_back_field(found, by=request.user)
    else:
        retire_field(found, by=request.user, now=timezone.now())
    return redirect("customers:fields")
