"""What segments count from, in the back office."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from customers.models import Tally, Tallying, TallyMark
from relcrm.base.backoffice.records import Records


@admin.register(Tally)
class Tallies(Records):
    """A copy, made anew by the worker."""

    room, place, icon = "happened", 60, "tally"
    is_personal = True
    list_display = ("id", "customer", "kind")
    list_select_related = ("customer",)
    found_by = ("pk", "customer_id")
    search_help_text = _("Number of a customer")


@admin.register(TallyMark)
class TallyMarks(Records):
    room, place, icon = "happened", 61, "flag"
    list_display = ("id", "customer", "is_lasting")
    found_by = ("pk", "customer")
    search_help_text = _("Number of a customer")


@admin.register(Tallying)
class Tallyings(Records):
    room, place, icon = "happened", 62, "step"
    list_display = ("id", "through")
