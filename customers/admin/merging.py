"""Likely duplicates, merges and what came in since, in the back office."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from customers.models import Arrival, Duplicate, Merge
from relcrm.base.backoffice.records import Records


@admin.register(Duplicate)
class Duplicates(Records):
    """Decided on the page that shows both sides."""

    room, place, icon = "people", 22, "group"
    is_personal = True
    list_display = ("id", "first", "second", "score", "is_sure", "state", "decided_by")
    list_select_related = ("first", "second", "decided_by")
    list_filter = ("state",)
    found_by = ("pk", "first_id", "second_id")
    search_help_text = _("Number of a customer")
    actions_list = ("look",)

    @action(description=_("Decide about them"))
    def look(self, request: HttpRequest) -> HttpResponse:
        return redirect("customers:duplicates")


@admin.register(Merge)
class Merges(Records):
    room, place, icon = "people", 24, "merge"
    is_personal = True
    list_display = ("id", "merged", "into", "survivor", "merged_at", "merged_by", "undone_at")
    list_select_related = ("survivor", "merged_by")
    hidden = ("moved", "dropped")  # as long as the customer's history
    found_by = ("pk", "survivor_id", "merged", "into")
    search_help_text = _("Number of a customer, before or after")
    actions_list = ("look",)

    def _meant(self, lookup: str, term: str) -> str | int | None:
        """Numbers that are no keys are numbers all the same."""
        return super()._meant("pk", term)

    @action(description=_("Undo one"))
    def look(self, request: HttpRequest) -> HttpResponse:
        return redirect("customers:merges")


@admin.register(Arrival)
class Arrivals(Records):
    room, place, icon = "happened", 90, "call_received"
    is_personal = True
    list_display = ("interaction", "identity")
    list_select_related = ("interaction", "identity")
    found_by = ("pk", "identity_id")
    search_help_text = _("Number of an interaction or of an identity")
