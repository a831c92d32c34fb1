"""The site: who enters, by which door, and how its rooms are grouped."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from relcrm.base import roles

# Rooms of the side bar, in order; each list of rows says to which it belongs.
ROOMS = {
    "people": _("People"),
    "happened": _("What happened"),
    "judgements": _("Judgements"),
    "files": _("Files in"),
    "company": _("Company and team"),
    "machine": _("Machine room"),
}


class BackOffice(UnfoldAdminSite):
    """Signing in happens on our own page, where attempts are counted; only admins come in."""

    index_title = _("Back office")

    def has_permission(self, request: HttpRequest) -> bool:
        return roles.may(request.user, "administer")

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None):
        wanted = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
            wanted = reverse("admin:index")
        if self.has_permission(request):
            return redirect(wanted)
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(wanted)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None):
        return redirect("account_logout")

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")

    def password_change_done(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict]:
        """The rooms, in our words, in place of Django's apps."""
        found = [self._room(request, key, str(name)) for key, name in ROOMS.items()]
        return [
            room | {"models": models}
            for room in found
            if (models := [m for m in room["models"] if app_label in (None, m["app_label"])])
        ]

    def _room(self, request: HttpRequest, key: str, name: str) -> dict[str, Any]:
        lists = [
            self._list(request, model, records)
            for model, records in self._registry.items()
            if getattr(records, "room", "") == key and records.has_view_permission(request)
        ]
        return {
            "name": name,
            "app_label": key,
            "app_url": reverse("admin:index"),
            "has_module_perms": True,
            "models": sorted(lists, key=lambda each: each["place"]),
        }

    def _list(self, request: HttpRequest, model: type[Model], records: Any) -> dict[str, Any]:
        way = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        can_add = records.has_add_permission(request)
        return {
            "model": model,
            "app_label": model._meta.app_label,
            "object_name": model._meta.object_name,
            "name": str(model._meta.verbose_name_plural).capitalize(),
            "place": records.place,
            "icon": records.icon,
            "perms": records.get_model_perms(request),
            "admin_url": reverse(f"{way}_changelist"),
            "add_url": reverse(f"{way}_add") if can_add else None,
            "view_only": not records.has_change_permission(request),
        }


def side_bar(request: HttpRequest) -> list[dict[str, Any]]:
    """The rooms and their lists, as the theme's side bar wants them."""
    home = {"title": _("Back to the product"), "icon": "arrow_back", "link": "/", "active": _never}
    return [{"items": [home]}] + [
        {
            "title": room["name"],
            "items": [
                {"title": each["name"], "icon": each["icon"], "link": each["admin_url"]}
                for each in room["models"]
            ],
        }
        for room in admin.site.get_app_list(request)
    ]


def _never(request: HttpRequest) -> bool:
    """Every address begins like the product's; it is not where we are."""
    return False
