"""Mails that came back and that nobody understood: to be looked at and put away."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from customers.contact.actions import returns
from customers.contact.queries import lists
from customers.models import StrayMail
from relcrm.base import audit
from relcrm.base.access import allow

NAV = {"nav": "settings", "tab": "contact"}
SHOWN = 4_000  # characters of a mail


@allow("administer")
@require_GET
def returned(request: HttpRequest) -> HttpResponse:
    page = lists.window_of(StrayMail.objects.defer("raw"), request.GET)
    return render(request, "settings/returned.html", NAV | {"page": page})


@allow("administer")
@require_GET
def returned_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """As it came: whoever looks at it is on record, as it may be about anybody."""
    mail = get_object_or_404(StrayMail, pk=pk)
    audit.record("stray_mail.viewed", mail, by=request.user, at=timezone.now())
    text = bytes(mail.raw).decode("utf-8", "replace").replace("\x00", "")
    words = {"mail": mail, "text": text[:SHOWN], "is_cut": len(text) > SHOWN}
    return render(request, "settings/returned_mail.html", NAV | words)


@allow("administer")
@require_POST
def put_away(request: HttpRequest, pk: int) -> HttpResponse:
    mail = get_object_or_404(StrayMail, pk=pk)
    returns.put_away(mail, by=request.user, now=timezone.now())
    messages.success(request, _("It is put away."))
    return redirect("customers:returned")
