"""How long is what kept, and what would go today?"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from customers.actions.retention import ask_for_retention, dry_run, set_retention
from customers.models import RetentionRule
from customers.retention import shelves
from relcrm.base.access import allow
from relcrm.base.models import AuditLine
from relcrm.lib.refusals import Refused

NAV = {"nav": "privacy", "nav_part": "retention"}


class RetentionForm(forms.Form):
    """One number of months for each shelf; empty keeps it for good."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = dict(RetentionRule.objects.values_list("what", "months"))
        for key, shelf in shelves().items():
            self.fields[key] = forms.IntegerField(
                label=shelf.title, min_value=shelf.least_months, max_value=600, required=False,
                initial=kept.get(key), help_text=shelf.note,
            )  # fmt: skip


@require_http_methods(["GET", "POST"])
@allow("guard_privacy")
def retention(request: HttpRequest) -> HttpResponse:
    form = RetentionForm(request.POST if request.method == "POST" else None)
    now = timezone.now()
    if form.is_valid():
        set_retention(form.cleaned_data, by=request.user, now=now)
        messages.success(request, _("Kept. Below is what tonight's run would remove."))
        return redirect("privacy:retention")
    going = dry_run(now)
    rows = [(field, going.get(field.name)) for field in form]
    last = AuditLine.objects.filter(verb="retention.applied").order_by("-pk")[:10]
    words = {"form": form, "rows": rows, "total": sum(going.values()), "last": last}
    return render(
        request, "privacy/retention.html", NAV | words, status=422 if form.errors else 200
    )


@require_POST
@allow("guard_privacy")
def apply(request: HttpRequest) -> HttpResponse:
    job = ask_for_retention(by=request.user)
    if job is None:
        raise Refused(_("There is no rule yet, so nothing is too old."))
    return redirect("settings:job", job.pk)
