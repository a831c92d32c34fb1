"""Which companies, clubs and households stand behind our customers, and what happened with them?"""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from customers.actions import organisations as actions
from customers.models import Customer, Organisation
from customers.queries import organisations as queries
from customers.timeline import Timeline, timeline
from relcrm.base import audit, readings
from relcrm.base.access import allow
from relcrm.base.once import once
from relcrm.lib.rest.keyset import Order, text, whole
from relcrm.lib.windows import Part, window
from relcrm.pages import profile as pages
from relcrm.pages.shown import Shown

NAV = {"nav": "customers"}
SHOWN = ("name", "timeline")  # of each member
BY_NAME = Order((("name", text), ("pk", whole)))


@allow("see_people")
@require_GET
def organisations(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    rows = queries.matching(queries.organisations_visible_to(request.user), asked)
    page = window([Part(rows, BY_NAME)], after=request.GET.get("after", ""),
                  before=request.GET.get("before", ""))  # fmt: skip
    return render(request, "organisations/list.html", NAV | {"page": page, "asked": asked})


@allow("edit_customers")
@require_POST
@once
def new_organisation(request: HttpRequest) -> HttpResponse:
    made = actions.make_organisation(
        name=request.POST.get("name", ""), domain=request.POST.get("domain", ""),
        by=request.user, now=timezone.now(),
    )  # fmt: skip
    return redirect("customers:organisation", made.pk)


@allow("see_people")
@require_GET
def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """The page, or the next lines of its timeline, as htmx asks."""
    found = _organisation(request, pk)
    members = queries.members(found, request.user)
    shown = Shown.read(request.GET, request.company.tzinfo)
    who = request.GET.get("who", "").replace("\x00", "").strip()[:200]
    target = request.headers.get("HX-Target", "")
    if shown.before is None and target != "candidates":
        audit.record("organisation.viewed", found, by=request.user, members=len(members))
    readings.note(request.user, "page", "organisation", SHOWN, [one.pk for one in members])
    words = {
        "organisation": found, "members": members, "shown": shown,
        "here": reverse("customers:organisation", args=(pk,)),
        "names": {one.pk: pages.called(one, request.user) for one in members},
        "who": who, "candidates": queries.candidates(found, request.user, who),
    }  # fmt: skip
    if target == "candidates":
        return render(request, "organisations/_candidates.html", words)
    words["timeline"] = _joint(request, members, shown)
    pieces = {"timeline": "customers/_timeline.html", "older": "customers/_entries.html"}
    return render(request, pieces.get(target, "organisations/page.html"), NAV | words)


def _joint(request: HttpRequest, members: list[Customer], shown: Shown) -> Timeline:
    if not members:
        return Timeline([], None)
    first, *others = members
    asked = pages.asked(
        first, request.user, request.company, request.viewpoint, [one.pk for one in others]
    )
    return timeline(shown.narrow(replace(asked, others=tuple(others))))


@allow("edit_customers")
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name; or a member comes (`number`) or leaves (`off`)."""
    found, sent, now = _organisation(request, pk), request.POST, timezone.now()
    if "off" in sent:
        actions.leave_organisation(_member(request, sent["off"], found), by=request.user, now=now)
    elif "number" in sent:
        customer = _member(request, sent["number"])
        actions.join_organisation(customer, found, by=request.user, now=now)
        messages.success(request, _("%s belongs here now.") % customer.label)
    else:
        name, domain = sent.get("name", ""), sent.get("domain", "")
        actions.change_organisation(found, name=name, domain=domain, by=request.user, now=now)
    return redirect("customers:organisation", pk)


def _organisation(request: HttpRequest, pk: int) -> Organisation:
    return get_object_or_404(queries.organisations_visible_to(request.user), pk=pk)


def _member(request: HttpRequest, sent: str, of: Organisation | None = None) -> Customer:
    digits = sent.strip().removeprefix("#")
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else 0
    rows = Customer.objects.visible_to(request.user)
    return get_object_or_404(rows.filter(organisation=of) if of else rows, pk=number)
