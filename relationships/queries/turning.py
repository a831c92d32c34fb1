"""What would make a customer another type, in a marketer's words."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from relationships.engine.typology import Typology
from relationships.engine.typology.counterfactual import Turn

# once, twice
WORDS = {
    "reply": (gettext_noop("an answer to a message"), gettext_noop("two answers to messages")),
    "preference": (
        gettext_noop("one more thing told about themselves"),
        gettext_noop("two more things told about themselves"),
    ),
    "repair": (gettext_noop("every open complaint settled to their satisfaction"),) * 2,
    "order": (
        gettext_noop("one more order in the next {weeks}"),
        gettext_noop("two more orders in the next {weeks}"),
    ),
    "category": (gettext_noop("an order from a category that is new to them"),) * 2,
}

BARE = ("engaged", "drifting apart", "on-again off-again", "let down", "captive", "divorced")


def would_change(turns: Sequence[Turn], types: Typology, *, cycle_weeks: float) -> list[str]:
    """One sentence for each other type within reach; none says that it will happen."""
    return [_sentence(turn, types, cycle_weeks) for turn in turns]


def _sentence(turn: Turn, types: Typology, cycle_weeks: float) -> str:
    codes = list(dict.fromkeys(turn.changes))
    weeks = max(round(cycle_weeks), 1)
    ahead = ngettext("week", "%d weeks", weeks) % ({} if weeks == 1 else weeks)
    said = [_(WORDS[code][turn.changes.count(code) - 1]).format(weeks=ahead) for code in codes]
    what = _("%(one)s and %(other)s") % {"one": said[0], "other": said[1]} if said[1:] else said[0]
    return _("With %(what)s, they would look like %(type)s to us.") % {
        "what": what, "type": _a(types.types[turn.type].name.lower()),
    }  # fmt: skip


def _a(name: str) -> str:
    """With its article: "a casual buddy", "an old friend"; of those that say a state, none."""
    if name in BARE:
        return _("someone who is %s") % name
    return (_("an %s") if name[0] in "aeiou" else _("a %s")) % name
