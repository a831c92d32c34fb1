"""The way around: which rooms there are, what they are called, who may enter, in one table."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from relcrm.base import roles
from relcrm.base.models import User


@dataclass(frozen=True, slots=True)
class Room:
    """A page in the side bar: `key` is what its view calls `nav` (parts: `nav_part`)."""

    key: str
    label: str
    icon: str
    route: str
    capability: str
    short: str = ""
    starts_group: bool = False
    parts: tuple["Room", ...] = ()


ROOMS = (
    Room("overview", _("Overview"), "home", "pages:overview", "see_company"),
    Room("customers", _("Customers"), "people", "customers:list", "see_customers"),
    Room(
        "relationships", _("Relationships"), "link", "relationships:map", "see_company",
        short=_("Relations"),
        parts=(
            Room("map", _("Map"), "", "relationships:map", "see_company"),
            Room("types", _("Types"), "", "relationships:types", "see_company"),
            Room("gap", _("Wanted and treated"), "", "relationships:gap", "see_company"),
            Room("moves", _("Moves"), "", "relationships:moves", "see_company"),
            Room("value", _("Value"), "", "relationships:value", "see_company"),
        ),
    ),
    Room("feedback", _("Complaints"), "ear", "feedback:complaints", "see_complaints",
         starts_group=True),
    Room("promises", _("Promises"), "cal", "promises:promises", "see_promises"),
    Room("work", _("Tasks"), "check", "customers:tasks", "work_with_customers"),
    Room("personae", _("Personae"), "mask", "relationships:personae", "see_company"),
    Room("campaigns", _("Campaigns"), "send", "campaigns:targeting", "target"),
    Room("outbox", _("Outbox"), "mail", "customers:outbox", "write_messages"),
    Room(
        "privacy", _("Privacy"), "shield", "privacy:requests", "guard_privacy",
        parts=(
            Room("requests", _("Requests"), "", "privacy:requests", "guard_privacy"),
            Room("breaches", _("Breaches"), "", "privacy:breaches", "guard_privacy"),
            Room("retention", _("How long we keep"), "", "privacy:retention", "guard_privacy"),
        ),
    ),
    Room("imports", _("Imports"), "inbox", "customers:imports", "import_data"),
    Room("exports", _("Exports"), "down", "customers:exports", "export_data"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the side bar, as this person sees it on this page."""

    label: str
    short: str
    icon: str
    href: str
    is_current: bool
    starts_group: bool = False
    parts: list["Entry"] = field(default_factory=list)


def entries(user: User, current: str, part: str = "") -> list[Entry]:
    """What this person may enter, in order; the current room opens into its parts."""
    return [found for room in ROOMS if (found := _entry(room, user, current, part))]


def _entry(room: Room, user: User, current: str, part: str) -> Entry | None:
    if not roles.may(user, room.capability):
        return None
    parts = [found for p in room.parts if (found := _entry(p, user, part, ""))]
    return Entry(
        str(room.label), str(room.short or room.label), room.icon, reverse(room.route),
        room.key == current, room.starts_group, parts,
    )  # fmt: skip
