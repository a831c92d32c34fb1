"""Content security: strict for our pages, wider for the admin, as its theme needs."""

from collections.abc import Callable, Iterable

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


def for_forms(*, framed_by: Iterable[str] = (), leads_to: str = "") -> str:
    """As strict, for a page that these origins may show within theirs, and whose form may lead on
    to one other origin afterwards (browsers hold redirects after a form against form-action)."""
    policy = STRICT
    if origins := " ".join(framed_by):
        policy = policy.replace("frame-ancestors 'none'", f"frame-ancestors {origins}")
    if leads_to:
        policy = policy.replace("form-action 'self'", f"form-action 'self' {leads_to}")
    return policy


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
