"""A form that is sent twice is worked off once: the second time leads to where the first did.

A double click, an impatient reload or a proxy that repeats would otherwise make two of everything
that has no name of its own. The form carries `{% once %}`, its view `@once` below `@allow`.
"""

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from relcrm.base.actions import first_answers
from relcrm.base.audit import actor_name
from relcrm.base.models import User

View = Callable[..., HttpResponse]
FIELD = "once"
TOKEN = re.compile(r"[\w-]{22}", re.ASCII)
NOT_THE_FORM = (FIELD, "csrfmiddlewaretoken")
GLIMPSED = 4 * 1024 * 1024  # bytes
GONE = 204  # nothing to swap: the first answer did


def once(view: View) -> View:
    """Work and answer are stored in one transaction. Another content under the same token (the
    Back button, then another name) is another form."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        token = request.POST.get(FIELD, "") if request.method == "POST" else ""
        if not TOKEN.fullmatch(token):
            return view(request, *args, **kwargs)
        digest = _digest(request)
        with transaction.atomic():
            first = first_answers.claim(_caller(request), f"form:{token}:{digest[:16]}", digest)
            if first.status is not None:
                return _again(first.status, first.headers)
            response = view(request, *args, **kwargs)
            if response.status_code >= 400:  # not right yet: nothing was done
                first.delete()
            else:
                headers = {"Location": response["Location"]} if "Location" in response else {}
                first_answers.keep(first, status=response.status_code, headers=headers, body=None)
        return response

    return guarded


def _again(status: int, headers: dict[str, str]) -> HttpResponse:
    if "Location" in headers:
        return HttpResponseRedirect(headers["Location"])
    return HttpResponse(status=GONE)


def _caller(request: HttpRequest) -> str:
    return actor_name(request.user) if isinstance(request.user, User) else "anybody"


def _digest(request: HttpRequest) -> str:
    told = sorted(
        (name, values) for name, values in request.POST.lists() if name not in NOT_THE_FORM
    )
    files = [(name, one.name, one.size, _glimpse(one)) for name, one in request.FILES.items()]
    return hashlib.sha256(f"{request.path}\n{told}\n{files}".encode()).hexdigest()


def _glimpse(file: UploadedFile) -> str:
    """Of its beginning, which is all of a small file: another file is another form."""
    file.seek(0)
    found = hashlib.sha256(file.read(GLIMPSED)).hexdigest()
    file.seek(0)
    return found
