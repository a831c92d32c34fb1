"""Wanted, treated and the gap in a marketer's words: labels, wishes, parts, what to change."""

from django.utils.translation import gettext_lazy as _

from relationships.models import GapLabel

LABEL_ORDER = ("crowded", "neglected", "cheapened", "unheard", "wrong_tone", "in_tune")
MEANS = {
    GapLabel.CROWDED: _("They get more of us than they want, or than their relationship bears."),
    GapLabel.NEGLECTED: _("They want more of us than they get."),
    GapLabel.CHEAPENED: _("Too much of what we write is an offer."),
    GapLabel.UNHEARD: _("We answer them too slowly."),
    GapLabel.WRONG_TONE: _("We write in another tone than theirs."),
    GapLabel.IN_TUNE: _("What we do is about what they want."),
}
TO_CHANGE = {
    GapLabel.CROWDED: _("Write less, and leave them in peace in between."),
    GapLabel.NEGLECTED: _("Give them more of us: a word of your own before the next offer."),
    GapLabel.CHEAPENED: _("Fewer offers; something useful or personal instead."),
    GapLabel.UNHEARD: _("Answer sooner, or say at once when an answer will come."),
    GapLabel.WRONG_TONE: _("Change the tone: more, or less, like a person to a person."),
    GapLabel.IN_TUNE: _("Go on treating them like this."),
}
# Next steps before which the gap gives way: what it advises would speak against them.
FIRST = {
    "repair": _("Put right first what went wrong, as the next step says; the rest comes after."),
    "let_go": _("The next step comes first: let them go kindly, whatever this table says."),
}
DIFFICULT = _("The next step comes first; this table only says what they want and what we do.")
COMPLAINED = _("A complaint comes first: until it has healed, no campaign and no offers.")
WISHES = {
    "new to enjoy": _("someone new to enjoy for a while"),
    "special occasions": _("someone for special occasions"),
    "good deals": _("a place for good deals, nothing more"),
    "friendly face": _("a friendly face who does the job and lets them be"),
    "knows my taste": _("a friend who knows their taste"),
    "close friend": _("a close friend they can be frank with"),
    "steady partner": _("a steady partner for years"),
    "fair business partner": _("a fair business partner"),
    "keep your distance": _("nobody: please keep your distance"),
}
OUTCOMES = {
    "unsubscribed": _("Unsubscribed"),
    "stayed_away": _("Stayed away"),
    "mood_fell": _("Mood fell"),
    "bought_again": _("Bought again"),
}
# Of the thirds with the widest and the narrowest gap.
FOLLOWED = {
    "unsubscribed": _("unsubscribed"),
    "stayed_away": _("stayed away"),
    "mood_fell": _("felt worse about us"),
    "bought_again": _("bought again"),
}
