"""Tags: on one customer, on the ticked rows of the list, and the words themselves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from customers.actions import tags as actions
from customers.models import Customer, Tag
from customers.queries import tags as queries
from relcrm.base.access import allow

NAV = {"nav": "settings", "tab": "tags"}


@allow("edit_customers")
def tags(request: HttpRequest) -> HttpResponse:
    """Every tag with how many carry it; rename and remove."""
    return render(
        request, "settings/tags.html", NAV | {"tags": queries.tags_with_counts(request.user)}
    )


@allow("edit_customers")
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    tag = get_object_or_404(Tag, pk=pk)
    if "remove" in request.POST:
        n = actions.remove_tag(tag, by=request.user, now=timezone.now())
        told = ngettext("Gone, and off %d customer.", "Gone, and off %d customers.", n) % n
        messages.success(request, told)
    else:
        actions.rename_tag(tag, request.POST.get("name", ""), by=request.user, now=timezone.now())
        messages.success(request, _("Renamed."))
    return redirect("customers:tags")


@allow("edit_customers")
@require_POST
def tag_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a tag on this customer (`name`), or take one off (`off`); the card comes back."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    now = timezone.now()
    if off := request.POST.get("off", ""):
        tag = get_object_or_404(Tag, pk=int(off) if off.isdecimal() and len(off) < 19 else 0)
        actions.untag_customers([customer.pk], tag, by=request.user, now=now)
    else:
        actions.tag_customers([customer.pk], request.POST.get("name", ""), by=request.user, now=now)
    if not request.htmx:
        return redirect("customers:profile", pk)
    words = {"customer": customer, "tags": queries.tags_of([pk]).get(pk, []),
             "all_tags": queries.tags()}  # fmt: skip
    return render(request, "customers/_tags.html", words)


@allow("edit_customers")
@require_POST
def tag_many(request: HttpRequest) -> HttpResponse:
    """The ticked customers of the list get a tag, or lose it; those one may not see stay out."""
    sent = request.POST.getlist("ids")
    ids = [int(one) for one in sent if one.isascii() and one.isdigit() and len(one) < 19]
    seen = Customer.objects.visible_to(request.user).filter(pk__in=ids)
    people, name = list(seen.values_list("pk", flat=True)), request.POST.get("tag", "")
    now = timezone.now()
    if not people:
        messages.error(request, _("Tick the customers first."))
    elif "untag" in request.POST:
        tag = get_object_or_404(Tag, name__iexact=name.strip())
        n = actions.untag_customers(people, tag, by=request.user, now=now)
        messages.success(request, ngettext("Off %d customer.", "Off %d customers.", n) % n)
    else:
        n = actions.tag_customers(people, name, by=request.user, now=now)
        told = ngettext("%d customer is tagged now.", "%d customers are tagged now.", n) % n
        messages.success(request, told)
    wanted = QueryDict(request.POST.get("list", "")).urlencode()
    return redirect(f"{reverse('customers:list')}?{wanted}".rstrip("?"))
