"""By what are relationships told apart, and how does a company adapt it?"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from relationships.actions import specifying
from relationships.forms import EditionForm
from relationships.models import Edition
from relationships.queries import editions as queries
from relcrm.base.access import allow
from relcrm.base.models import Job
from relcrm.base.once import once
from relcrm.lib.downloads import json_file

NAV = {"nav": "relationships", "nav_part": "types"}


@require_http_methods(["GET", "HEAD", "POST"])
@allow("administer")
@once
def specification(request: HttpRequest) -> HttpResponse:
    form = EditionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        made = specifying.bring_edition(
            form.cleaned_data["document"], note=form.cleaned_data["note"], by=request.user,
            now=timezone.now(),
        )  # fmt: skip
        specifying.ask_for_trial(made, by=request.user, as_of=request.viewpoint.as_of)
        return redirect("relationships:edition", made.version)
    words = {"form": form, "editions": queries.editions(), "broken": queries.broken()}
    status = 422 if form.errors else 200
    return render(request, "relationships/specification.html", NAV | words, status=status)


@require_GET
@allow("administer")
def edition(request: HttpRequest, version: int) -> HttpResponse:
    row = _edition(version)
    job = Job.objects.active().filter(kind="trial", payload__edition=row.pk).first()
    words = {"edition": row, "trial": queries.trial(row), "job": job,
             "outdated": queries.outdated(row, timezone.now())}  # fmt: skip
    return render(request, "relationships/edition.html", NAV | words)


@require_GET
@allow("administer")
def download(request: HttpRequest, version: int) -> HttpResponse:
    return json_file(queries.document_of(_edition(version)), f"specification-{version}.json")


@require_POST
@allow("administer")
def attempt(request: HttpRequest, version: int) -> HttpResponse:
    row = _edition(version)
    specifying.ask_for_trial(row, by=request.user, as_of=request.viewpoint.as_of)
    return redirect("relationships:edition", version)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("administer")
def take_live(request: HttpRequest, version: int) -> HttpResponse:
    """The second look: how many labels change, and that everyone is judged anew."""
    row, now = _edition(version), timezone.now()
    if request.method == "POST":
        specifying.make_live(row, by=request.user, as_of=request.viewpoint.as_of, now=now)
        messages.success(request, _("Live. Everyone is being judged anew by it."))
        return redirect("relationships:specification")
    words = {"edition": row, "trial": queries.trial(row), "outdated": queries.outdated(row, now)}
    return render(request, "relationships/take_live.html", NAV | words)


def _edition(version: int) -> Edition:
    row = queries.edition(version)
    if row is None:
        raise Http404
    return row
