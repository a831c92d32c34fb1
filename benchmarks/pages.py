"""How much longer a page takes over a million customers than the same page with nothing in it.

    RELCRM_DATABASE_URL=postgres://… python -m benchmarks.pages [ROUNDS]

Overview, list, profile, map, types, value and a search against a signed-in page of the same
layout that asks the database nothing of its own. Each is fetched ROUNDS times (default 15) in
turn, so that a busy machine is as unkind to all; the medians and their ratios are printed.
"""

import os
import statistics
import sys
import time
from collections.abc import Iterable
from typing import Any

import django

AT_MOST = 6.0  # overview, list and profile: times the empty page


def empty(request: Any) -> Any:
    """The frame and nothing in it."""
    from django.shortcuts import render

    return render(request, "base.html", {"nav": "customers"})


def addresses() -> dict[str, str]:
    """The pages that are measured; the profile is that of the most valuable customer."""
    from customers.models import Customer
    from relationships.models import Profile

    profile = Profile.objects.exclude(value=None).order_by("-value", "-customer").first()
    customer = profile.customer if profile else Customer.objects.order_by("-pk").first()
    if customer is None:
        raise SystemExit("There are no customers; fill the database with benchmarks.big_company.")
    return {
        "empty": "/benchmark-empty/",
        "overview": "/",
        "list": "/customers/",
        "profile": f"/customers/{customer.pk}/",
        "list, a family": "/customers/?family=friend",
        "list, by name": "/customers/?sort=name",
        "list, by next step": "/customers/?sort=step",
        "search": f"/customers/?q={customer.name.replace(' ', '+')}",
        "map": "/relationships/map/",
        "types": "/relationships/types/",
        "value": "/relationships/value/",
    }


def browser() -> Any:
    """Somebody signed in who may see everything; made for the run when nobody is there."""
    from django.test import Client

    from relcrm.base.models import User

    address = "benchmark@localhost"
    user = User.objects.filter(email=address).first() or User.objects.create_superuser(address)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def measured(client: Any, pages: dict[str, str], rounds: int) -> dict[str, float]:
    """Median seconds of each page, fetched in turn after one fetch that warms it up."""
    taken: dict[str, list[float]] = {name: [] for name in pages}
    for number in range(rounds + 1):
        for name, address in pages.items():
            started = time.perf_counter()
            answer = client.get(address)
            seconds = time.perf_counter() - started
            if answer.status_code != 200:
                raise SystemExit(f"{address} answered {answer.status_code}")
            if number:
                taken[name].append(seconds)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def report(medians: dict[str, float]) -> Iterable[str]:
    base = medians["empty"]
    for name, seconds in medians.items():
        wanted = f"  (at most {AT_MOST:g})" if name in ("overview", "list", "profile") else ""
        yield f"{name:<20}{1000 * seconds:8.1f} ms {seconds / base:6.2f} × empty{wanted}"


def main(rounds: int) -> None:
    from django.conf import settings
    from django.test.utils import override_settings
    from django.urls import path

    import relcrm.urls
    from customers.models import Customer
    from relcrm.base.access import allow

    relcrm.urls.urlpatterns.insert(0, path("benchmark-empty/", allow("see_customers")(empty)))
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    with override_settings(STORAGES=storages):
        print(f"{Customer.objects.count():,} customers, {rounds} rounds")
        for line in report(measured(browser(), addresses(), rounds)):
            print(line)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relcrm.settings")
    os.environ.setdefault("RELCRM_SECRET_KEY", "benchmark")
    django.setup()
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
