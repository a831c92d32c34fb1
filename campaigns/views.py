"""The targeting page: pick, see at once who is in and who is left out and why, keep, export."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from campaigns import actions, queries
from campaigns.choices import offered
from campaigns.criteria import Criteria, Malformed, is_open, read
from campaigns.models import Audience
from campaigns.reasons import REASONS
from customers.actions.exports import ask_export
from customers.segments import Reader
from customers.views.exports import told
from relcrm.base import readings, roles
from relcrm.base.access import allow
from relcrm.lib.refusals import Refused

FIELDS = ("value_least", "value_most", "last_order_from", "last_order_to", "countries")
COLUMNS = ("customer", "name", "email", "language")


@allow("target")
@require_GET
def targeting(request: HttpRequest) -> HttpResponse:
    frank = roles.may(request.user, "see_negative_types")
    try:
        criteria, errors = read(dict(request.GET.lists()), frank=frank), {}
    except Malformed as problem:
        criteria, errors = Criteria(), problem.errors
    words = _result(request, criteria) if not errors else {}
    words |= {"nav": "campaigns", "criteria": criteria, "errors": errors, "typed": _typed(request)}
    if request.htmx.target == "result":
        return render(request, "campaigns/_result.html", words)
    words |= {
        "choices": offered(criteria, Reader.of(request.user)),
        "audiences": queries.audiences(frank=frank),
    }
    return render(request, "campaigns/targeting.html", words)


@allow("target")
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    criteria = _sent_along(request)
    name = request.POST.get("name", "")
    saved = actions.save_audience(criteria, name=name, by=request.user, now=timezone.now())
    messages.success(request, _("Kept as “%s”.") % saved.name)
    return redirect(_address(criteria))


@allow("target")
@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    audience = get_object_or_404(Audience, pk=pk)
    if not is_open(audience.criteria, frank=roles.may(request.user, "see_negative_types")):
        raise Http404
    actions.forget_audience(audience, by=request.user, now=timezone.now())
    messages.success(request, _("“%s” is forgotten.") % audience.name)
    return redirect("campaigns:targeting")


@allow("target")
@allow("export_data")
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    criteria = _sent_along(request)
    query = {"criteria": criteria.as_json()}
    ask_export("audience", query, by=request.user, now=timezone.now())
    return told(request)


def _typed(request: HttpRequest) -> dict[str, str]:
    """What stands in the fields for free text, right or wrong."""
    return {name: ", ".join(request.GET.getlist(name)) for name in FIELDS}


def _result(request: HttpRequest, criteria: Criteria) -> dict[str, Any]:
    """Counts and the list that is open: who is in, or who is left out for one reason."""
    now, company = timezone.now(), request.company
    reason = request.GET.get("left_out", "")
    reason = reason if reason in REASONS else ""
    after = request.GET.get("after", "")
    query = criteria.as_query()
    shown = f"{query}&left_out={reason}" if reason else query
    members = queries.audience(criteria, company=company, now=now, reason=reason, after=after)
    readings.note(request.user, "page", "audience", COLUMNS, [one.pk for one in members.customers])
    counts = queries.counts(criteria, company=company, now=now)
    return {
        "counts": counts,
        "is_withheld": not counts.chosen and queries.is_withheld(criteria, now),
        "members": members,
        "reason": REASONS.get(reason),
        "query": query,
        "is_narrowed": criteria != Criteria(purpose=criteria.purpose),
        "older": f"?{shown}&after={members.after}" if members.after else "",
        "newer": f"?{shown}" if after else "",
    }


def _sent_along(request: HttpRequest) -> Criteria:
    """The criteria that a form on the page carries with it."""
    carried = QueryDict(request.POST.get("criteria", ""))
    try:
        return read(dict(carried.lists()), frank=roles.may(request.user, "see_negative_types"))
    except Malformed as problem:
        raise Refused(_("These criteria make no sense: %s") % problem) from problem


def _address(criteria: Criteria) -> str:
    return f"{reverse('campaigns:targeting')}?{criteria.as_query()}"
