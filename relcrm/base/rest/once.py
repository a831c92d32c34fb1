"""Idempotency-Key: an unsafe call that is repeated gets the first answer, and is done once."""

import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from relcrm.base.actions import first_answers
from relcrm.base.audit import actor_name
from relcrm.base.models import FirstAnswer
from relcrm.lib.problems import CONTENT_TYPE
from relcrm.lib.refusals import Refused
from relcrm.lib.rest.errors import OtherRequest

Handler = Callable[..., Response]
PRINTABLE = re.compile(r"[\x21-\x7e]{1,255}")
KEPT_HEADERS = ("ETag", "Location")


def once_per_key(handler: Handler) -> Handler:
    """Work and answer are stored in one transaction, so a crash leaves neither or both."""

    @wraps(handler)
    def answer(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return handler(view, request, *args, **kwargs)
        if not PRINTABLE.fullmatch(key):
            remedy = "Send 1 to 255 printable ASCII characters, such as a UUID."
            raise ValidationError({"Idempotency-Key": [remedy]})
        digest = _digest(request)
        with transaction.atomic():
            first = first_answers.claim(actor_name(view.by), key, digest)
            if first.status is not None:
                return _again(first, digest)
            response = _attempt(view, handler, request, *args, **kwargs)
            _keep(first, response)
        return response

    answer.answers_once = True
    return answer


def _digest(request: Request) -> str:
    start = f"{request.method} {request.get_full_path()}\n".encode()
    return hashlib.sha256(start + request.body).hexdigest()


def _again(first: FirstAnswer, digest: str) -> Response:
    if first.request_digest != digest:
        raise OtherRequest
    kind = CONTENT_TYPE if first.status >= 400 else None
    headers = first.headers | {"Idempotency-Replayed": "true"}
    return Response(first.body, status=first.status, headers=headers, content_type=kind)


def _attempt(view: Any, handler: Handler, request: Request, *args: Any, **kwargs: Any) -> Response:
    """The handler's answer; a no is an answer too, and leaves nothing half-done behind."""
    try:
        with transaction.atomic():
            return handler(view, request, *args, **kwargs)
    except (APIException, Refused, Http404, PermissionDenied) as refusal:
        return view.handle_exception(refusal)


def _keep(first: FirstAnswer, response: Response) -> None:
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    body = json.loads(JSONRenderer().render(response.data) or "null")
    first_answers.keep(first, status=response.status_code, headers=headers, body=body)
