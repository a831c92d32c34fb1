"""Consents, the contact policy and the outbox in the back office."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from customers.models import (
    BrandManners,
    Consent,
    ContactKey,
    ContactPolicy,
    Heard,
    LedgerKey,
    Message,
    Sender,
    StrayMail,
    Suppression,
    Waiver,
    Wording,
)  # fmt: skip
from relcrm.base.backoffice.records import Records


@admin.register(Consent)
class Consents(Records):
    """A ledger: lines are added on a customer's page or by the API, and never change."""

    room, place, icon = "people", 45, "how_to_reg"
    is_personal = True
    list_display = ("id", "customer", "state", "purpose", "channel", "source", "at")
    list_select_related = ("customer",)
    found_by = ("pk", "customer_id")
    search_help_text = _("Number of a customer")


@admin.register(Wording)
class Wordings(Records):
    room, place, icon = "company", 45, "format_quote"
    list_display = ("key", "version", "language", "purpose", "created_at")
    found_by = ("pk", "key")
    search_help_text = _("Name of the statement")


@admin.register(Message)
class Messages(Records):
    room, place, icon = "happened", 30, "outbox"
    is_personal = True
    list_display = ("id", "customer", "channel", "purpose", "state", "reason", "created_at")
    list_select_related = ("customer",)
    list_filter = ("state",)
    found_by = ("pk", "customer_id", "provider_id")
    search_help_text = _("Number of a message or of a customer, or the provider's number")


@admin.register(Suppression)
class Suppressions(Records):
    """Fingerprints are not shown: with the key they could be tried out."""

    room, place, icon = "people", 62, "block"
    is_personal = True
    list_display = ("id", "channel", "address", "cause", "source", "added_at")
    hidden = ("digest",)
    found_by = ("pk", "address")
    search_help_text = _("The whole address")


@admin.register(Waiver)
class Waivers(Records):
    room, place, icon = "company", 47, "gavel"
    list_display = ("rule", "purpose", "customer", "asked_by", "approved_by", "until")
    list_select_related = ("customer", "asked_by", "approved_by")
    found_by = ("pk", "customer_id")


@admin.register(ContactPolicy)
class ContactPolicies(Records):
    room, place, icon = "company", 44, "policy"
    list_display = ("basis", "weekly_limit", "quiet_from", "quiet_until")


@admin.register(BrandManners)
class BrandsManners(Records):
    room, place, icon = "company", 45, "branding_watermark"
    list_display = ("brand", "weekly_limit", "quiet_from", "quiet_until")
    list_select_related = ("brand",)


@admin.register(Sender)
class Senders(Records):
    """The secret is shown once, where the channel is set up."""

    room, place, icon = "company", 46, "send"
    list_display = ("channel", "brand", "way", "is_on", "name")
    list_select_related = ("brand",)
    hidden = ("secret",)


@admin.register(ContactKey)
class ContactKeys(Records):
    room, place, icon = "people", 64, "key"
    list_display = ("id", "customer")
    list_select_related = ("customer",)
    hidden = ("key",)
    found_by = ("pk", "customer_id")


@admin.register(LedgerKey)
class LedgerKeys(Records):
    """Always empty: its rows never outlive their transaction."""

    room, place, icon = "machine", 90, "lock_open"
    list_display = ("id", "customer")


@admin.register(Heard)
class ReportsHeard(Records):
    """Fingerprints of reports that were taken over; they go after a month."""

    room, place, icon = "machine", 92, "hearing"
    list_display = ("id", "source", "heard_at")


@admin.register(StrayMail)
class StrayMails(Records):
    """What the mailbox for bounces held and nobody understood; it goes after 30 days."""

    room, place, icon = "machine", 91, "unknown_document"
    is_personal = True
    list_display = ("id", "sender", "subject", "problem", "came_at")
    hidden = ("raw", "digest")
