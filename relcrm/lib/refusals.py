"""Saying no. Actions raise `Refused`; one middleware shows it, as a page or as a fragment."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render


class Refused(Exception):
    """A rule of the business says no. The message is written for the person who asked; `more`
    are members of the API's problem document, for programs that want to act on it."""

    def __init__(self, message: str, **more: Any) -> None:
        super().__init__(message)
        self.more = more


class Vanished(Exception):
    """What the request is about was there when it began and is not any more: erased, or merged
    into another meanwhile. Not found, to whoever asked."""


@contextmanager
def told_by(form: BaseForm) -> Iterator[None]:
    """A refusal within stands above the form, which keeps what was typed."""
    try:
        yield
    except Refused as refusal:
        form.add_error(None, str(refusal))


class RefusalMiddleware:
    """Shows a refusal with status 409: a fragment to htmx, a page to everyone else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Vanished):
            raise Http404 from exception
        if not isinstance(exception, Refused):
            return None
        template = "_refused.html" if getattr(request, "htmx", False) else "refused.html"
        return render(request, template, {"refusal": exception}, status=409)
