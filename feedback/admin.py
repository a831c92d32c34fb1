"""Complaints in the back office; they are handled at the desk."""

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from feedback.models import Complaint
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
