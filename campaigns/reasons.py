"""Why somebody is left out of an audience: one reason each, the weightiest first."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that leaves people out. `by` law it cannot be overruled; a house rule can."""

    key: str
    words: str | Promise
    by: str | Promise
    why: str | Promise


LAW, HOUSE, PLAIN = _("law"), _("house rule"), _("no address")
REASONS = {
    reason.key: reason
    for reason in (
        Reason("restricted", _("Use of their data is restricted"), LAW,
               _("We keep what we know of them and use it for nothing.")),
        Reason("no_marketing", _("Object to marketing"), LAW,
               _("They objected to marketing; only they can take that back.")),
        Reason("objected", _("Object to profiling"), LAW,
               _("They objected to being chosen by their data.")),
        Reason("unsubscribed", _("Unsubscribed"), LAW,
               _("They asked for no more marketing.")),
        Reason("complaint", _("A complaint is open"), HOUSE,
               _("An open complaint silences marketing, however small it is.")),
        Reason("settling", _("A serious complaint was settled this week"), HOUSE,
               _("Marketing stays silent for seven days after a serious complaint.")),
        Reason("service", _("Please leave to service"), HOUSE,
               _("Something stands between us; service speaks to them first.")),
        Reason("passer_by", _("Passers-by"), HOUSE,
               _("One purchase and no wish to meet again: at most one reminder in 180 days.")),
        Reason("leave_alone", _("Better left alone"), HOUSE,
               _("They stay by habit or convenience; a campaign could wake them to leave.")),
        Reason("not_lost", _("Still with us"), HOUSE,
               _("Nothing to win back: they are more likely with us than not.")),
        Reason("no_email", _("No e-mail address"), PLAIN,
               _("There is no address to write to.")),
        Reason("pace", _("Heard from us often enough"), HOUSE,
               _("They had as many messages in 30 days as their relationship bears.")),
    )
}  # fmt: skip
