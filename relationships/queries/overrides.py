"""The label that a colleague has set, in words, with our own view beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from relationships import veil
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

    @property
    def because(self) -> str:
        """The reason as a sentence of its own."""
        return sentence(self.reason)


def sentence(typed: str) -> str:
    """What a person typed, with a full stop where they set none."""
    text = typed.strip()
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


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


def marks(profiles: Iterable[Profile | None], *, frank: bool, sees_people: bool) -> dict[int, str]:
    """What a list says of those whose label a colleague has set, by customer: until when, why, and
    what we would say. One query for the whole list, none where nobody's is set."""
    own = {
        one.pk: called(one.own_family, one.own_type, frank=frank)
        for one in profiles
        if one and one.own_family and not veil.is_veiled(one.family, frank=frank)
    }
    if not own:
        return {}
    rows = Override.objects.filter(customer__in=own, ended_at=None)
    return {
        customer: _said(until, reason if sees_people else "", own[customer])
        for customer, until, reason in rows.values_list("customer", "until", "reason")
    }


def _said(until: date, reason: str, ours: str) -> str:
    said = _("Set by hand until %s") % date_format(until, "j F Y")
    said += f": {sentence(reason)} " if reason else ". "
    return said + _("We would say: %s.") % ours
