"""What one brand keeps to, and who writes in its name."""

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from customers.contact import policy
from customers.models import BrandManners, ContactPolicy, Reach, Sender
from relcrm.base import audit
from relcrm.base.audit import Actor
from relcrm.base.models import Brand
from relcrm.lib.refusals import Refused

UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class BrandContact:
    """As one fills in the page of a brand; empty: as everybody."""

    name: str = ""
    reply_to: str = ""
    footer: str = ""
    weekly_limit: int | None = None
    quiet_from: time | None = None
    quiet_until: time | None = None
    days: str = ""


@transaction.atomic
def add_brand(name: str, *, by: Actor, now: datetime) -> Brand:
    """A further name under which the company meets customers; the first is the default."""
    name = " ".join(name.split())
    slug = slugify(name)[:50]
    if not slug:
        raise Refused(_("Give the brand a name with letters or digits."))
    try:
        with transaction.atomic():
            is_first = not Brand.objects.exists()
            brand = Brand.objects.create(name=name, slug=slug, is_default=is_first)
    except IntegrityError:
        raise Refused(_("There is a brand of this name already.")) from None
    audit.record("brand.added", brand, by=by, at=now, name=name)
    return brand


@transaction.atomic
def update_brand_contact(brand: Brand, told: BrandContact, *, by: Actor, now: datetime) -> None:
    """Limits and hours hold beside the company's; the sender writes in place of everybody's."""
    if (told.quiet_from is None) != (told.quiet_until is None):
        raise Refused(_("Say from when and until when it is quiet, or neither."))
    manners = BrandManners.objects.filter(brand=brand).first() or BrandManners(brand=brand)
    manners.weekly_limit, manners.days = told.weekly_limit, told.days
    manners.quiet_from, manners.quiet_until = told.quiet_from, told.quiet_until
    refuse_never(policy.current(), [manners], now)
    manners.save()
    _set_up_sender(brand, told)
    audit.record(
        "brand.contact_changed", brand, by=by, at=now, weekly_limit=told.weekly_limit,
        quiet_from=str(told.quiet_from or ""), quiet_until=str(told.quiet_until or ""),
        days=told.days, sender=told.name,
    )  # fmt: skip


def refuse_never(company: ContactPolicy, brands: list[BrandManners], now: datetime) -> None:
    """Hours that leave no time at all would withhold everything."""
    for manners in brands:
        if policy.next_opening(policy.hours(company, manners), now, UTC) is None:
            raise Refused(
                _("Between the hours of the company and those of %s no time is left to write.")
                % manners.brand
            )


def _set_up_sender(brand: Brand, told: BrandContact) -> None:
    """One that says nothing of its own is none; a provider's stays one."""
    row = Sender.objects.filter(channel=Reach.EMAIL, brand=brand).first()
    if row is None and not (told.name or told.reply_to or told.footer):
        return
    row = row or Sender(channel=Reach.EMAIL, brand=brand, way=Sender.Way.MAIL)
    row.name, row.reply_to, row.footer = told.name, told.reply_to, told.footer.strip()
    row.save()
