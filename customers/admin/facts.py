"""Custom fields, tags, tasks, notes, questions and owned products in the back office."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from customers.models import (
    CustomField,
    CustomValue,
    FormerNote,
    Modifier,
    OwnedProduct,
    Question,
    SensitiveCategory,
    Tag,
    Tagging,
    Task,
)
from relcrm.base.backoffice.records import Records


@admin.register(CustomField)
class CustomFields(Records):
    room, place, icon = "people", 45, "tune"
    list_display = ("key", "label", "kind", "is_personal", "retired_at")
    found_by = ("pk", "key")
    search_help_text = _("Its key, spelt exactly")


@admin.register(CustomValue)
class CustomValues(Records):
    room, place, icon = "people", 46, "data_object"
    is_personal = True
    list_display = ("id", "customer", "field", "text", "number", "day", "flag")
    list_select_related = ("customer", "field")
    found_by = ("pk", "customer_id")
    search_help_text = _("Number of a customer")


@admin.register(Tag)
class Tags(Records):
    room, place, icon = "people", 47, "label"
    list_display = ("name", "created_at")
    found_by = ("pk", "name__iexact")
    search_help_text = _("The whole tag")


@admin.register(Tagging)
class Taggings(Records):
    room, place, icon = "people", 48, "sell"
    is_personal = True
    list_display = ("id", "tag", "customer", "tagged_by", "tagged_at")
    list_select_related = ("tag", "customer", "tagged_by")
    found_by = ("pk", "customer_id", "tag_id")
    search_help_text = _("Number of a customer or of a tag")


@admin.register(Task)
class Tasks(Records):
    room, place, icon = "people", 50, "task_alt"
    is_personal = True
    list_display = ("id", "what", "customer", "owner", "due_on", "done_at")
    list_select_related = ("customer", "owner")
    found_by = ("pk", "customer_id", "owner_id")
    search_help_text = _("Number of a customer or of a colleague")


@admin.register(FormerNote)
class FormerNotes(Records):
    room, place, icon = "happened", 24, "history_edu"
    is_personal = True
    list_display = ("id", "note", "is_removal", "changed_at", "changed_by")
    list_select_related = ("note", "changed_by")
    found_by = ("pk", "note_id", "note__customer_id")
    search_help_text = _("Number of a note or of a customer")


@admin.register(Question)
class Questions(Records):
    room, place, icon = "people", 52, "contact_support"
    is_personal = True
    list_display = ("id", "topic", "customer", "expert", "asked_at", "answered_at")
    list_select_related = ("customer", "expert")
    found_by = ("pk", "customer_id", "expert_id")
    search_help_text = _("Number of a customer or of a colleague")


@admin.register(OwnedProduct)
class OwnedProducts(Records):
    room, place, icon = "happened", 30, "backpack"
    is_personal = True
    list_display = ("id", "customer", "product", "since_on", "next_choice_on", "gone_on")
    list_select_related = ("customer", "product")
    found_by = ("pk", "customer_id", "product_id")
    search_help_text = _("Number of a customer or of a product")


@admin.register(Modifier)
class Modifiers(Records):
    room, place, icon = "people", 49, "info"
    is_personal = True
    list_display = ("id", "customer", "kind", "until", "set_by", "set_at", "ended_at")
    list_filter = ("kind",)
    list_select_related = ("customer", "set_by")
    found_by = ("pk", "customer_id")
    search_help_text = _("Number of a customer")


@admin.register(SensitiveCategory)
class SensitiveCategories(Records):
    room, place, icon = "happened", 42, "visibility_off"
    list_display = ("name", "marked_by", "marked_at")
    list_select_related = ("marked_by",)
    found_by = ("pk", "name")
    search_help_text = _("The whole category")
