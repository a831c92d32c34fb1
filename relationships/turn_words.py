"""Turning points in a marketer's words: by which way, and what moved."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relationships import veil
from relationships.engine.typology.classify import MEMORY, PRIOR
from relationships.engine.typology.evidence import CHANNELS
from relationships.engine.typology.reasons import WITHOUT_NUMBERS, Reason
from relationships.engine.typology.sentences import SENTENCES, sentence
from relationships.models import Family, ProfileChange

WAYS = {
    "exploration": gettext_lazy("Getting to know each other"),
    "endowment": gettext_lazy("Growing closer"),
    "recovery": gettext_lazy("Coming back"),
    "neglect": gettext_lazy("Fading, with nothing bad happening"),
    "betrayal": gettext_lazy("Let down, something went wrong"),
}
RULES = {  # what came in between two judgements
    "edition": gettext_lazy("judged by another edition of how we tell types apart"),
    "calibration": gettext_lazy("measured anew against how your customers behave"),
    "learned": gettext_lazy("learned anew from what people say"),
}
SURER = gettext_lazy("Surer which kind they are")
LESS_SURE = gettext_lazy("Less sure which kind they are")
BY_HAND = {
    "set": gettext_lazy("a colleague said so"),
    "ended": gettext_lazy("what a colleague had said holds no longer"),
}
MOST = 2
Money = Callable[[float], str]


def why(
    change: ProfileChange, *, frank: bool, untold: frozenset[str] = frozenset(), money: Money
) -> str:
    """What moved the relationship; nothing of those left to service to who may not know, nor of
    the sources `untold`."""
    if is_hidden(change.reason, change.family, change.old_family, frank=frank):
        return ""
    reason = without(change.reason, untold)
    way = _way(change, reason)
    moved = veil.sayable([*causes(reason, money)[:MOST], *others(reason)], frank=frank)
    words = ": ".join(part for part in (way, "; ".join(moved)) if part)
    if change.is_reconstructed and words:
        return _("%s. Worked out afterwards") % words
    return words


def is_hidden(reason: dict[str, Any], *families: str, frank: bool) -> bool:
    """Whether this reason may speak of a type that the reader may not know: one that is shown, or
    one that was held below the label. Too early to tell hides it always, as only sometimes would
    tell which times."""
    if any(veil.is_veiled(family, frank=frank) for family in families):
        return True
    if frank or not reason.keys() & {"mechanism", "moved"}:
        return False
    return bool(reason.get("veiled")) or Family.UNDETERMINED in families


def _way(change: ProfileChange, reason: dict[str, Any]) -> str:
    """How it moved; where only we are surer or less sure, nothing moved with the customer."""
    if "override" not in reason and is_same_family(change.family, change.type,
                                                   change.old_family, change.old_type):  # fmt: skip
        return str(SURER if change.type else LESS_SURE)
    return way_of(reason.get("mechanism", ""))


def is_same_family(family: str, kind: str, old_family: str, old_kind: str) -> bool:
    """Whether a family's kind was told and is not any more, or the other way round."""
    return family == old_family and bool(kind) != bool(old_kind)


def way_of(mechanism: str) -> str:
    """The mechanism in words; nothing for none."""
    return str(WAYS.get(mechanism, ""))


def without(reason: dict[str, Any], untold: frozenset[str]) -> dict[str, Any]:
    """The same, saying nothing of these sources."""
    moved = [one for one in reason.get("moved", ()) if one.get("code") not in untold]
    return reason | {"moved": moved} if "moved" in reason else reason


def causes(reason: dict[str, Any], money: Money) -> list[str]:
    """The observations that moved most, strongest first; amounts as `money` writes them."""
    return [said for one in reason.get("moved", ()) if (said := _cause(one, money))]


def others(reason: dict[str, Any]) -> list[str]:
    """What moved the label beside the customer: a colleague's word, new rules."""
    words = (*(RULES.get(name) for name in reason.get("rules", ())),
             BY_HAND.get(reason.get("override", "")))  # fmt: skip
    return [str(said) for said in words if said]


def _cause(one: dict[str, Any], money: Money) -> str:
    code, numbers = one.get("code", ""), one.get("numbers")
    # How they looked before and how many are like them weigh, but nobody did them.
    if code not in SENTENCES or code in {PRIOR, MEMORY}:
        return ""
    if code in WITHOUT_NUMBERS:
        return sentence(Reason(code, {}, one.get("strength", 1.0)), _)
    if numbers is None:
        return _("told by: %s") % _(CHANNELS[code]) if code in CHANNELS else ""
    return sentence(Reason(code, numbers, one.get("strength", 0.0)), _, money)
