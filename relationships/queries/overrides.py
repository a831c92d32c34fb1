"""The label that a colleague has set, in words, with our own view beside it."""

from dataclasses import dataclass
from datetime import date

from relationships.models import Override, Profile
from relationships.naming import called
from relcrm.base.models import User


@dataclass(frozen=True, slots=True)
class Standing:
    """Who set the shown label, until when and why, and what we would say ourselves."""

    row: Override
    by: User | None
    until: date
    reason: str
    ours: str


def standing(profile: Profile | None, *, frank: bool) -> Standing | None:
    """No query where the shown label is our own."""
    if profile is None or not profile.own_family:
        return None
    row = (
        Override.objects.select_related("set_by").filter(customer=profile.pk, ended_at=None).first()
    )
    if row is None:
        return None
    ours = called(profile.own_family, profile.own_type, frank=frank)
    return Standing(row, row.set_by, row.until, row.reason, ours)
