"""Requests about personal data, the packages handed out, and how long what is kept."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from customers.models import DataPackage, RetentionRule, SubjectRequest
from relcrm.base.backoffice.records import Records


@admin.register(SubjectRequest)
class SubjectRequests(Records):
    """Opened, checked and answered on the privacy desk; looked at here."""

    room, place, icon = "people", 80, "gavel"
    is_personal = True
    list_display = ("id", "kind", "customer", "received_on", "due_on", "state", "owner")
    list_select_related = ("customer", "owner")
    list_filter = ("state",)
    found_by = ("pk", "customer_id")
    search_help_text = _("Number of a request or of a customer")


@admin.register(DataPackage)
class DataPackages(Records):
    room, place, icon = "people", 90, "folder_zip"
    is_personal = True
    list_display = ("id", "customer", "request", "made_at", "expires_at", "fetched_at")
    list_select_related = ("customer", "request")
    found_by = ("pk", "customer_id")
    search_help_text = _("Number of a package or of a customer")


@admin.register(RetentionRule)
class RetentionRules(Records):
    room, place, icon = "company", 40, "auto_delete"
    list_display = ("what", "months", "changed_at")
