"""Keeps the gaps of everybody, added up, on the day everyone was scored, and the proof of them."""

from datetime import date, datetime, timedelta
from typing import Any

from relationships.models import GapPicture, Offer
from relationships.queries.gap.after import what_followed
from relationships.queries.gap.offers import buyers
from relationships.queries.gap.sums import sums
from relcrm.base.models import Company

WEEK = timedelta(days=7)


def keep_picture(company: Company, *, as_of: date, now: datetime) -> GapPicture:
    """One a day; the proof looks at months and is made anew once a week."""
    return GapPicture.objects.update_or_create(
        as_of=as_of,
        defaults={
            "sums": sums(),
            "offers": [
                {"offer": offer.pk, "sums": sums(buyers(offer, as_of))}
                for offer in Offer.objects.select_related("brand")
                if not offer.is_of_all
            ],
            "proof": _proof(company, as_of),
            "computed_at": now,
        },
    )[0]


def _proof(company: Company, as_of: date) -> dict[str, Any]:
    recent = GapPicture.objects.filter(as_of__gt=as_of - WEEK, as_of__lt=as_of).first()
    if recent is not None and recent.proof.get("state") == "found":
        return dict(recent.proof)
    return what_followed(company, as_of)
