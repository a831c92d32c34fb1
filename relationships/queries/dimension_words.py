"""What moves mood, closeness and intensity, and how sure we are, in a marketer's words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

EIGHT_IN_TEN = 1.2816  # standard errors to each side that hold the truth 8 times in 10
# Standard errors on a scale from 0 to 1, and the words for them.
SURENESS = (
    (0.05, gettext_lazy("very sure")),
    (0.1, gettext_lazy("quite sure")),
    (0.18, gettext_lazy("fairly sure")),
)

# Source of a contribution → sentence; its figures are those of the evidence's columns.
SENTENCES = {
    "returns_defect": gettext_noop("Sent back something that was faulty"),
    "returns_changed": gettext_noop("Sent something back after a change of mind"),
    "reviews_bad": gettext_noop("Gave few stars in a review"),
    "reviews_good": gettext_noop("Gave four stars or five in a review"),
    "csat_bad": gettext_noop("Was not content after asking for help"),
    "csat_good": gettext_noop("Was content after asking for help"),
    "nps_bad": gettext_noop("Would rather not recommend us"),
    "nps_good": gettext_noop("Would recommend us"),
    "text_bad": gettext_noop("Wrote to us in an angry tone"),
    "text_good": gettext_noop("Wrote to us in a warm tone"),
    "feeling_bad": gettext_noop("Said that dealing with us leaves a bad feeling"),
    "feeling_good": gettext_noop("Said that dealing with us leaves no bad feeling"),
    "promises": gettext_noop("We broke a promise to them"),
    "praise": gettext_noop("Praised us or brought someone along"),
    "hostile": gettext_noop("Spoke against us in public"),
    "opt_out": gettext_noop("Asked us to write less, or not at all"),
    "breadth": gettext_noop("Buys across categories and channels"),
    "dialogue": gettext_noop("Talks with us: questions, answers, ideas"),
    "advocacy": gettext_noop("Speaks for us: reviews, recommendations"),
    "history": gettext_noop("Has known us for {tenure}"),
    "spend": gettext_noop("Spends {order_value} on an order"),
}
# Those that count: which figure decides, and the sentence for none, one and many.
COUNTED = {
    "orders": (
        "fine_orders",
        gettext_noop("No order lately"),
        gettext_noop("One order without a problem lately"),
        gettext_noop("{fine_orders:.0f} orders without a problem lately"),
    ),
    "complaints": (
        "complaints_open",
        gettext_noop("Complained; it is settled"),
        gettext_noop("Complained, and is still waiting"),
        gettext_noop("Complained; {complaints_open:.0f} complaints are still open"),
    ),
    "disclosure": (
        "profile_fields",
        gettext_noop("Has told us nothing about themselves"),
        gettext_noop("Told us one thing about themselves"),
        gettext_noop("Told us {profile_fields:.0f} things about themselves"),
    ),
    "commitment": (
        "orders",
        gettext_noop("Has not ordered yet"),
        gettext_noop("Ordered once so far"),
        gettext_noop("Keeps ordering, {orders:.0f} times so far"),
    ),
    "response": (
        "answers",
        gettext_noop("Answered none of {messages}"),
        gettext_noop("Answered one of {messages}"),
        gettext_noop("Answered {answers:.0f} of {messages}"),
    ),
    "rate": (
        "recent_orders",
        gettext_noop("Has not bought in {recent_weeks:.0f} weeks"),
        gettext_noop("Bought once in {recent_weeks:.0f} weeks"),
        gettext_noop("Bought {recent_orders:.0f} times in {recent_weeks:.0f} weeks"),
    ),
}
LITTLE = {
    "dialogue": gettext_noop("Hardly ever talks with us"),
    "advocacy": gettext_noop("Has not spoken for us yet"),
    "breadth": gettext_noop("Stays with one category"),
    "engagement": gettext_noop("Seldom visits or asks"),
    "history": gettext_noop("We have not known each other for long"),
    "disclosure": gettext_noop("Has told us little about themselves"),
}
# By strength, from 0 to 1, the greatest first: where it begins, what way it points, the words.
USUAL_FROM, MUCH_FROM = 0.4, 0.6
GRADED = {
    "engagement": (
        (0.5, "up", gettext_noop("Visits or asks often")),
        (0.15, "flat", gettext_noop("Visits or asks now and then")),
        (0.0, "down", gettext_noop("Seldom visits or asks")),
    ),
    "response": (
        (MUCH_FROM, "up", gettext_noop("{counted}, more than is usual")),
        (USUAL_FROM, "flat", gettext_noop("{counted}, about as many as is usual")),
        (0.0, "down", gettext_noop("{counted}, fewer than is usual")),
    ),
    "rate": (
        (0.5, "up", gettext_noop("{counted}")),
        (0.15, "flat", gettext_noop("{counted}")),
        (0.0, "down", gettext_noop("{counted}")),
    ),
}
USED_TO = gettext_noop("Visited or asked before, and not lately")
UNSATISFIED = gettext_noop("Complained; it is closed, and not all to their satisfaction")
PROVISIONAL, CLEAR = 0.35, 0.65  # of a confidence: below the one, above the other
# A contribution to closeness or intensity below this is a lack, not a strength.
LEAST = 0.03


def sureness(standard_error: float | None) -> str:
    """How sure we are of a dimension, from its error on a scale from 0 to 1."""
    if standard_error is None:
        return ""
    words = (str(words) for limit, words in SURENESS if standard_error <= limit)
    return next(words, _("little evidence"))


def grounds(confidence: float) -> str:
    """How much a dimension rests on, from its confidence: as the whole judgement is called
    provisional and clear."""
    if confidence < PROVISIONAL:
        return _("little to go by")
    return _("much to go by") if confidence > CLEAR else _("something to go by")
