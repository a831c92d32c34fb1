"""The old address of somebody who was merged leads to who they are now."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _

from customers.models import Customer
from customers.queries.merges import survivors
from relcrm.base.models import User

ADDRESS = re.compile(r"^(?P<before>/(?:api/v1/)?customers/)(?P<number>\d{1,18})(?P<after>/.*)?$")


class MergedAddresses:
    """Answers what would be a 404: pages are redirected (not for good: a merge can be undone),
    the API is told `merged_into`. Who may not see the survivor is told nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or not (found := ADDRESS.match(request.path)):
            return response
        number = int(found["number"])
        if (survivor := _survivor(number, request)) is None:
            return response
        address = f"{found['before']}{survivor}{found['after'] or ''}"
        if request.path.startswith("/api/"):
            return _told(number, survivor, address)
        if request.method not in ("GET", "HEAD"):
            return response
        query = request.META.get("QUERY_STRING", "")
        return HttpResponseRedirect(f"{address}?{query}" if query else address)


def _survivor(number: int, request: HttpRequest) -> int | None:
    survivor = survivors([number]).get(number)
    user = request.user
    if survivor is None or not isinstance(user, User) or not user.is_authenticated:
        return None
    visible = Customer.objects.visible_to(user).filter(pk=survivor)
    return survivor if visible.exists() else None


def _told(number: int, survivor: int, address: str) -> HttpResponse:
    words = _("Customer %(number)d was merged into customer %(survivor)d: %(address)s")
    detail = words % {"number": number, "survivor": survivor, "address": address}
    document = {"type": "about:blank", "title": _("Not found"), "status": 404, "detail": detail}
    answer = JsonResponse(
        document | {"merged_into": survivor}, status=404, content_type="application/problem+json"
    )
    answer["Cache-Control"] = "private, no-cache"
    return answer
