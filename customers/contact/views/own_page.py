"""A customer's own page: what they hear from us, how often, what we know, and leaving at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from customers.actions.requests import open_request
from customers.contact.actions import wishes as actions
from customers.contact.forms import WishesForm
from customers.contact.links import token as signed
from customers.contact.queries.own_page import own_page
from customers.contact.views.public import by_link, proof
from customers.models import Customer, SubjectRequest
from relcrm.lib.refusals import Refused

CAME_BY = "own page"
RIGHTS = {
    "copy": SubjectRequest.Kind.ACCESS,
    "correction": SubjectRequest.Kind.CORRECTION,
    "erasure": SubjectRequest.Kind.ERASURE,
}


@require_GET
@by_link
def page(request: HttpRequest, customer: Customer) -> HttpResponse:
    shown = own_page(customer, request.link, timezone.now())
    words = {"page": shown, "token": _token(request), "form": WishesForm(page=shown)}
    return render(request, "preferences/page.html", words)


@require_POST
@by_link
def wishes(request: HttpRequest, customer: Customer) -> HttpResponse:
    now = timezone.now()
    shown = own_page(customer, request.link, now)
    form = WishesForm(request.POST, page=shown)
    if not form.is_valid():
        words = {"page": shown, "token": _token(request), "form": form}
        return render(request, "preferences/page.html", words, status=422)
    actions.save_wishes(customer, form.wishes(), proof=proof(request), now=now)
    messages.success(request, _("Saved. It holds from now on."))
    return redirect("preferences:page", _token(request))


@csrf_exempt  # mail programs post here by themselves (RFC 8058); the link is the proof
@by_link
def unsubscribe(request: HttpRequest, customer: Customer) -> HttpResponse:
    """Looking changes nothing, as scanners of mail look at every link; posting does, at once."""
    if request.method != "POST":
        return render(request, "preferences/unsubscribe.html", {"token": _token(request)})
    actions.unsubscribe_from_all(customer, proof=proof(request), now=timezone.now())
    return render(request, "preferences/unsubscribed.html", {"token": _token(request)})


@by_link
def ask(request: HttpRequest, customer: Customer, what: str) -> HttpResponse:
    """Their rights: a copy, a correction, erasure. Only by a link that was sent lately."""
    if what not in RIGHTS or not request.link.is_fresh(timezone.now()):
        return redirect("preferences:page", _token(request))
    if request.method != "POST":
        words = {"token": _token(request), "what": what}
        return render(request, "preferences/ask.html", words)
    told = request.POST.get("words", "").replace("\x00", "").strip()[:5_000]
    if what == "correction" and not told:
        raise Refused(_("Say what is wrong, and how it is right."))
    asked = open_request(
        RIGHTS[what], customer=customer, words=told, contact=customer.email or customer.phone,
        asked_by=customer.name, came_by=CAME_BY, by=None, now=timezone.now(),
        identity_check=_("Followed a signed link that we sent to their address"),
    )  # fmt: skip
    return render(request, "preferences/asked.html", {"token": _token(request), "asked": asked})


@require_POST
@by_link
def new_link(request: HttpRequest, customer: Customer) -> HttpResponse:
    actions.send_new_link(customer, now=timezone.now())
    messages.success(request, _("A new link is on its way to the address we have."))
    return redirect("preferences:page", _token(request))


def _token(request: HttpRequest) -> str:
    """Of a link to the page: no younger than the link they came by."""
    link = request.link
    return signed(link.key, message=link.message, now=link.issued_at)
