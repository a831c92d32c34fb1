"""Team, keys, jobs, audit trail, company and brands in the back office."""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from relcrm.base.actions.company import update_company
from relcrm.base.actions.keys import revoke_key
from relcrm.base.actions.team import change_colleague
from relcrm.base.backoffice.records import Records
from relcrm.base.models import (
    ApiKey,
    AuditLine,
    AuditSweep,
    Brand,
    Breach,
    Company,
    Delivery,
    FirstAnswer,
    Happening,
    Job,
    Part,
    Reading,
    UnitCost,
    User,
    Webhook,
)

# A role says what somebody may do, and the team page keeps addresses: no second way for either.
for unused in (Group, EmailAddress):
    if admin.site.is_registered(unused):
        admin.site.unregister(unused)


@admin.register(User)
class Users(Records):
    room, place, icon = "company", 20, "group"
    is_personal = True
    list_display = ("name", "email", "role", "is_active", "last_login")
    list_display_links = ("name", "email")
    hidden = ("password", "is_superuser", "is_staff")
    editable = ("name", "email", "role", "is_active")
    found_by = ("pk", "email__iexact", "name__istartswith")
    search_help_text = _("E-mail, or how the name begins")
    actions_list = ("add_a_colleague",)

    @action(description=_("Add a colleague"))
    def add_a_colleague(self, request: HttpRequest) -> HttpResponse:
        return redirect("settings:new-colleague")

    def view_on_site(self, obj: User) -> str:
        return reverse("settings:colleague", args=[obj.pk])

    def change(self, row: User, changes: dict[str, Any], *, by: User, now: datetime) -> None:
        meant = {name: changes.get(name, getattr(row, name)) for name in self.editable}
        change_colleague(row, **meant, by=by, now=now)


@admin.register(ApiKey)
class ApiKeys(Records):
    """The digest is nobody's business; a new key is shown once, on the settings page."""

    room, place, icon = "company", 30, "key"
    list_display = ("name", "prefix", "scopes", "created_by", "expires_at", "revoked_at")
    list_select_related = ("created_by",)
    hidden = ("digest",)
    found_by = ("pk", "prefix")
    search_help_text = _("The first 12 letters of a key")
    actions = ("revoke",)
    actions_list = ("make_a_key",)

    @action(description=_("Make a key"))
    def make_a_key(self, request: HttpRequest) -> HttpResponse:
        return redirect("settings:keys")

    @admin.action(description=_("Revoke"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        for key in queryset:
            revoke_key(key, by=request.user, now=timezone.now())
        messages.success(request, _("Revoked. Programs with these keys are turned away from now."))


@admin.register(Company)
class Companies(Records):
    room, place, icon = "company", 10, "storefront"
    list_display = ("name", "currency", "zone", "as_of")
    editable = (
        "name", "currency", "zone", "country", "margin_rate", "discount_rate", "cost_per_order",
        "cost_per_return", "cost_per_contact", "cost_per_minute", "cost_per_complaint",
        "cost_per_message", "cost_per_renewal", "anyway_share", "horizon_weeks",
        "reads_demographics",
    )  # fmt: skip

    def view_on_site(self, obj: Company) -> str:
        return reverse("settings:company")

    def change(self, row: Company, changes: dict[str, Any], *, by: User, now: datetime) -> None:
        update_company(row, changes, by=by, now=now)


@admin.register(UnitCost)
class UnitCosts(Records):
    room, place, icon = "company", 12, "price_change"
    list_display = ("kind", "key", "amount")
    list_filter = ("kind",)
    search_help_text = _("Number")


@admin.register(Brand)
class Brands(Records):
    room, place, icon = "company", 15, "sell"
    list_display = ("name", "slug", "is_default")
    found_by = ("pk", "slug", "name")
    search_help_text = _("Name")


@admin.register(Job)
class Jobs(Records):
    room, place, icon = "machine", 10, "bolt"
    list_display = ("title", "kind", "state", "done", "total", "created_by", "created_at")
    list_select_related = ("created_by",)

    def view_on_site(self, obj: Job) -> str:
        return reverse("settings:job", args=[obj.pk])


@admin.register(Part)
class Parts(Records):
    """What workers share of a job that is under way; gone with its end."""

    room, place, icon = "machine", 12, "call_split"
    list_display = ("number", "job", "state", "attempts", "lease_until", "done")
    list_select_related = ("job",)


@admin.register(AuditLine)
class AuditLines(Records):
    """Only ever added to. `?subject_kind=…&subject_id=…` is the history of one row."""

    room, place, icon = "machine", 20, "history"
    list_display = ("at", "verb", "user", "actor", "subject_kind", "subject_id")
    list_select_related = ("user",)
    found_by = ("pk", "user_id")
    search_help_text = _("Number of a line or of a colleague")


@admin.register(FirstAnswer)
class FirstAnswers(Records):
    """Kept for a day; what was answered may be personal and is not shown."""

    room, place, icon = "machine", 30, "replay"
    list_display = ("caller", "key", "status", "created_at")
    hidden = ("body", "headers", "request_digest")


@admin.register(Reading)
class Readings(Records):
    """Whom it was about is packed; the breach desk unpacks it."""

    room, place, icon = "machine", 22, "visibility"
    list_display = ("hour", "actor", "door", "resource", "calls", "people")
    found_by = ("pk", "actor")
    search_help_text = _("Who, such as key:12 or user:3")


@admin.register(AuditSweep)
class AuditSweeps(Records):
    room, place, icon = "machine", 24, "auto_delete"
    list_display = ("before", "swept_at")


@admin.register(Breach)
class Breaches(Records):
    """Worked on at the breach desk; looked at here."""

    room, place, icon = "machine", 26, "emergency"
    list_display = ("id", "title", "learned_at", "people", "risk", "closed_at")


@admin.register(Webhook)
class Webhooks(Records):
    """Set up on the settings page; secrets are shown there only."""

    room, place, icon = "company", 35, "webhook"
    list_display = ("name", "address", "kinds", "stopped_at", "failing_since", "created_at")
    hidden = ("secret", "old_secret")
    found_by = ("pk", "name__istartswith")
    search_help_text = _("How the name begins")

    def view_on_site(self, obj: Webhook) -> str:
        return reverse("settings:webhook", args=[obj.pk])


@admin.register(Happening)
class Happenings(Records):
    """What programs were told; `about` is the number of a customer."""

    room, place, icon = "machine", 32, "campaign"
    is_personal = True
    list_display = ("number", "kind", "about", "at")
    found_by = ("pk", "number", "about")
    search_help_text = _("Its number, or that of a customer")


@admin.register(Delivery)
class Deliveries(Records):
    room, place, icon = "machine", 34, "send"
    list_display = ("id", "webhook", "happening", "state", "attempts", "status", "settled_at")
    list_select_related = ("webhook", "happening")
    found_by = ("pk", "webhook_id", "happening_id")
