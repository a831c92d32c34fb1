"""The rules of contact, in the order in which they are asked: law, their word, manners."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.contact.gates import GATES
from customers.models import Purpose

Words = str | Promise
COURTED = (Purpose.MARKETING.value, Purpose.SURVEY.value)  # what we want; service is what they need
EVERY = tuple(Purpose.values)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule that can keep a message back. Law and a customer's own word hold for everybody;
    a house rule may be set aside with a reason and a second person's approval."""

    key: str
    words: Words
    why: Words
    by: Words
    purposes: tuple[str, ...] = COURTED

    @property
    def is_house(self) -> bool:
        return self.by == HOUSE


LAW, WORD, HOUSE, PLAIN = _("law"), _("their word"), _("house rule"), _("no address")
FIRST = (
    Rule("erased", _("Erased"), _("They asked to be forgotten."), LAW, EVERY),
    Rule("restricted", _("Use of their data is restricted"),
         _("We keep what we know of them and use it for nothing."), LAW),
    Rule("no_marketing", _("Object to marketing"),
         _("They objected to marketing; only they can take that back."), LAW),
    Rule("objected", _("Object to profiling"),
         _("They objected to being chosen by their data."), LAW),
    Rule("unsubscribed", _("Unsubscribed"), _("They asked for no more of this."), LAW),
    Rule("unconfirmed", _("Have not confirmed yet"),
         _("They were asked to confirm that they want this, and have not done so."), LAW),
    Rule("no_consent", _("No consent on record"),
         _("Nothing on record says that they want this."), LAW),
    Rule("suppressed", _("Address suppressed"),
         _("Messages to this address come back, or its owner reported us."), LAW, EVERY),
    Rule("refused", _("Do not want this channel"),
         _("They told us not to use this channel or not to write about this."), WORD),
    Rule("paused", _("Asked for a pause"), _("They want to hear nothing for a while."), WORD),
)  # fmt: skip
LAST = (
    Rule("no_address", _("No address"), _("There is no address to write to."), PLAIN, EVERY),
    Rule("own_pace", _("Heard from us as often as they wish"),
         _("They said how many messages a month they want, and had as many."), WORD),
    Rule("week", _("Heard from us enough this week"),
         _("One limit counts every message of every kind, over seven days."), HOUSE),
)  # fmt: skip
QUIET = Rule("quiet", _("Quiet hours"), _("It is not a time to write where they live."), HOUSE)


def rules() -> dict[str, Rule]:
    """Every rule by its key, with the gates of upper apps, the weightiest first."""
    gates = [
        Rule(gate.key, gate.words, gate.why, LAW if gate.is_legal else HOUSE, gate.purposes)
        for gate in GATES.values()
    ]
    return {rule.key: rule for rule in (*FIRST, *gates, *LAST, QUIET)}
