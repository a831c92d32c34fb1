"""The doorkeeper of the pages: signed in, and with a role that may."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from relcrm.base import roles

View = Callable[..., HttpResponse]


def allow(capability: str) -> Callable[[View], View]:
    """Strangers are sent to sign in; a role without the capability gets a 403 page that says so."""
    if capability not in roles.TABLE:
        raise LookupError(f"no capability called {capability}")

    def guard(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not roles.may(request.user, capability):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.capability = capability
        return guarded

    return guard
