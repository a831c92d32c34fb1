"""Judgements in the back office: computed, so only looked at."""

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from relationships.models import (
    Comparison,
    Edition,
    Example,
    FittedModel,
    Forecast,
    Gap,
    GapPicture,
    Month,
    Offer,
    Override,
    Persona,
    Picture,
    Portfolio,
    Profile,
    ProfileChange,
    Snapshot,
)
from relcrm.base.backoffice.records import Records


@admin.register(Profile)
class Profiles(Records):
    room, place, icon = "judgements", 10, "favorite"
    is_personal = True
    list_display = ("customer", "family", "type", "confidence", "value", "alive", "as_of")
    list_select_related = ("customer",)
    list_filter = ("family",)
    search_help_text = _("Number of a customer")

    def view_on_site(self, obj: Profile) -> str:
        return reverse("customers:profile", args=[obj.pk])


@admin.register(ProfileChange)
class ProfileChanges(Records):
    room, place, icon = "judgements", 20, "trending_up"
    is_personal = True
    list_display = ("id", "on", "customer", "old_family", "old_type", "family", "type", "value")
    list_select_related = ("customer",)
    found_by = ("pk", "customer_id")
    search_help_text = _("Number of a customer")


@admin.register(Snapshot)
class Snapshots(Records):
    room, place, icon = "judgements", 24, "photo_camera"
    is_personal = True
    list_display = ("id", "on", "customer", "family", "type", "turn", "value", "is_close")
    list_select_related = ("customer",)
    list_filter = ("is_close", "turn")
    found_by = ("pk", "customer_id")
    search_help_text = _("Number of a customer")


@admin.register(Month)
class Months(Records):
    room, place, icon = "judgements", 27, "calendar_month"
    list_display = ("on", "customers", "value_model", "calibration", "learned", "closed_at")
    list_select_related = ("value_model", "calibration", "learned")


@admin.register(Comparison)
class Comparisons(Records):
    room, place, icon = "judgements", 28, "compare_arrows"
    list_display = ("then", "now", "counted_at", "is_final")


@admin.register(FittedModel)
class FittedModels(Records):
    room, place, icon = "judgements", 30, "model_training"
    list_display = (
        "name", "kind", "version", "customers", "data_through", "fitted_at", "is_current"
    )  # fmt: skip


@admin.register(Persona)
class Personae(Records):
    room, place, icon = "judgements", 40, "theater_comedy"
    list_display = ("name", "rank", "customers", "value_each", "found_on", "is_current")


@admin.register(Portfolio)
class Portfolios(Records):
    room, place, icon = "judgements", 50, "donut_large"
    list_display = ("as_of", "customers", "alive", "computed_at")


@admin.register(Picture)
class Pictures(Records):
    room, place, icon = "judgements", 45, "search_insights"
    list_display = ("as_of", "outcome", "people", "found_at")


@admin.register(Forecast)
class Forecasts(Records):
    room, place, icon = "judgements", 12, "payments"
    is_personal = True
    list_display = ("customer", "value", "one_year", "lifetime", "cause", "next_on", "as_of")
    list_select_related = ("customer",)
    list_filter = ("cause",)
    search_help_text = _("Number of a customer")

    def view_on_site(self, obj: Forecast) -> str:
        return reverse("customers:profile", args=[obj.pk])


@admin.register(Gap)
class Gaps(Records):
    room, place, icon = "judgements", 25, "compare_arrows"
    is_personal = True
    list_display = ("customer", "label", "gap", "wish", "is_stated", "as_of")
    list_select_related = ("customer",)
    list_filter = ("label", "is_stated")
    search_help_text = _("Number of a customer")

    def view_on_site(self, obj: Gap) -> str:
        return reverse("customers:profile", args=[obj.pk])


@admin.register(GapPicture)
class GapPictures(Records):
    room, place, icon = "judgements", 55, "balance"
    list_display = ("as_of", "computed_at")


@admin.register(Offer)
class Offers(Records):
    room, place, icon = "judgements", 58, "storefront"
    list_display = ("id", "brand", "line", "mix", "wishes", "changed_at")
    list_select_related = ("brand",)


@admin.register(Override)
class Overrides(Records):
    room, place, icon = "judgements", 15, "edit_note"
    is_personal = True
    list_display = ("id", "customer", "family", "type", "until", "set_by", "set_at", "ended_at")
    list_select_related = ("customer", "set_by")
    found_by = ("pk", "customer_id")
    search_help_text = _("Number of a customer")


@admin.register(Example)
class Examples(Records):
    """Whom a tried edition would call something else."""

    room, place, icon = "judgements", 62, "science"
    is_personal = True
    list_display = ("id", "edition", "customer_id", "before", "after")
    list_select_related = ("edition",)


@admin.register(Edition)
class Editions(Records):
    room, place, icon = "judgements", 60, "rule"
    list_display = ("version", "note", "state", "created_by", "created_at", "live_from")
    list_select_related = ("created_by",)
