"""What the desk of requests shows: lists with their counts, forms, and what each button does."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.actions import requests as actions
from customers.actions import rights
from customers.models import Customer, SubjectRequest
from customers.queries.search import matching
from relcrm.base.models import User
from relcrm.base.roles import TABLE
from relcrm.pages.privacy.packages import ask_for_package

PAGE = 50
SHOWS = ("open", "overdue", "mine", "closed")
Step = Callable[[SubjectRequest, QueryDict, User, datetime], str]


class RequestForm(forms.Form):
    """Who asks for what, since when; whom it is about is searched for like any customer."""

    kind = forms.ChoiceField(label=gettext_lazy("What do they ask for?"),
                             choices=SubjectRequest.Kind.choices)  # fmt: skip
    who = forms.CharField(
        label=gettext_lazy("Customer"), max_length=254, required=False,
        help_text=gettext_lazy("Number, e-mail or phone. Empty: somebody we do not know."),
    )  # fmt: skip
    asked_by = forms.CharField(label=gettext_lazy("Name they gave"), max_length=200, required=False)
    contact = forms.CharField(
        label=gettext_lazy("Where the answer goes"), max_length=254, required=False
    )
    received_on = forms.DateField(
        label=gettext_lazy("Received on"),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text=gettext_lazy("The month to answer runs from this day."),
    )
    came_by = forms.CharField(
        label=gettext_lazy("How it came"), max_length=40, required=False,
        help_text=gettext_lazy("Such as letter, phone, e-mail."),
    )  # fmt: skip
    words = forms.CharField(
        label=gettext_lazy("In their words"), required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_who(self) -> Customer | None:
        text = self.cleaned_data["who"]
        if not text:
            return None
        found = list(matching(Customer.objects.visible_to(self.user), text, self.user)[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(_("Several customers match; give the customer's number."))
        raise forms.ValidationError(_("No customer is known by this. Leave it empty if so."))

    @property
    def facts(self) -> dict[str, Any]:
        told = dict(self.cleaned_data)
        return told | {"customer": told.pop("who")}


def listed(show: str, user: User, today: date, after: int | None) -> QuerySet[SubjectRequest]:
    """The most urgent first; closed ones by their number, newest first."""
    rows = SubjectRequest.objects.select_related("customer", "owner")
    if show == "closed":
        rows = rows.exclude(closed_at=None).order_by("-pk")
        return (rows.filter(pk__lt=after) if after else rows)[: PAGE + 1]
    rows = rows.overdue(today) if show == "overdue" else rows.open()
    if show == "mine":
        rows = rows.filter(owner=user)
    return rows.order_by("due_on", "pk")[: PAGE * 10]


def counts(user: User, today: date) -> dict[str, int]:
    still = Q(closed_at=None)
    return SubjectRequest.objects.aggregate(
        open=Count("pk", filter=still),
        overdue=Count("pk", filter=still & Q(due_on__lt=today)),
        mine=Count("pk", filter=still & Q(owner=user)),
        closed=Count("pk", filter=~still),
    )


def officers() -> QuerySet[User]:
    """Who may have a request."""
    return User.objects.filter(is_active=True, role__in=TABLE["guard_privacy"]).order_by("name")


# What the buttons do; each says in a sentence what has happened --------------------------------


def _identity(request: SubjectRequest, sent: QueryDict, by: User, now: datetime) -> str:
    actions.check_identity(request, sent.get("how", ""), by=by, now=now)
    return _("Kept: we know that it is them.")


def _take(request: SubjectRequest, sent: QueryDict, by: User, now: datetime) -> str:
    actions.assign_request(request, by, by=by, now=now)
    return _("It is yours.")


def _assign(request: SubjectRequest, sent: QueryDict, by: User, now: datetime) -> str:
    named = sent.get("owner", "")
    owner = get_object_or_404(officers(), pk=int(named) if named.isdecimal() else 0)
    actions.assign_request(request, owner, by=by, now=now)
    return _("%s has it now.") % owner


def _extend(request: SubjectRequest, sent: QueryDict, by: User, now: datetime) -> str:
    actions.extend_request(request, sent.get("reason", ""), by=by, now=now)
    return _("Due on %s now. Tell the person why, before the first month is over.") % (
        f"{request.due_on:%-d %B %Y}"
    )


def _done(request: SubjectRequest, sent: QueryDict, by: User, now: datetime) -> str:
    actions.close_request(request, sent.get("answer", ""), by=by, now=now)
    return _("Done and on record.")


def _refuse(request: SubjectRequest, sent: QueryDict, by: User, now: datetime) -> str:
    actions.refuse_request(request, sent.get("reason", ""), by=by, now=now)
    return _("Refused and on record. Tell the person why, and where they can complain.")


def _package(request: SubjectRequest, sent: QueryDict, by: User, now: datetime) -> str:
    customer = get_object_or_404(Customer.objects.present(), pk=request.customer_id or 0)
    ask_for_package(customer, request=request, by=by, now=now)
    return _("The package is being made.")


def _lift(request: SubjectRequest, sent: QueryDict, by: User, now: datetime) -> str:
    customer = get_object_or_404(Customer.objects.present(), pk=request.customer_id or 0)
    rights.lift_restriction(customer, by=by, now=now)
    return _("Their data may be used again.")


def _withdraw(request: SubjectRequest, sent: QueryDict, by: User, now: datetime) -> str:
    customer = get_object_or_404(Customer.objects.present(), pk=request.customer_id or 0)
    rights.withdraw_objection(customer, by=by, now=now)
    return _("The objection is withdrawn.")


STEPS: dict[str, Step] = {
    "identity": _identity, "take": _take, "assign": _assign, "extend": _extend, "done": _done,
    "refuse": _refuse, "package": _package, "lift": _lift, "withdraw": _withdraw,
}  # fmt: skip
