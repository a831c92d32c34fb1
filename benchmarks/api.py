"""How quick the lists of the API are, as ratios to a throttled, authenticated empty list.

    RELCRM_DATABASE_URL=postgres://… python -m benchmarks.api [CALLS]

Reads the database it is given (fill it with benchmarks.big_company) and changes nothing but one
API key, which it makes and revokes. Both sides of a ratio are measured in this run, in turns,
through the whole application; the median of all calls counts.
"""

import os
import secrets
import statistics
import sys
import tempfile
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relcrm.settings")
os.environ.setdefault("RELCRM_SECRET_KEY", "benchmark")
os.environ.setdefault("RELCRM_DATA", tempfile.mkdtemp(prefix="relcrm-benchmark-"))
os.environ.setdefault("RELCRM_API_RATE", "100000000/minute")
os.environ.setdefault("RELCRM_LOG_LEVEL", "ERROR")

LISTS = {
    "customers": "/api/v1/customers?limit=50",
    "customers, page behind a cursor": "/api/v1/customers?limit=50&cursor={cursor}",
    "customers, last seen first": "/api/v1/customers?limit=50&order=-last_seen_on",
    "interactions": "/api/v1/interactions?limit=50",
    "interactions of one kind": "/api/v1/interactions?limit=50&kind=purchase",
    "profiles, most valuable first": "/api/v1/profiles?limit=50&order=-value",
}
MOST = 4.0
EMPTY = "/empty"


def main(calls: int) -> int:
    django.setup()
    from django.test.utils import override_settings

    client, key = visitor()
    cursor = client.get("/api/v1/customers?limit=50&fields=id").json()["next_cursor"] or ""
    addresses = {name: address.format(cursor=cursor) for name, address in LISTS.items()}
    with override_settings(ROOT_URLCONF=urls()):
        times = measure(client, {"empty": EMPTY, **addresses}, calls)
    key.delete()
    base = times.pop("empty")
    print(f"empty list: {1000 * base:.2f} ms a call")
    for name, seconds in times.items():
        print(f"{name}: {1000 * seconds:.2f} ms, {seconds / base:.2f} × (at most {MOST:g})")
    return int(times["customers"] / base > MOST)


def visitor() -> tuple[Any, Any]:
    from django.test import Client

    from relcrm.base.models import ApiKey, User

    admin = User.objects.filter(role="admin").first() or User.objects.create_superuser(
        "benchmark@example.com"
    )
    secret = f"relcrm_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        name="benchmark", prefix=secret[7:19], digest=ApiKey.digest_of(secret),
        scopes=[*ApiKey.SCOPES], created_by=admin,
    )  # fmt: skip
    return Client(headers={"Authorization": f"Bearer {secret}"}, SERVER_NAME="localhost"), key


def urls() -> Any:
    """The product's addresses and, beside them, the view that all are compared with."""
    from django.urls import path
    from rest_framework.response import Response
    from rest_framework.views import APIView

    from relcrm import urls as product

    class Empty(APIView):
        scopes = {"GET": "customers:read"}

        def get(self, request: Any) -> Response:
            return Response([])

    class Addresses:
        urlpatterns = [path("empty", Empty.as_view()), *product.urlpatterns]

    return Addresses


def measure(client: Any, addresses: dict[str, str], calls: int) -> dict[str, float]:
    """Median seconds a call; the addresses take turns, so that a busy moment hits all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in addresses}
    for turn in range(calls + 5):
        for name, address in addresses.items():
            start = time.perf_counter()
            answer = client.get(address)
            taken = time.perf_counter() - start
            assert answer.status_code == 200, (address, answer.content[:300])
            if turn >= 5:  # the first turns warm up
                seconds[name].append(taken)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
