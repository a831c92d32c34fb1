"""Sensitive goods in the settings: who bought which is nobody's business but service's?"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers.actions.sensitive import mark_sensitive, unmark_sensitive
from customers.models import Modifier, SensitiveCategory
from customers.queries.sensitive import known_categories
from relcrm.base.access import allow
from relcrm.base.once import once

NAV = {"nav": "settings", "tab": "goods"}


@allow("administer")
@once
def goods(request: HttpRequest) -> HttpResponse:
    """The categories there are, and a form for another one."""
    if request.method == "POST":
        name = request.POST.get("name", "")
        made = mark_sensitive(name, by=request.user, now=timezone.now())
        told = _("Whoever bought in “%s” is kept discreet as soon as the next job has run.")
        messages.success(request, told % made.name)
        return redirect("customers:goods")
    words = {
        "marked": SensitiveCategory.objects.select_related("marked_by"),
        "known": known_categories(),
        "people": Modifier.objects.filter(is_by_goods=True, ended_at=None).count(),
    }
    return render(request, "settings/goods.html", NAV | words)


@allow("administer")
@require_POST
def unmark(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(SensitiveCategory, pk=pk)
    unmark_sensitive(found, by=request.user, now=timezone.now())
    messages.success(request, _("“%s” is like any other category again.") % found.name)
    return redirect("customers:goods")
