"""The audit trail: who did what, when, to what."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from relcrm.base import queries
from relcrm.base.access import allow
from relcrm.base.models import User
from relcrm.lib.written import whole

NAV = {"nav": "settings", "tab": "audit"}


@allow("see_audit")
@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    asked = request.GET
    who = whole(asked.get("who", ""))
    verb = asked.get("verb", "").replace("\x00", "").strip()[:60]
    page = queries.audit_lines(
        after=asked.get("after", ""), before=asked.get("before", ""), who=who, verb=verb
    )
    words = {"page": page, "who": who, "verb": verb, "people": User.objects.order_by("name")}
    return render(request, "settings/audit.html", NAV | words)
