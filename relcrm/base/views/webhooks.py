"""Programs that want to hear what happens here: where they listen, and what they were told."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from relcrm.base import queries
from relcrm.base.access import allow
from relcrm.base.actions import webhooks as actions
from relcrm.base.forms import WebhookForm
from relcrm.base.models import Delivery, Webhook
from relcrm.base.once import once
from relcrm.lib.refusals import told_by

NAV = {"nav": "settings", "tab": "webhooks"}


@allow("administer")
@never_cache
@once
def webhooks(request: HttpRequest) -> HttpResponse:
    form = WebhookForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with told_by(form):
            hook = actions.add_webhook(form.meant(), by=request.user, now=timezone.now())
            messages.success(request, _("It is told what happens from now on."))
            return redirect("settings:webhook", hook.pk)
    words = {"form": form, "hooks": queries.webhooks()}
    status = 422 if form.errors else 200
    return render(request, "settings/webhooks.html", NAV | words, status=status)


@allow("administer")
@never_cache
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: what it is told, its secret, and the log."""
    hook = get_object_or_404(Webhook, pk=pk)
    form = WebhookForm(request.POST or None, initial=WebhookForm.of(hook))
    if form.is_bound and form.is_valid():
        with told_by(form):
            actions.change_webhook(hook, form.meant(), by=request.user, now=timezone.now())
            messages.success(request, _("Saved."))
            return redirect("settings:webhook", pk)
    page = queries.deliveries(hook, request.GET)
    words = {"form": form, "hook": hook, "page": page, "now": timezone.now()}
    status = 422 if form.errors else 200
    return render(request, "settings/webhook.html", NAV | words, status=status)


@allow("administer")
@require_POST
def webhook_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    hook, act = get_object_or_404(Webhook, pk=pk), STEPS.get(verb)
    if act is None:
        raise Http404
    act(hook, by=request.user, now=timezone.now())
    messages.success(request, SAID[verb])
    return redirect("settings:webhooks") if verb == "remove" else redirect("settings:webhook", pk)


@allow("administer")
@require_POST
def tell_again(request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
    found = get_object_or_404(Delivery.objects.select_related("webhook"), pk=delivery, webhook=pk)
    actions.tell_again(found, by=request.user, now=timezone.now())
    messages.success(request, _("It is told again in a moment."))
    return redirect("settings:webhook", pk)


def _stop(hook: Webhook, **more: object) -> None:
    actions.stop_webhook(hook, why=str(_("Stopped by hand.")), **more)


STEPS = {
    "stop": _stop, "start": actions.start_webhook, "remove": actions.remove_webhook,
    "try": actions.try_webhook, "secret": actions.change_secret,
}  # fmt: skip
SAID = {
    "stop": _("Nothing is told there any more."),
    "start": _("It is told what happens from now on."),
    "remove": _("It is gone, with its log."),
    "try": _("A test is on its way; it shows below in a moment."),
    "secret": _("There is a new secret. For a day everything is signed with the old one too."),
}
