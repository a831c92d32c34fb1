"""What asking the database adds to a page over a million customers.

    RELCRM_DATABASE_URL=postgres://… python -m benchmarks.pages [ROUNDS]

Overview, list, profile, map, types, value and a search, each against two signed-in pages that
ask nothing of their own: the empty frame all of them stand in, which is what the target is of,
and the same template with the same words kept from a first visit, which tells what of it are
queries. All are fetched ROUNDS times (default 15) in turn, so that a busy machine is as unkind to
each; the medians and their ratios are printed.
"""

import os
import statistics
import sys
import time
from collections.abc import Iterable
from typing import Any

import django

AT_MOST = 6.0  # overview, list and profile: times the empty frame
SAME = ", the same without queries"


def addresses() -> dict[str, str]:
    """The pages that are measured; the profile is that of the most valuable customer."""
    from customers.models import Customer
    from relationships.models import Profile

    profile = Profile.objects.exclude(value=None).order_by("-value", "-customer").first()
    customer = profile.customer if profile else Customer.objects.order_by("-pk").first()
    if customer is None:
        raise SystemExit("There are no customers; fill the database with benchmarks.big_company.")
    return {
        "overview": "/",
        "list": "/customers/",
        "profile": f"/customers/{customer.pk}/",
        "profile, whole": f"/customers/{customer.pk}/?whole=yes",
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


def replayed(client: Any, page: str) -> tuple[str, dict[str, Any]]:
    """The template of a page and what its view gave to it, with every query answered."""
    from django.test.signals import template_rendered

    seen: list[tuple[str, dict[str, Any]]] = []

    def keep(template: Any, context: Any, **signal: Any) -> None:
        seen.append((template.name, context.dicts[-1]))

    template_rendered.connect(keep)
    try:
        answer = client.get(page)
    finally:
        template_rendered.disconnect(keep)
    if answer.status_code != 200:
        raise SystemExit(f"{page} answered {answer.status_code}")
    return seen[0]


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
    frame = medians.pop("frame")
    yield f"{'empty frame':<20}{1000 * frame:8.1f} ms"
    for name, seconds in medians.items():
        if name.endswith(SAME):
            continue
        wanted = f"  (at most {AT_MOST:g})" if name in ("overview", "list", "profile") else ""
        same = medians[name + SAME]
        yield (
            f"{name:<20}{1000 * seconds:8.1f} ms {seconds / frame:6.2f} × empty frame{wanted:14}"
            f"{seconds / same:6.2f} × the same without queries"
        )


def main(rounds: int) -> None:
    from django.conf import settings
    from django.shortcuts import render
    from django.test.utils import override_settings, setup_test_environment
    from django.urls import path

    import relcrm.urls
    from customers.models import Customer
    from relcrm.base.access import allow

    kept: dict[str, tuple[str, dict[str, Any]]] = {"frame": ("base.html", {"nav": "customers"})}

    def again(request: Any, name: str) -> Any:
        return render(request, *kept[name])

    relcrm.urls.urlpatterns.insert(0, path("again/<str:name>/", allow("see_customers")(again)))
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    setup_test_environment(debug=False)  # templates tell what they are rendered with
    with override_settings(STORAGES=storages):
        print(f"{Customer.objects.count():,} customers, {rounds} rounds")
        client, pages = browser(), addresses()
        kept |= {name: replayed(client, address) for name, address in pages.items()}
        both = {"frame": "/again/frame/"}
        for name, address in pages.items():
            both |= {name: address, name + SAME: f"/again/{name}/"}
        for line in report(measured(client, both, rounds)):
            print(line)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relcrm.settings")
    os.environ.setdefault("RELCRM_SECRET_KEY", "benchmark")
    django.setup()
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
