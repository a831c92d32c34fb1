"""API errors as `application/problem+json` (RFC 9457), field errors included."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from relcrm.lib.refusals import Refused, Vanished

CONTENT_TYPE = "application/problem+json"
TITLES = {
    400: "The request is not valid",
    401: "Sign in or send an API key",
    403: "Not allowed",
    404: "Not found",
    405: "This method is not offered here",
    406: "This format is not offered here",
    409: "Refused",
    411: "The length of the body is missing",
    412: "Changed by someone else meanwhile",
    413: "This is too large",
    415: "This content type is not understood",
    422: "The request contradicts an earlier one",
    429: "Too many requests",
}


def problem(code: int, detail: str, **extra: Any) -> Response:
    """One problem document; `extra` members are added as they are (RFC 9457 §3.2)."""
    title = TITLES.get(code, "Something is wrong")
    body = {"type": "about:blank", "title": title, "status": code, "detail": detail, **extra}
    return Response(body, status=code, content_type=CONTENT_TYPE)


def handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    """The one place where an API exception becomes an answer; bugs return None and crash."""
    if isinstance(exception, Refused):
        set_rollback()
        return problem(status.HTTP_409_CONFLICT, str(exception), **exception.more)
    if isinstance(exception, Http404 | Vanished):
        exception = exceptions.NotFound()
    elif isinstance(exception, PermissionDenied):
        exception = exceptions.PermissionDenied(*exception.args)
    if not isinstance(exception, exceptions.APIException):
        return None
    set_rollback()
    response = _api_problem(exception)
    for header, value in _headers(exception).items():
        response[header] = value
    return response


def _api_problem(exception: exceptions.APIException) -> Response:
    if isinstance(exception.detail, dict | list):
        errors = _flatten(exception.detail)
        return problem(exception.status_code, _first(errors), errors=errors)
    return problem(exception.status_code, str(exception.detail))


def _flatten(detail: Any, path: str = "") -> list[dict[str, str]]:
    """Nested serializer errors as a flat list of {field, message}; the path uses dots."""
    if isinstance(detail, dict):
        return [e for key, value in detail.items() for e in _flatten(value, _join(path, key))]
    if isinstance(detail, list):
        nested = any(isinstance(item, dict | list) for item in detail)
        return [
            e
            for i, item in enumerate(detail)
            for e in _flatten(item, _join(path, i) if nested else path)
        ]
    return [{"field": path.removesuffix(".non_field_errors"), "message": str(detail)}]


def _join(path: str, key: Any) -> str:
    return f"{path}.{key}" if path else str(key)


def _first(errors: list[dict[str, str]]) -> str:
    if not errors:
        return "The request is not valid."
    first = errors[0]
    where = f"{first['field']}: " if first["field"] else ""
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return f"{where}{first['message']}{more}"


def _headers(exception: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if auth_header := getattr(exception, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    if wait := getattr(exception, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    return headers
