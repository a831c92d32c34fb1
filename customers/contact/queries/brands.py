"""Brands as contact sees them: what each keeps to, and who writes in its name."""

from dataclasses import dataclass

from customers.models import BrandManners, Reach, Sender
from relcrm.base.models import Brand


@dataclass(frozen=True, slots=True)
class Known:
    """One brand with its own manners and its sender of e-mail; None where it has none."""

    brand: Brand
    manners: BrandManners | None
    sender: Sender | None


def brands() -> list[Known]:
    """Every brand by name, in three queries."""
    manners = {row.brand_id: row for row in BrandManners.objects.all()}
    mail = Sender.objects.filter(channel=Reach.EMAIL).exclude(brand=None)
    senders = {row.brand_id: row for row in mail}
    return [
        Known(brand, manners.get(brand.pk), senders.get(brand.pk)) for brand in Brand.objects.all()
    ]


def filled_in(brand: Brand) -> dict[str, object]:
    """What stands in the form of one brand."""
    manners = BrandManners.objects.filter(brand=brand).first() or BrandManners()
    sender = Sender.objects.filter(channel=Reach.EMAIL, brand=brand).first() or Sender()
    told: dict[str, object] = {
        name: getattr(manners, name) for name in ("weekly_limit", "quiet_from", "quiet_until")
    }
    return told | {
        "days": list(manners.days), "name": sender.name, "reply_to": sender.reply_to,
        "footer": sender.footer,
    }  # fmt: skip
