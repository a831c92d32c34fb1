"""How often something may happen within a while, counted in the cache."""

import hashlib

from django.core.cache import cache


def is_too_often(what: str, who: str, *, times: int, seconds: int) -> bool:
    """Count one more; True from the call after `times` on, until `seconds` after the first."""
    digest = hashlib.sha256(f"{what}\x1f{who}".encode()).hexdigest()
    key = f"limit:{digest}"
    cache.add(key, 0, seconds)
    try:
        return bool(cache.incr(key) > times)
    except ValueError:  # it ran out just now
        return False
