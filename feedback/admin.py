"""Complaints, promises and outcomes in the back office; they are handled on their own pages."""

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from feedback.models import Complaint, Outcome, Promise
from relcrm.base.backoffice.records import Records


@admin.register(Complaint)
class Complaints(Records):
    room, place, icon = "happened", 30, "hearing"
    is_personal = True
    list_display = ("number", "customer", "subject", "severity", "owner", "due_at", "resolved_at")
    list_select_related = ("customer", "owner")
    found_by = ("pk", "number", "customer_id", "owner_id")
    search_help_text = _("Receipt number, or number of a customer")

    def view_on_site(self, obj: Complaint) -> str:
        return reverse("feedback:complaint", args=[obj.pk])


@admin.register(Promise)
class Promises(Records):
    room, place, icon = "happened", 40, "handshake"
    list_display = ("name", "test", "owner", "active_from", "active_until", "retired_at")
    list_select_related = ("owner",)
    found_by = ("pk", "key", "name__istartswith")
    search_help_text = _("How the name begins, or the key")

    def view_on_site(self, obj: Promise) -> str:
        return reverse("promises:promise", args=[obj.pk])


@admin.register(Outcome)
class Outcomes(Records):
    room, place, icon = "happened", 50, "rule"
    is_personal = True
    list_display = ("id", "promise", "customer", "is_kept", "occurred_on", "source")
    list_select_related = ("promise", "customer")
    found_by = ("pk", "promise_id", "customer_id")
    search_help_text = _("Number of a promise or of a customer")
