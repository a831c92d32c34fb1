"""One note: read, corrected, taken back and put back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.actions import notes as actions
from customers.queries.notes import former, notes_visible_to
from customers.views.hushed import WRITTEN, refuse_hushed
from customers.work_forms import NoteForm
from relcrm.base import readings
from relcrm.base.access import allow

NAV = {"nav": "customers"}


@allow("see_people")
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """`text` corrects it, `remove` takes it back, `back` undoes the last of either."""
    rows = notes_visible_to(request.user).select_related("customer")
    found = get_object_or_404(rows, pk=pk)
    now, sent = timezone.now(), request.POST
    if not (is_mine := actions.may_change(found, request.user)):
        refuse_hushed(found.customer_id, request.user, WRITTEN)
    if "remove" in sent:
        actions.remove_note(found, by=request.user, now=now)
        messages.success(request, _("Removed. It can be put back for 30 days."))
        return redirect("customers:note", pk)
    if "back" in sent:
        actions.put_back_note(found, by=request.user, now=now)
        messages.success(request, _("It says again what it said before."))
        return redirect("customers:note", pk)
    said = found.properties or {}
    form = NoteForm(sent if request.method == "POST" else None, initial={"text": said.get("text")})
    if form.is_bound and form.is_valid():
        actions.change_note(found, form.cleaned_data["text"], by=request.user, now=now)
        messages.success(request, _("Kept."))
        return redirect("customers:profile", found.customer_id)
    readings.note(request.user, "page", "note", ["name", "note"], [found.customer_id])
    words = {
        "note": found, "form": form, "text": said.get("text", ""),
        "is_removed": actions.is_removed(found), "former": former(found, now),
        "is_mine": is_mine,
    }  # fmt: skip
    return render(request, "work/note.html", NAV | words, status=422 if form.errors else 200)
