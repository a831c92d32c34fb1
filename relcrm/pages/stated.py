"""What customers told us of how they want to hear from us: channels, hours, pace."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models.interaction import Channel

CHANNEL = "channel_"
ASKED = (Channel.EMAIL, Channel.SMS, Channel.PHONE, Channel.LETTER, Channel.SOCIAL)
WISHES = [("", "–"), ("likes", gettext_lazy("likes it")), ("never", gettext_lazy("never"))]


def channels(preferences: Any) -> dict[str, str]:
    """Channel → likes or never. {"channels": {"email": "likes"}} and {"channel": "email"} are
    both in use."""
    if not isinstance(preferences, dict):
        return {}
    found = preferences.get("channels")
    if isinstance(found, dict):
        return {str(channel): str(wish) for channel, wish in found.items()}
    liked = found if isinstance(found, list) else [preferences.get("channel")]
    return {str(channel): "likes" for channel in liked if channel}


def hours(preferences: Any) -> tuple[int, int] | None:
    """From and to, of their own day, when they said so."""
    told = preferences.get("hours") if isinstance(preferences, dict) else None
    if isinstance(told, list) and len(told) == 2 and all(isinstance(at, int) for at in told):
        return told[0], told[1]
    return None


def form_fields() -> dict[str, forms.Field]:
    found: dict[str, forms.Field] = {
        f"{CHANNEL}{channel.value}": forms.ChoiceField(
            label=channel.label, choices=WISHES, required=False
        )
        for channel in ASKED
    }
    hour = {"required": False, "min_value": 0, "max_value": 24}
    found["hour_from"] = forms.IntegerField(label=gettext_lazy("From, o'clock"), **hour)
    found["hour_to"] = forms.IntegerField(label=gettext_lazy("To, o'clock"), **hour)
    found["pace"] = forms.IntegerField(
        label=gettext_lazy("Messages a month, at most"), required=False, min_value=0, max_value=100
    )
    return found


def initial(preferences: Any) -> dict[str, Any]:
    """What is known, as the form begins with it."""
    told = channels(preferences)
    found: dict[str, Any] = {f"{CHANNEL}{channel}": wish for channel, wish in told.items()}
    if span := hours(preferences):
        found["hour_from"], found["hour_to"] = span
    pace = preferences.get("pace_per_month") if isinstance(preferences, dict) else None
    return found | ({"pace": int(pace)} if isinstance(pace, int | float) else {})


def mistake(facts: Mapping[str, Any]) -> str | None:
    """Hours come in pairs, and are not the same."""
    span = (facts.get("hour_from"), facts.get("hour_to"))
    if (span[0] is None) != (span[1] is None):
        return _("Give both hours or none.")
    if span[0] is not None and span[0] == span[1]:
        return _("These hours are no time at all.")
    return None


def preferences(facts: Mapping[str, Any], kept: Any) -> dict[str, Any]:
    """What was kept before, with what the form says now in its place."""
    found = dict(kept) if isinstance(kept, dict) else {}
    before = channels(found)
    asked = {channel.value for channel in ASKED}
    said = {c: wish for c, wish in before.items() if c not in asked}
    said |= {c: facts[f"{CHANNEL}{c}"] for c in sorted(asked) if facts.get(f"{CHANNEL}{c}")}
    if said != before:
        found.pop("channel", None)
        found["channels"] = said
        if not said:
            del found["channels"]
    if facts.get("hour_from") is not None:
        found["hours"] = [facts["hour_from"], facts["hour_to"]]
    else:
        found.pop("hours", None)
    if facts.get("pace") is not None:
        found["pace_per_month"] = facts["pace"]
    else:
        found.pop("pace_per_month", None)
    return found
