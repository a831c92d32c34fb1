"""The company: name, currency, zone, margin and costs, and the day it is looked at."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from relcrm.base import company as companies
from relcrm.base.access import allow
from relcrm.base.actions.company import set_as_of, update_company
from relcrm.base.forms import AsOfForm, CompanyForm

NAV = {"nav": "settings", "tab": "company"}


@allow("administer")
def company(request: HttpRequest) -> HttpResponse:
    row = companies.current()
    typed = request.POST if request.method == "POST" else None
    form = CompanyForm(typed, instance=companies.current())
    if typed is not None and form.is_valid():
        update_company(row, form.cleaned_data, by=request.user, now=timezone.now())
        messages.success(request, _("Saved. Values follow when everyone is scored again."))
        return redirect("settings:company")
    as_of = AsOfForm(initial={"day": row.as_of})
    words = {"form": form, "as_of_form": as_of}
    return render(request, "settings/company.html", NAV | words, status=422 if form.errors else 200)


@allow("administer")
@require_POST
def as_of(request: HttpRequest) -> HttpResponse:
    form = AsOfForm(request.POST)
    if not form.is_valid():
        words = {"form": CompanyForm(instance=companies.current()), "as_of_form": form}
        return render(request, "settings/company.html", NAV | words, status=422)
    day = None if "today" in request.POST else form.chosen()
    set_as_of(day, by=request.user, now=timezone.now())
    messages.success(request, _("The day is set; everyone is being scored as of it."))
    return redirect("settings:company")
