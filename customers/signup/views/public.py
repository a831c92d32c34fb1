"""A sign-up form for everybody: hosted, within somebody else's page, and the link that confirms.

The pages need no cookie: what a submission does is the same whoever's browser sends it, so there
is nothing that a forged one could borrow. docs/decisions/sign-ups.md.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from customers.contact.views.public import private, unknown
from customers.models import SignUp, SignUpForm
from customers.signup import sending
from customers.signup.actions.confirming import confirm as confirm_sign_up
from customers.signup.actions.confirming import is_double
from customers.signup.filling import FillIn
from customers.signup.tokens import read_link, seen_token
from relcrm.base import roles, signs
from relcrm.lib.csp import for_forms

View = Callable[..., HttpResponse]
NO_STORE = {"Cache-Control": "no-store", "Referrer-Policy": "strict-origin-when-cross-origin"}


def of_form(view: View) -> View:
    """The view is given the form, in whose language it answers; a draft is for colleagues."""

    @wraps(view)
    def opened(request: HttpRequest, slug: str) -> HttpResponse:
        form = get_object_or_404(SignUpForm.objects.select_related("brand"), slug=slug)
        is_draft = form.state == SignUpForm.State.DRAFT
        if is_draft and not roles.may(request.user, "edit_signup_forms"):
            raise Http404
        with translation.override(form.language):
            answer = view(request, form) if form.is_open or is_draft else _closed(request, form)
        for name, value in NO_STORE.items():
            answer[name] = value
        return answer

    return opened


@csrf_exempt
@require_http_methods(["GET", "POST"])
@of_form
def hosted(request: HttpRequest, form: SignUpForm) -> HttpResponse:
    """At its own address; also where a plain form on another site leads."""
    answer = _form(request, form, is_embedded=False)
    answer["Content-Security-Policy"] = for_forms(leads_to=_origin(form.redirect_to))
    return answer


@csrf_exempt
@xframe_options_exempt
@require_http_methods(["GET", "POST"])
@of_form
def embedded(request: HttpRequest, form: SignUpForm) -> HttpResponse:
    """Within the pages of the sites that the form names, and nobody else's."""
    answer = _form(request, form, is_embedded=True)
    answer["Content-Security-Policy"] = for_forms(framed_by=form.sites)
    return answer


def _form(request: HttpRequest, form: SignUpForm, *, is_embedded: bool) -> HttpResponse:
    if request.method != "POST" or not form.is_open:
        return _page(request, form, FillIn(form=form), is_embedded=is_embedded)
    if refused := sending.refused(request, form):
        return render(request, "signup/slow.html", {"form": form}, status=refused)
    fields = FillIn(request.POST, form=form)
    way, again = sending.way(request, form, is_embedded=is_embedded)
    if again == sending.HASTY and not fields.is_valid():
        again = ""  # it has to be sent again anyhow
    if not way or not fields.is_valid():
        return _page(
            request, form, fields, is_embedded=is_embedded, again=again, status=422,
            token=request.POST.get("seen", "") if again == sending.HASTY else "",
        )  # fmt: skip
    sending.take_in(request, form, fields, way)
    if form.redirect_to and not is_embedded:
        return redirect(form.redirect_to)
    words = {"form": form, "is_embedded": is_embedded, "is_double": is_double(form)}
    return render(request, "signup/done.html", words)


def _page(
    request: HttpRequest, form: SignUpForm, fields: FillIn, *, is_embedded: bool,
    again: Any = "", token: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    words = {
        "form": form, "fields": fields, "is_embedded": is_embedded, "again": again,
        "token": token or seen_token(form, timezone.now()),
    }  # fmt: skip
    return render(request, "signup/form.html", words, status=status)


def _closed(request: HttpRequest, form: SignUpForm) -> HttpResponse:
    return render(request, "signup/closed.html", {"form": form}, status=410)


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing, as mail programs look too; the button confirms."""
    found = read_link(token, timezone.now())
    if found is None:
        return private(unknown(request, "signup/unknown.html"))
    with translation.override(found.form.language):
        if request.method == "POST":
            proof = {"confirmed_from": signs.network(request)}
            confirm_sign_up(found, proof=proof, now=timezone.now())
        return private(_confirming(request, found))


def _confirming(request: HttpRequest, found: SignUp) -> HttpResponse:
    words: dict[str, Any] = {"form": found.form, "is_confirmed": found.customer_id is not None}
    if not words["is_confirmed"]:
        words |= {"sign_up": found, "told": sending.told(found), "said": sending.said(found)}
    return render(request, "signup/confirm.html", words)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if address else ""
