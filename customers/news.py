"""What happens to customers and may be told to programs: merged, erased, signed up, consents."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from customers.models import Consent
from relcrm.base import happenings
from relcrm.base.happenings import News

READS = "customers:read"
MERGED, UNMERGED = "customer.merged", "customer.unmerged"
ERASED = "customer.erased"
SIGNED_UP, CONSENT = "signup.confirmed", "consent.recorded"


def register_all() -> None:
    happenings.register(
        MERGED, _("Two customers turned out to be one"), scope=READS,
        example={"customer": 17, "merged": 18},
    )  # fmt: skip
    happenings.register(
        UNMERGED, _("A merge was undone: they are two again"), scope=READS,
        example={"customer": 17, "merged": 18},
    )  # fmt: skip
    happenings.register(
        ERASED, _("A customer was erased: forget them too"), scope=READS, example={"customer": 17}
    )
    happenings.register(
        SIGNED_UP, _("Somebody signed up and confirmed it"), scope="signups:read",
        example={"customer": 17, "form": 3},
    )  # fmt: skip
    happenings.register(
        CONSENT, _("A customer said yes or no to being written to"), scope="consents:read",
        example={"customer": 17, "state": "withdrawn", "purpose": "marketing",
                 "channel": "email", "brand": None},
    )  # fmt: skip


def tell_merged(customer: int, merged: int, at: datetime, *, undone: bool = False) -> None:
    kind = UNMERGED if undone else MERGED
    happenings.tell([News(kind, customer, at, {"customer": customer, "merged": merged})])


def tell_erased(customer: int, at: datetime) -> None:
    """What was told of them before is forgotten; this one line asks the others to do the same."""
    happenings.forget([customer])
    happenings.tell([News(ERASED, None, at, {"customer": customer})])


def tell_signed_up(customer: int, form: int, at: datetime) -> None:
    happenings.tell([News(SIGNED_UP, customer, at, {"customer": customer, "form": form})])


def tell_consent(line: Consent, at: datetime) -> None:
    """An empty purpose or channel means all of them."""
    told = {
        "customer": line.customer_id, "state": line.state, "purpose": line.purpose,
        "channel": line.channel, "brand": line.brand.slug if line.brand else None,
    }  # fmt: skip
    happenings.tell([News(CONSENT, line.customer_id, at, told)])
