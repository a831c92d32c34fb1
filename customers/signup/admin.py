"""Sign-up forms and sign-ups in the back office."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from customers.models import SignUp, SignUpAsk, SignUpForm, SignUpFormVersion
from relcrm.base.backoffice.records import Records


@admin.register(SignUpForm)
class SignUpForms(Records):
    """Made and changed on their own pages, where a change makes a new version."""

    room, place, icon = "company", 48, "dynamic_form"
    list_display = ("name", "slug", "state", "version", "changed_at")
    found_by = ("pk", "slug")
    search_help_text = _("Its short name in the address")


@admin.register(SignUpAsk)
class SignUpAsks(Records):
    room, place, icon = "company", 49, "rule"
    list_display = ("id", "form", "wording", "channel")
    list_select_related = ("form", "wording")
    found_by = ("pk", "form_id")


@admin.register(SignUpFormVersion)
class SignUpFormVersions(Records):
    room, place, icon = "company", 50, "history"
    list_display = ("id", "form", "version", "since")
    list_select_related = ("form",)
    found_by = ("pk", "form_id")


@admin.register(SignUp)
class SignUps(Records):
    """What was typed and not confirmed yet is nobody's business."""

    room, place, icon = "people", 66, "person_add"
    is_personal = True
    list_display = ("id", "form", "customer", "state", "at", "confirmed_at")
    list_select_related = ("form", "customer")
    hidden = ("email", "told")
    found_by = ("pk", "customer_id", "form_id")
    search_help_text = _("Number of a customer or of a form")
