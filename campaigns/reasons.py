"""Why somebody is left out of an audience: one reason each, the weightiest first."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.contact.rules import HOUSE, rules


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that leaves people out. `by` law it cannot be overruled; a house rule can."""

    key: str
    words: str | Promise
    by: str | Promise
    why: str | Promise


OURS = (
    Reason("service", _("Please leave to service"), HOUSE,
           _("Something stands between us; service speaks to them first.")),
    Reason("passer_by", _("Passers-by"), HOUSE,
           _("One purchase and no wish to meet again: at most one reminder in 180 days.")),
    Reason("leave_alone", _("Better left alone"), HOUSE,
           _("They stay by habit or convenience; a campaign could wake them to leave.")),
    Reason("not_lost", _("Still with us"), HOUSE,
           _("Nothing to win back: they are more likely with us than not.")),
)  # fmt: skip
PACE = Reason("pace", _("Heard from us often enough"), HOUSE,
              _("They had as many messages in 30 days as their relationship bears."))  # fmt: skip


def _reasons() -> dict[str, Reason]:
    """The rules of contact, as for every single message, with those of relationships between."""
    found: dict[str, Reason] = {}
    for rule in rules().values():
        if rule.key in ("erased", "quiet"):  # never chosen; and no reason to be left out: they wait
            continue
        if rule.key == "no_address":
            found |= {reason.key: reason for reason in OURS}
        if rule.key == "week":
            found[PACE.key] = PACE
        found[rule.key] = Reason(rule.key, rule.words, rule.by, rule.why)
    return found


REASONS = _reasons()  # the gates are entered by now: apps are ready before addresses are read
