"""Customers, what happened and where it came from in the back office."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from customers import identities
from customers.actions.customers import EDITABLE, update_customer
from customers.actions.owned import CHANGEABLE, update_product
from customers.contact import admin as contact  # noqa: F401 (registers its own tables)
from customers.models import (
    Customer,
    Identity,
    Interaction,
    OrderLine,
    Organisation,
    PointOfContact,
    Product,
    Remainder,
    Tombstone,
)  # fmt: skip
from customers.queries import search
from customers.signup import admin as signup  # noqa: F401 (the same)
from relcrm.base.backoffice.records import FOUND, Records
from relcrm.base.models import User
from relcrm.lib.written import whole

# Tables with a column `customer`, which are best looked at customer by customer.
AROUND = ("interaction", "identity", "pointofcontact")


@admin.register(Customer)
class Customers(Records):
    """Erasing asks first, on its own page; nothing is deleted here."""

    room, place, icon = "people", 10, "person"
    is_personal = True
    list_display = ("id", "name", "email", "city", "country", "last_seen_on", "erased_at")
    list_display_links = ("id", "name", "email")
    list_select_related = ()
    editable = EDITABLE
    readonly_fields = ("around",)
    autocomplete_fields = ("organisation",)
    search_help_text = _("Name, e-mail, city, number, phone")
    actions_detail = ("erase",)

    def has_change_permission(self, request: HttpRequest, obj: Customer | None = None) -> bool:
        is_gone = obj is not None and obj.erased_at is not None
        return not is_gone and super().has_change_permission(request, obj)

    def found(self, request: HttpRequest, term: str) -> set[int]:
        # Ordered later: an order by number here would make the database walk the whole table.
        meant = search.matching(Customer.objects.order_by(), term, request.user)
        return set(meant.values_list("pk", flat=True)[:FOUND])

    def change(self, row: Customer, changes: dict[str, Any], *, by: User, now: datetime) -> None:
        update_customer(row, by=by, now=now, **changes)

    def view_on_site(self, obj: Customer) -> str | None:
        return None if obj.erased_at else reverse("customers:profile", args=[obj.pk])

    @action(description=_("Erase…"), url_path="erase", icon="person_remove")
    def erase(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect("customers:erase", get_object_or_404(Customer, pk=whole(object_id)).pk)

    @admin.display(description=_("Around them"))
    def around(self, obj: Customer) -> str:
        links = [(reverse(f"admin:customers_{name}_changelist"), name, obj.pk) for name in AROUND]
        return format_html(" · ".join(['<a href="{}?customer={}">{}</a>'] * len(links)), *(
            part for way, name, pk in links
            for part in (way, pk, self._plural(name))
        ))  # fmt: skip

    def _plural(self, name: str) -> str:
        return str(Customer._meta.apps.get_model("customers", name)._meta.verbose_name_plural)


@admin.register(Identity)
class Identities(Records):
    room, place, icon = "people", 20, "fingerprint"
    is_personal = True
    list_display = ("id", "kind", "source", "value", "customer")
    list_select_related = ("customer",)
    found_by = ("pk", "customer_id", "value")
    search_help_text = _("The whole e-mail, phone or number; or a customer's number")

    def found(self, request: HttpRequest, term: str) -> set[int]:
        spelt = {identities.normal(kind, term) for kind in Identity.Kind.values} - {""}
        rows = Identity.objects.filter(value__in=spelt).order_by()
        return super().found(request, term) | set(rows.values_list("pk", flat=True)[:FOUND])


@admin.register(Organisation)
class Organisations(Records):
    room, place, icon = "people", 30, "apartment"
    list_display = ("name", "domain", "created_at")
    found_by = ("pk", "name__startswith")
    search_help_text = _("How the name begins, spelt exactly")


@admin.register(PointOfContact)
class PointsOfContact(Records):
    room, place, icon = "people", 40, "handshake"
    is_personal = True
    list_display = ("id", "customer", "user", "role")
    list_select_related = ("customer", "user")
    found_by = ("pk", "customer_id", "user_id")
    search_help_text = _("Number of a customer or of a colleague")


@admin.register(Interaction)
class Interactions(Records):
    room, place, icon = "happened", 10, "timeline"
    is_personal = True
    list_display = ("id", "kind", "occurred_at", "customer", "amount", "channel", "source_id")
    list_select_related = ("customer",)
    list_filter = ("kind",)
    found_by = ("pk", "customer_id")
    search_help_text = _("Number of a customer, or number in its source")

    def found(self, request: HttpRequest, term: str) -> set[int]:
        rows = Interaction.objects.filter(source__in=search.sources(), source_id=term).order_by()
        return super().found(request, term) | set(rows.values_list("pk", flat=True)[:FOUND])


@admin.register(OrderLine)
class OrderLines(Records):
    room, place, icon = "happened", 20, "receipt_long"
    is_personal = True
    list_display = ("id", "interaction", "product", "category", "quantity", "unit_price")
    list_select_related = ("interaction", "product")
    found_by = ("pk", "interaction_id")
    search_help_text = _("Number of an interaction")


@admin.register(Product)
class Products(Records):
    room, place, icon = "happened", 40, "inventory_2"
    list_display = ("sku", "name", "category", "launched_on", "expected_life_weeks")
    editable = CHANGEABLE
    found_by = ("pk", "sku")
    search_help_text = _("Article number")

    def change(self, row: Product, changes: dict[str, Any], *, by: User, now: datetime) -> None:
        update_product(row, by=by, **changes)


@admin.register(Tombstone)
class Tombstones(Records):
    """Fingerprints are not shown: with the key they could be tried out."""

    room, place, icon = "people", 60, "person_off"
    list_display = ("id", "erased_on")
    hidden = ("digest",)
    actions_list = ("lift",)

    @action(description=_("Somebody came back"))
    def lift(self, request: HttpRequest) -> HttpResponse:
        return redirect("customers:erased")


@admin.register(Remainder)
class Remainders(Records):
    room, place, icon = "people", 70, "functions"
    list_display = ("month", "kind", "number", "amount")
