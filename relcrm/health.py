"""Health for load balancers and orchestrators: alive, and ready to serve."""

from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from relcrm.celery import app
from relcrm.pages.preparation import pending_migrations

_is_migrated = False


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers. Nothing else is asked: restarting would not mend a database."""
    return HttpResponse("alive", content_type="text/plain")


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when requests and jobs can be served, 503 with what is missing."""
    found = {name: check() for name, check in CHECKS.items()}
    return JsonResponse(found, status=200 if set(found.values()) == {"ok"} else 503)


def _database() -> str:
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "does not answer"
    return "ok"


def _migrations() -> str:
    try:
        pending = _pending()
    except DatabaseError:
        return "unknown"
    return f"{pending} waiting; run manage.py prepare" if pending else "ok"


def _pending() -> int:
    """Once nothing is pending, nothing will be until the next version starts: ask no more."""
    global _is_migrated
    if _is_migrated:
        return 0
    pending = pending_migrations()
    _is_migrated = pending == 0
    return pending


def _broker() -> str:
    if not settings.REDIS_URL:
        return "ok" if (settings.DATA / "queue").is_dir() else "its folder is missing"
    try:
        with app.connection_for_write(connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except (OperationalError, OSError):
        return "does not answer"
    return "ok"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "broker": _broker,
}

urlpatterns = [
    path("live", live, name="health_live"),
    path("ready", ready, name="health_ready"),
]
