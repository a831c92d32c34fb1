"""Puts the company and its time zone within reach of each page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from relcrm.base import company


class CompanyTimeMiddleware:
    """`request.company`, and times shown in the company's zone to those who are signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.company = SimpleLazyObject(company.current)
        request.viewpoint = SimpleLazyObject(
            lambda: company.viewpoint(request.company, timezone.now())
        )
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: object) -> None:
        # Static files, health and the API never ask for the company's row.
        if request.user.is_authenticated and not request.path.startswith("/api/"):
            timezone.activate(request.company.tzinfo)
        else:
            timezone.deactivate()
