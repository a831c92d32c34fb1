"""A relationship in one word beside its family's shape."""

from typing import Any

from django import template

from relationships import veil
from relationships.labels import Label, label
from relationships.models import Profile
from relcrm.base import roles

register = template.Library()


@register.inclusion_tag("parts/family.html", takes_context=True)
def relationship(context: dict[str, Any], profile: Profile | None) -> dict[str, Any]:
    """`{% relationship customer.profile %}`; somebody without a profile is too early to tell."""
    shown: Label = label(profile or None, frank=_frank(context))
    return {"family": shown.family, "label": shown.words, "chip": False}


@register.filter
def sign(family: str, frank: bool) -> str:
    """What a family is drawn as (`data-f`): those left to service have one sign everywhere."""
    return veil.key(family, frank=frank)


def _frank(context: dict[str, Any]) -> bool:
    user = context.get("user")
    return bool(user) and roles.may(user, "see_negative_types")
