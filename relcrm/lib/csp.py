"""Content security: strict for our pages, wider for the admin, as its theme needs."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

COMMON = "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    f"font-src 'self'; connect-src 'self'; manifest-src 'self'; {COMMON}"
)
# django-unfold is built on Alpine and Tailwind: expressions are evaluated, styles set inline.
ADMIN = (
    "default-src 'none'; script-src 'self' 'unsafe-eval' 'unsafe-inline'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    f"connect-src 'self'; {COMMON}"
)


class ContentSecurityMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = ADMIN if request.path.startswith("/admin/") else STRICT
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=()"
        )
        return response
