"""How often one caller may call: counted per key, or per person in a browser."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from relcrm.base.audit import actor_name
from relcrm.base.models import ApiKey


class CallerThrottle(SimpleRateThrottle):
    """RELCRM_API_RATE for each caller; kept in Redis in production, in the process embedded."""

    scope = "user"

    def get_cache_key(self, request: Request, view: Any) -> str:
        by = request.auth if isinstance(request.auth, ApiKey) else request.user
        return f"api-calls:{actor_name(by)}"
