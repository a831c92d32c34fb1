"""Files that came in and went out, in the admin: to be read, never written."""

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.models import (
    Export,
    Import,
    ImportBatch,
    ImportBefore,
    ImportProblem,
    RememberedMapping,
)
from relcrm.base.backoffice.records import Records


@admin.register(Import)
class Imports(Records):
    room, place, icon = "files", 10, "upload_file"
    list_display = ("file_name", "kind", "state", "rows", "newest_on", "created_by", "created_at")
    list_select_related = ("created_by",)

    def view_on_site(self, obj: Import) -> str:
        return reverse("customers:import", args=[obj.pk])


@admin.register(ImportProblem)
class ImportProblems(Records):
    room, place, icon = "files", 20, "report"
    is_personal = True
    list_display = ("of", "row", "column", "value", "reason")
    list_select_related = ("of",)
    found_by = ("pk", "of_id")
    search_help_text = _("Number of an import")


@admin.register(ImportBatch)
class ImportBatches(Records):
    room, place, icon = "files", 30, "layers"
    list_display = ("id", "of", "at", "interactions_above", "interactions_through")
    list_select_related = ("of",)
    found_by = ("pk", "of_id")
    search_help_text = _("Number of an import")


@admin.register(ImportBefore)
class RowsBefore(Records):
    room, place, icon = "files", 40, "history"
    is_personal = True
    list_display = ("id", "of", "customer", "interaction")
    list_select_related = ("of", "customer")
    found_by = ("pk", "of_id", "customer_id")
    search_help_text = _("Number of an import or of a customer")


@admin.register(RememberedMapping)
class RememberedMappings(Records):
    room, place, icon = "files", 50, "bookmark"
    list_display = ("id", "kind", "user", "used_at")
    list_select_related = ("user",)
    found_by = ("pk",)


@admin.register(Export)
class Exports(Records):
    room, place, icon = "files", 60, "download"
    list_display = ("title", "kind", "rows", "created_by", "created_at", "expires_at")
    list_select_related = ("created_by",)
    hidden = ("path",)
    found_by = ("pk",)
