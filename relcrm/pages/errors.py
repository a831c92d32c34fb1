"""Errors that no view could answer: a page for people, problem+json for programs."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults

from relcrm.lib.problems import CONTENT_TYPE, TITLES

WORDS = {
    400: "The request could not be read.",
    404: "There is nothing at this address.",
    500: "An error of ours; it is in the log. Try again, and tell your admin if it stays.",
}


def _problem(status: int) -> JsonResponse:
    title = TITLES.get(status, HTTPStatus(status).phrase)
    body = {"type": "about:blank", "title": title, "status": status, "detail": WORDS[status]}
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE)


def _for_a_program(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _problem(400) if _for_a_program(request) else defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _problem(404) if _for_a_program(request) else defaults.page_not_found(request, exception)


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    return _problem(500) if _for_a_program(request) else defaults.server_error(request)
