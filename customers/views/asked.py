"""The public page: customers ask somebody who knows, without signing in."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.actions import asked as actions
from customers.contact.views.public import by_link, private, unknown
from customers.models import Customer
from relcrm.base.once import once
from relcrm.lib.limits import is_too_often

HOUR = 3600
FROM_ONE_PLACE, TO_ONE_ADDRESS = 10, 3  # questions an hour


class AskForm(forms.Form):
    """`website` is for machines: people do not see it."""

    text = forms.CharField(
        label=_("Your question"), max_length=4000, widget=forms.Textarea({"rows": 5})
    )
    topic = forms.CharField(label=_("What is it about?"), max_length=60, required=False)
    name = forms.CharField(label=_("Your name"), max_length=200, required=False)
    email = forms.EmailField(
        label=_("Your e-mail address"), max_length=254,
        help_text=_("The answer goes there. First we ask you to confirm that it is yours."),
    )  # fmt: skip
    website = forms.CharField(required=False, max_length=200)


@once
def ask(request: HttpRequest) -> HttpResponse:
    form = AskForm(request.POST if request.method == "POST" else None)
    if not (form.is_bound and form.is_valid()):
        status = 422 if form.is_bound else 200
        return private(render(request, "ask/form.html", {"form": form}, status=status))
    told = form.cleaned_data
    if _is_too_often(request, told["email"]):
        return private(render(request, "preferences/slow.html", status=429))
    if not told.pop("website"):
        actions.ask_unconfirmed(**told, now=timezone.now())
    return private(render(request, "ask/sent.html", {"email": told["email"]}))


def _is_too_often(request: HttpRequest, email: str) -> bool:
    place = request.META.get("REMOTE_ADDR", "")
    return is_too_often("ask", place, times=FROM_ONE_PLACE, seconds=HOUR) or is_too_often(
        "ask", email.casefold(), times=TO_ONE_ADDRESS, seconds=HOUR
    )


def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing, as mail programs look too; the button confirms."""
    question = actions.unconfirmed(token)
    if question is None:
        return private(unknown(request, "ask/unknown.html"))
    if request.method == "POST":
        actions.confirm_question(question, now=timezone.now())
        return private(render(request, "ask/waiting.html"))
    return private(render(request, "ask/confirm.html", {"question": question, "token": token}))


@by_link
@once
def ask_by_link(request: HttpRequest, customer: Customer) -> HttpResponse:
    form = AskForm(request.POST if request.method == "POST" else None)
    for name in ("name", "email"):
        del form.fields[name]
    if not (form.is_bound and form.is_valid()):
        status = 422 if form.is_bound else 200
        return render(request, "ask/form.html", {"form": form}, status=status)
    told = form.cleaned_data
    if not told["website"]:
        actions.ask_by_link(customer, text=told["text"], topic=told["topic"], now=timezone.now())
    return render(request, "ask/waiting.html")
