"""Data packages: asked for by the desk, taken by the desk, or fetched by the person themselves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from customers.models import Customer, DataPackage
from relcrm.base.access import allow
from relcrm.pages.privacy import packages


@require_POST
@allow("guard_privacy")
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Before erasing, say: their data first."""
    customer = get_object_or_404(Customer.objects.present(), pk=pk)
    open_one = customer.subject_requests.open().filter(kind="erasure").first()
    packages.ask_for_package(customer, request=open_one, by=request.user, now=timezone.now())
    messages.success(request, _("The package is being made; it can be fetched before you erase."))
    return redirect("customers:erase", pk)


@require_POST
@allow("guard_privacy")
def download(request: HttpRequest, pk: int) -> HttpResponse:
    package = get_object_or_404(DataPackage.objects.defer("content"), pk=pk)
    return _file(package, packages.fetch(package, by=request.user, now=timezone.now()))


@never_cache
@require_http_methods(["GET", "POST"])
def yours(request: HttpRequest, token: str) -> HttpResponse:
    """Public, by a signed link: looking changes nothing (scanners look), the button fetches."""
    package = packages.by_token(token, timezone.now())
    if package is None:
        return render(request, "privacy/gone.html", status=404)
    if request.method == "POST":
        return _file(package, packages.fetch(package, by=None, now=timezone.now()))
    return render(request, "privacy/yours.html", {"package": package})


def _file(package: DataPackage, content: bytes) -> HttpResponse:
    reply = HttpResponse(content, content_type="application/zip")
    reply["Content-Disposition"] = f'attachment; filename="your-data-{package.pk}.zip"'
    reply["Cache-Control"] = "no-store"
    return reply
