"""Who of our customers are one person, and what of both holds when they become one?"""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers import side_by_side
from customers.actions import duplicates as actions
from customers.actions.merge import choosable, merge_customers, merge_sure_pairs
from customers.actions.unmerge import undo_merge
from customers.models import Customer, Duplicate, Merge
from customers.queries import duplicates as queries
from customers.queries.custom import fields_for
from customers.queries.erasure import known
from customers.queries.merges import listed_merges, standing_pair
from relcrm.base import audit, readings
from relcrm.base.access import allow
from relcrm.base.models import Job

NAV = {"nav": "customers"}
LATER = timedelta(days=30)
COMPARED = ("name", "email", "phone", "birth", "city")  # what a pair shows of both


@require_GET
@allow("edit_customers")
def duplicates(request: HttpRequest) -> HttpResponse:
    state, now = request.GET.get("state", ""), timezone.now()
    state = state if state in Duplicate.State.values else Duplicate.State.OPEN
    page = queries.listed(
        request.user, state, now,
        after=request.GET.get("after", ""), before=request.GET.get("before", ""),
    )  # fmt: skip
    audit.record("duplicates.listed", by=request.user, shown=len(page.rows))
    about = [number for row in page.rows for number in (row.first_id, row.second_id)]
    readings.note(request.user, "page", "duplicates", COMPARED, about)
    words = {
        "pairs": [side_by_side.pair(row) for row in page.rows],
        "page": page,
        "state": state,
        "states": Duplicate.State.choices,
        "job": Job.objects.active().filter(kind="duplicates").first(),
        "last": Job.objects.filter(kind="duplicates", state=Job.State.DONE).first(),
    }
    template = "_duplicates" if request.htmx.target == "pairs" else "duplicates"
    return render(request, f"customers/{template}.html", NAV | words)


@require_POST
@allow("edit_customers")
def find(request: HttpRequest) -> HttpResponse:
    actions.ask_for_duplicates(by=request.user)
    return redirect("customers:duplicates")


@require_POST
@allow("edit_customers")
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    pair, now = get_object_or_404(queries.shown(request.user), pk=pk), timezone.now()
    how = request.POST.get("how", "")
    if how == "dismiss":
        actions.dismiss(pair, by=request.user, now=now)
        messages.success(request, _("Kept apart; this pair is not proposed again."))
    elif how == "later":
        actions.postpone(pair, until=now + LATER, by=request.user, now=now)
        messages.success(request, _("You are asked again in 30 days."))
    else:
        actions.reopen(pair, by=request.user, now=now)
    return redirect("customers:duplicates")


@require_POST
@allow("edit_customers")
def merge_many(request: HttpRequest) -> HttpResponse:
    """The ticked pairs, as far as they are still there and sure."""
    ids = [int(one) for one in request.POST.getlist("ids") if one.isascii() and one.isdigit()]
    rows = queries.shown(request.user).filter(pk__in=ids[: queries.SIZE])
    done = merge_sure_pairs(rows, by=request.user, now=timezone.now())
    told = ngettext("%(n)d pair merged.", "%(n)d pairs merged.", done) % {"n": done}
    messages.success(request, told + " " + _("Each can be undone for 30 days."))
    return redirect("customers:duplicates")


@require_http_methods(["GET", "POST"])
@allow("edit_customers")
def merge(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    visible = Customer.objects.visible_to(request.user).prefetch_related("identities")
    keep, gone = (get_object_or_404(visible, pk=number) for number in (pk, other))
    own = side_by_side.own_choices(keep, gone, fields_for(request.user))
    if request.method == "POST":
        names = [*choosable(), *(choice.name for choice in own)]
        take = [name for name in names if request.POST.get(name) == "theirs"]
        merge_customers(keep, gone, take=take, by=request.user, now=timezone.now())
        messages.success(request, _("Merged. It can be undone for 30 days."))
        return redirect("customers:profile", keep.pk)
    for each in (keep, gone):
        audit.record("customer.viewed", each, by=request.user)
    sides = [(each, side_by_side.lines(each), known(each).items()) for each in (keep, gone)]
    pair = standing_pair(keep, gone)
    words = {
        "keep": keep,
        "gone": gone,
        "sides": sides,
        "choices": sorted(
            [*side_by_side.choices(keep, gone, choosable()), *own],
            key=lambda choice: not choice.is_open,
        ),
        "pair": side_by_side.pair(pair) if pair else None,
    }
    return render(request, "customers/merge.html", NAV | words)


@require_GET
@allow("edit_customers")
def merges(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    page = listed_merges(
        request.user, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    rows = [(row, row.can_be_undone(now)) for row in page.rows]
    readings.note(request.user, "page", "merges", ["name"], [row.survivor_id for row in page.rows])
    return render(request, "customers/merges.html", NAV | {"rows": rows, "page": page})


@require_POST
@allow("edit_customers")
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    visible = Customer.objects.visible_to(request.user)
    record = get_object_or_404(Merge, pk=pk, survivor__in=visible)
    back = undo_merge(record, by=request.user, now=timezone.now())
    messages.success(request, _("Parted again: this is who came back."))
    return redirect("customers:profile", back.pk)
