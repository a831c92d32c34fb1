"""Sign-up forms for colleagues: which there are, making one, and who signed up."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.actions.tags import tag_called
from customers.models import SignUpForm
from customers.segments import Reader
from customers.segments.naming import called
from customers.signup.actions import forms as actions
from customers.signup.actions.confirming import is_double
from customers.signup.drafting import DraftForm
from customers.signup.filling import TRAP, FillIn
from customers.signup.queries import forms as queries
from relcrm.base import readings
from relcrm.base.access import allow
from relcrm.base.once import once
from relcrm.lib.refusals import told_by

NAV = {"nav": "customers"}
VERBS = {
    "publish": (actions.publish_form, _("Published. Everybody who has its address may sign up.")),
    "withdraw": (actions.withdraw_form, _("Withdrawn. Nobody can fill it in any more.")),
}
FRAME, EACH, EACH_YES = 360, 76, 60  # pixels of a frame: around, for each field, for each yes


@require_GET
@allow("edit_signup_forms")
def forms(request: HttpRequest) -> HttpResponse:
    found = list(queries.forms(timezone.now()))
    return render(request, "signup/forms.html", NAV | {"forms": found})


@require_GET
@allow("edit_signup_forms")
def form(request: HttpRequest, pk: int) -> HttpResponse:
    """Its link and its code, its sign-ups over time, and who they were."""
    found = get_object_or_404(queries.forms(timezone.now()), pk=pk)
    now = timezone.localtime(timezone.now(), request.company.tzinfo)
    page = queries.page(found, now=now, after=request.GET.get("after", ""))
    about = [row.customer_id for row in page.people.rows if row.customer_id]
    readings.note(request.user, "page", "sign-ups", ["name"], about)
    joins = called(found.joins, Reader.of(request.user)) if found.joins else ""
    words = {"page": page, "form": found, "is_double": is_double(found), "joins": joins}
    words |= _code(request, found)
    return render(request, "signup/page.html", NAV | words)


@require_http_methods(["GET", "POST"])
@allow("edit_signup_forms")
@once
def new_form(request: HttpRequest) -> HttpResponse:
    draft = _draft(request, None)
    if draft.is_bound and draft.is_valid():
        with told_by(draft):
            made = actions.make_form(**_told(draft), by=request.user, now=timezone.now())
            messages.success(request, _("Kept as a draft. Look at it, then publish it."))
            return redirect("customers:signup_form", made.pk)
    return _editor(request, draft, None)


@require_http_methods(["GET", "POST"])
@allow("edit_signup_forms")
def edit_form(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(SignUpForm.objects.select_related("brand", "tag"), pk=pk)
    draft = _draft(request, found)
    if draft.is_bound and draft.is_valid():
        with told_by(draft):
            actions.change_form(found, **_told(draft), by=request.user, now=timezone.now())
            messages.success(request, _("Saved. It holds from now on."))
            return redirect("customers:signup_form", pk)
    return _editor(request, draft, found)


@require_POST
@allow("edit_signup_forms")
def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise Http404
    act, said = VERBS[verb]
    act(get_object_or_404(SignUpForm, pk=pk), by=request.user, now=timezone.now())
    messages.success(request, said)
    return redirect("customers:signup_form", pk)


def _draft(request: HttpRequest, found: SignUpForm | None) -> DraftForm:
    sent = request.POST if request.method == "POST" else None
    return DraftForm(sent, form=found, reader=Reader.of(request.user))


def _editor(request: HttpRequest, draft: DraftForm, found: SignUpForm | None) -> HttpResponse:
    words = {"draft": draft, "form": found}
    status = 422 if draft.errors else 200
    return render(request, "signup/edit.html", NAV | words, status=status)


def _told(draft: DraftForm) -> dict[str, Any]:
    told = draft.told()
    return told | {"tag": tag_called(told["tag"]) if told["tag"].strip() else None}


def _code(request: HttpRequest, found: SignUpForm) -> dict[str, str]:
    """The address, and what to copy into another site."""
    base = settings.PUBLIC_URL
    fields = FillIn(form=found)
    yes = sum(name in fields.asks for name in fields.fields)
    height = FRAME + EACH * (len(fields.fields) - yes) + EACH_YES * yes
    words = {
        "form": found, "fields": fields, "trap": TRAP, "height": height,
        "address": base + reverse("signup:hosted", args=[found.slug]),
        "frame": base + reverse("signup:embedded", args=[found.slug]),
    }  # fmt: skip
    with translation.override(found.language):
        return {
            "address": words["address"],
            "frame_code": render_to_string("signup/_frame.html", words).strip(),
            "form_code": render_to_string("signup/_plain.html", words).strip(),
        }
