"""Segments and the lists among them, in the back office."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from customers.models import Segment, SegmentCount, SegmentMember
from relcrm.base.backoffice.records import Records


@admin.register(Segment)
class Segments(Records):
    """Made and changed on their own pages, where the rule is checked."""

    room, place, icon = "people", 80, "filter_alt"
    list_display = ("name", "kind", "people", "counted_at", "created_by", "changed_at")
    list_select_related = ("created_by",)
    found_by = ("pk", "name__istartswith")
    search_help_text = _("How the name begins")


@admin.register(SegmentMember)
class SegmentMembers(Records):
    room, place, icon = "people", 90, "checklist"
    is_personal = True
    list_display = ("id", "segment", "customer", "added_at")
    list_select_related = ("segment", "customer")
    found_by = ("pk", "segment_id", "customer_id")
    search_help_text = _("Number of a segment or of a customer")


@admin.register(SegmentCount)
class SegmentCounts(Records):
    room, place, icon = "people", 95, "monitoring"
    list_display = ("id", "segment", "on", "people")
    list_select_related = ("segment",)
    found_by = ("pk", "segment_id")
    search_help_text = _("Number of a segment")
