"""Settings of contact: manners, channels, words, suppressed addresses, rules set aside."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from customers.contact import forms, policy
from customers.contact.actions import manners
from customers.contact.actions.ledger import add_wording
from customers.contact.actions.suppression import lift_suppression, suppress
from customers.contact.queries import lists
from customers.contact.queries import waivers as queries
from customers.contact.rules import rules
from customers.models import Sender, Suppression, Waiver, Wording
from relcrm.base.access import allow
from relcrm.base.once import once

NAV = {"nav": "settings", "tab": "contact"}


@allow("administer")
def contact(request: HttpRequest) -> HttpResponse:
    typed = request.POST if request.method == "POST" else None
    form = forms.PolicyForm(typed, instance=policy.current())
    if typed is not None and form.is_valid():
        manners.update_policy(form.cleaned_data, by=request.user, now=timezone.now())
        messages.success(request, _("Saved. It holds from now on."))
        return redirect("customers:contact_policy")
    words = {"form": form, "rules": list(rules().values())}
    return _page(request, "settings/contact.html", words, form)


@allow("administer")
@never_cache
def channels(request: HttpRequest) -> HttpResponse:
    """The secret is in the answer to setting up and nowhere else."""
    typed = request.POST if request.method == "POST" else None
    form, secret = forms.SenderForm(typed), ""
    if typed is not None and form.is_valid():
        row, secret = manners.set_up_sender(
            **form.cleaned_data, private=tuple(settings.PRIVATE_HOSTS), by=request.user,
            now=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("%s is set up.") % row.get_channel_display())
        if not secret:
            return redirect("customers:channels")
    senders = Sender.objects.select_related("brand")
    return _page(request, "settings/channels.html", {
        "form": form, "secret": secret, "senders": senders, "public_url": settings.PUBLIC_URL,
        "from_email": settings.DEFAULT_FROM_EMAIL,
    }, form)  # fmt: skip


@allow("administer")
@once
def wordings(request: HttpRequest) -> HttpResponse:
    typed = request.POST if request.method == "POST" else None
    form = forms.WordingForm(typed)
    if typed is not None and form.is_valid():
        added = add_wording(**form.cleaned_data, by=request.user, now=timezone.now())
        messages.success(request, _("Version %d is in use from now on.") % added.version)
        return redirect("customers:wordings")
    words = {"form": form, "page": lists.window_of(Wording.objects.all(), request.GET)}
    return _page(request, "settings/wordings.html", words, form)


@allow("administer")
def suppressed(request: HttpRequest) -> HttpResponse:
    typed = request.POST if request.method == "POST" else None
    form = forms.SuppressionForm(typed)
    if typed is not None and form.is_valid():
        suppress(
            **form.cleaned_data, cause=Suppression.Cause.ASKED, source="settings",
            by=request.user, now=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("Nothing more goes there."))
        return redirect("customers:suppressed")
    find = request.GET.get("q", "").replace("\x00", "").strip()[:254].casefold()
    found = {"address__startswith": find} if find else {}
    page = lists.window_of(Suppression.objects.filter(**found), request.GET)
    words = {"form": form, "page": page, "find": find}
    return _page(request, "settings/suppressed.html", words, form)


@allow("administer")
@require_POST
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Suppression, pk=pk)
    lift_suppression(row, by=request.user, now=timezone.now())
    messages.success(request, _("We may write there again."))
    return redirect("customers:suppressed")


@allow("waive_rules")
def waivers(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    typed = request.POST if request.method == "POST" else None
    form = forms.WaiverForm(typed)
    if typed is not None and form.is_valid():
        told = dict(form.cleaned_data)
        until = now + timedelta(days=told.pop("days"))
        manners.ask_waiver(**told, until=until, by=request.user, now=now)
        messages.success(request, _("Asked. It holds once somebody else approves it."))
        return redirect("customers:waivers")
    words = {"form": form, "page": lists.window_of(queries.waivers(now), request.GET),
             "rules": rules()}  # fmt: skip
    return _page(request, "settings/waivers.html", words, form)


@allow("waive_rules")
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approved by a second person, or ended."""
    waiver = get_object_or_404(Waiver, pk=pk)
    act = manners.end_waiver if "end" in request.POST else manners.approve_waiver
    act(waiver, by=request.user, now=timezone.now())
    messages.success(request, _("It is on record."))
    return redirect("customers:waivers")


def _page(request: HttpRequest, name: str, words: dict[str, Any], form: Form) -> HttpResponse:
    return render(request, name, NAV | words, status=422 if form.errors else 200)
