"""The team: who works here, in what role."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from relcrm.base.access import allow
from relcrm.base.actions.team import add_colleague, change_colleague
from relcrm.base.forms import ColleagueForm, NewColleagueForm
from relcrm.base.models import User

NAV = {"nav": "settings", "tab": "team"}


@allow("administer")
def team(request: HttpRequest) -> HttpResponse:
    people = User.objects.order_by("-is_active", "name", "email")
    return render(request, "settings/team.html", NAV | {"people": people})


@allow("administer")
def new_colleague(request: HttpRequest) -> HttpResponse:
    typed = request.POST if request.method == "POST" else None
    form = NewColleagueForm(typed)
    if typed is not None and form.is_valid():
        made = add_colleague(**form.cleaned_data, by=request.user, now=timezone.now())
        messages.success(request, _("%(who)s can sign in now.") % {"who": made})
        return redirect("settings:team")
    status = 422 if form.errors else 200
    return render(request, "settings/colleague.html", NAV | {"form": form}, status=status)


@allow("administer")
def colleague(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    typed = request.POST if request.method == "POST" else None
    form = ColleagueForm(typed, instance=get_object_or_404(User, pk=pk))
    if typed is not None and form.is_valid():
        change_colleague(person, **form.cleaned_data, by=request.user, now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("settings:team")
    words = {"form": form, "person": person}
    status = 422 if form.errors else 200
    return render(request, "settings/colleague.html", NAV | words, status=status)
