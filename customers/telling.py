"""Interactions in words: what each kind is called on the timeline, and what stands beside it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Interaction, Kind
from customers.queries.modifiers import HIDDEN
from customers.timeline import Entry, Slice
from relcrm.base.templatetags.words import money

NAME = "interactions"
GROUP_OF = {
    Kind.PURCHASE: "bought",
    Kind.RETURN: "bought",
    Kind.SUBSCRIPTION_STARTED: "bought",
    Kind.SUBSCRIPTION_RENEWED: "bought",
    Kind.SUBSCRIPTION_CANCELLED: "bought",
    Kind.SUPPORT: "said",
    Kind.COMPLAINT: "said",
    Kind.SUGGESTION: "said",
    Kind.REVIEW: "said",
    Kind.MENTION: "said",
    Kind.REFERRAL: "said",
    Kind.SURVEY_ANSWER: "said",
    Kind.MESSAGE_REPLIED: "said",
    Kind.MESSAGE_SENT: "messages",
    Kind.MESSAGE_OPENED: "messages",
    Kind.MESSAGE_CLICKED: "messages",
    Kind.UNSUBSCRIBED: "messages",
    Kind.NOTE: "work",
    Kind.PROMISE_KEPT: "work",
    Kind.PROMISE_BROKEN: "work",
}
GROUPS = ("bought", "said", "messages", "work")
# Kind → icon, tone, whether it is quiet, words.
LOOK = {
    Kind.PURCHASE: ("bag", "", False, gettext_lazy("Bought")),
    Kind.RETURN: ("back", "warn", False, gettext_lazy("Sent something back")),
    Kind.VISIT: ("eye", "", True, gettext_lazy("Visited us")),
    Kind.MESSAGE_SENT: ("mail", "", True, gettext_lazy("We wrote")),
    Kind.MESSAGE_OPENED: ("mail", "", True, gettext_lazy("Opened our message")),
    Kind.MESSAGE_CLICKED: ("mail", "good", False, gettext_lazy("Followed a link in our message")),
    Kind.MESSAGE_REPLIED: ("mail", "good", False, gettext_lazy("Answered our message")),
    Kind.UNSUBSCRIBED: ("mute", "bad", False, gettext_lazy("Unsubscribed")),
    Kind.SUPPORT: ("phone", "", False, gettext_lazy("Asked for help")),
    Kind.COMPLAINT: ("alert", "bad", False, gettext_lazy("Complained")),
    Kind.SUGGESTION: ("ear", "good", False, gettext_lazy("Made a suggestion")),
    Kind.REVIEW: ("star", "", False, gettext_lazy("Wrote a review")),
    Kind.MENTION: ("ear", "", False, gettext_lazy("Spoke of us in public")),
    Kind.REFERRAL: ("gift", "good", False, gettext_lazy("Brought somebody")),
    Kind.SURVEY_ANSWER: ("ear", "", False, gettext_lazy("Answered a survey")),
    Kind.SUBSCRIPTION_STARTED: ("cycle", "good", False, gettext_lazy("Started a subscription")),
    Kind.SUBSCRIPTION_RENEWED: ("cycle", "good", False, gettext_lazy("Renewed a subscription")),
    Kind.SUBSCRIPTION_CANCELLED: ("cycle", "bad", False, gettext_lazy("Ended a subscription")),
    Kind.NOTE: ("note", "", False, gettext_lazy("Note")),
    Kind.PROMISE_KEPT: ("check", "", True, gettext_lazy("We kept a promise")),
    Kind.PROMISE_BROKEN: ("alert", "bad", False, gettext_lazy("We broke a promise")),
}
PLACE = {
    "web": gettext_lazy("in the web shop"),
    "shop": gettext_lazy("in the shop"),
    "email": gettext_lazy("by e-mail"),
    "sms": gettext_lazy("by SMS"),
    "phone": gettext_lazy("by phone"),
    "chat": gettext_lazy("in the chat"),
    "social": gettext_lazy("on social media"),
    "letter": gettext_lazy("by letter"),
}
REACTIONS = (Kind.MESSAGE_OPENED, Kind.MESSAGE_CLICKED, Kind.MESSAGE_REPLIED)
TEXTS = (
    "subject",
    "text",
    "wish",
    "q1",
    "title",
    "campaign",
)  # of properties, the most telling first

Teller = Callable[[Sequence[Interaction], Slice], Mapping[int, Entry]]
TELLERS: dict[str, Teller] = {}


def tell(kind: str, teller: Teller) -> None:
    """An upper app knows more of a kind: it may give better entries for some of its rows."""
    TELLERS[kind] = teller


def interactions(asked: Slice) -> Iterable[Entry]:
    """The timeline's source of interactions; order lines and products come in two queries."""
    rows = Interaction.objects.all()
    if asked.group:
        kinds = [kind for kind, group in GROUP_OF.items() if group == asked.group]
        rows = rows.filter(kind__in=kinds)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.channel:
        rows = rows.filter(channel=asked.channel)
    page = list(asked.of(rows, NAME, "occurred_at").prefetch_related("lines__product"))
    better: dict[int, Entry] = {}
    for kind, teller in TELLERS.items():
        if theirs := [row for row in page if row.kind == kind]:
            better.update(teller(theirs, asked))
    return [
        replace(
            better.get(row.pk) or entry(row, asked),
            kind=row.kind, channel=row.channel, who=row.customer_id,
        )
        for row in page
    ]  # fmt: skip


def entry(row: Interaction, asked: Slice) -> Entry:
    """One interaction in words."""
    icon, tone, is_quiet, title = LOOK[Kind(row.kind)]
    place = "" if row.kind in REACTIONS else PLACE.get(row.channel, "")
    plain = Entry(
        at=row.occurred_at,
        pk=row.pk,
        title=f"{title} {place}".strip(),
        icon=icon,
        tone=tone,
        is_quiet=is_quiet,
        why=_why(row, asked),
        end=_end(row, asked.currency),
    )
    return replace(plain, **_rated(row)) if row.rating is not None or row.sentiment else plain


def _why(row: Interaction, asked: Slice) -> str:
    is_hidden = row.customer_id in asked.hides
    goods = _goods(row) or row.category
    said = [str(HIDDEN) if is_hidden and goods else goods, _discount(row, asked.currency)]
    if row.reason:
        said.append(row.reason.replace("_", " "))
    # A review or a note may well say what it is about.
    if asked.sees_people and row.properties and not is_hidden:
        said.append(next((str(row.properties[k]) for k in TEXTS if row.properties.get(k)), ""))
    return " · ".join(part for part in said if part)


def _goods(row: Interaction) -> str:
    names = [str(line.product) if line.product else line.category for line in row.lines.all()]
    names = [name for name in dict.fromkeys(names) if name]
    if len(names) <= 3:
        return ", ".join(names)
    return _("%(first)s and %(n)d more") % {"first": ", ".join(names[:2]), "n": len(names) - 2}


def _discount(row: Interaction, currency: str) -> str:
    if row.kind != Kind.PURCHASE or row.discount is None:
        return ""
    if not row.discount:
        return _("full price")
    return _("%s less than the full price") % money(row.discount, currency)


def _end(row: Interaction, currency: str) -> str:
    if row.amount is None:
        return ""
    return money(-row.amount if row.kind == Kind.RETURN else row.amount, currency)


def _rated(row: Interaction) -> dict[str, str]:
    """Stars and answers in words; the tone follows what was said."""
    if row.kind == Kind.REVIEW and row.rating is not None:
        title = _("Gave %(n)d of 5 stars") % {"n": row.rating}
        return {"title": title, "tone": _tone(row.rating, 3, 4)}
    if row.kind == Kind.SURVEY_ANSWER and row.category == "nps":
        title = _("Would they recommend us? %(n)d of 10") % {"n": row.rating}
        return {"title": title, "tone": _tone(row.rating, 7, 9), "why": ""}
    if row.kind == Kind.SURVEY_ANSWER and row.category == "csat":
        title = _("How was our help? %(n)d of 5") % {"n": row.rating}
        return {"title": title, "tone": _tone(row.rating, 3, 4), "why": ""}
    if row.kind == Kind.MENTION and row.sentiment:
        return {"tone": _tone(row.sentiment, -0.2, 0.2)}
    return {}


def _tone(value: float | None, bad_below: float, good_from: float) -> str:
    if value is None:
        return ""
    return "bad" if value < bad_below else "good" if value >= good_from else ""
