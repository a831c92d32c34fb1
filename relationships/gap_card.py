"""What one customer wants and how we treat them, in a marketer's words."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from relationships.engine.gap import terms
from relationships.gap_words import MEANS, TO_CHANGE, WISHES
from relationships.models import GapLabel
from relationships.queries.gap.one import Part, Wanted

MOSTLY = 0.1  # a part below this share of the gap is not said to make it


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: about what, what would be right, what is, and its tone."""

    about: str
    right: str
    actual: str
    tone: str  # "bad" where it makes a good part of the gap


@dataclass(frozen=True, slots=True)
class Card:
    """The card of one customer."""

    label: str
    means: str
    wish: str
    source: str
    unsure: str
    rows: list[Row]
    change: str
    is_given_way: bool  # the next step comes first: no label that praises or blames us beside it
    is_wide: bool


def card(found: Wanted, *, first: str = "") -> Card:
    """`first` is what must come before all that the gap would advise, or nothing."""
    label = GapLabel(found.label) if found.label else None
    return Card(
        label=str(label.label) if label else _("Nothing to compare yet"),
        means=str(MEANS[label]) if label and not first else "",
        wish=str(WISHES.get(found.wish, found.wish)),
        source=_source(found.is_stated, found.stated_on),
        unsure=_unsure(found),
        rows=[_row(part, found.label) for part in found.parts],
        change=first or (str(TO_CHANGE[label]) if label else ""),
        is_given_way=bool(first),
        is_wide=found.gap is not None and found.gap >= terms().wide_from,
    )


def _source(is_stated: bool, on: date | None) -> str:
    if not is_stated:
        return _("Inferred from what such customers usually want; nobody heard it from them.")
    if on is None:
        return _("They said so; we do not know when.")
    return _("They said so, last on %s.") % date_format(on, "j F Y")


def _unsure(found: Wanted) -> str:
    if found.is_contradictory:
        return _(
            "Their answers contradict each other: the words mean another closeness than the "
            "picture they chose. Both count half; better ask again."
        )
    return ""


def _row(part: Part, label: str) -> Row:
    about, right, actual = WORDS[part.key](part)
    makes = bool(label) and label != GapLabel.IN_TUNE and part.moved >= MOSTLY
    return Row(about, right, actual, "bad" if makes else "")


def _close(part: Part) -> tuple[str, str, str]:
    apart = part.gap or 0.0
    if apart > 0.1:
        right = _("closer than we are")
    elif apart < -0.1:
        right = _("less close than we are")
    else:
        right = _("about as close as we are")
    return _("Closeness"), right, _place(part.actual)


def _place(value: float | None) -> str:
    if value is None:
        return _("not known")
    words = (_("hardly known to each other"), _("acquainted"), _("well acquainted"), _("close"))
    return words[min(int(4 * max(value, 0.0)), 3)]


def _contact(part: Part) -> tuple[str, str, str]:
    most = part.right or 0.0
    if most < 0.05:
        right = _("none")
    elif most < 1:
        right = _("one in %d days at most") % round(30 / most)
    else:
        n = round(most)
        right = ngettext("%d in 30 days at most", "%d in 30 days at most", n) % n
    if part.is_stated:
        right = _("%s, as they asked") % right
    sent = part.actual
    actual = _("not recorded") if sent is None else _("%d in the last 30 days") % round(sent)
    return _("Messages"), right, actual


def _promo(part: Part) -> tuple[str, str, str]:
    right = _("%d %% at most") % round(100 * (part.right or 0))
    if part.actual is None:
        return _("Offers among them"), right, _("not recorded")
    words = {"share": round(100 * part.actual), "n": part.n}
    return _("Offers among them"), right, _("%(share)d %% of %(n)d in half a year") % words


def _service(part: Part) -> tuple[str, str, str]:
    right = _("within %s") % _hours(part.right or 0.0)
    if part.actual is None:
        return _("Answers"), right, _("none was measured")
    words = {"time": _hours(part.actual), "n": part.n}
    if part.n == 1:
        return _("Answers"), right, _("%(time)s, once in half a year") % words
    return _("Answers"), right, _("usually after %(time)s, %(n)d times in half a year") % words


def _hours(hours: float) -> str:
    if hours < 1.5:
        return _("%d minutes") % round(60 * hours)
    if hours < 72:
        return _("%d hours") % round(hours)
    return _("%d days") % round(hours / 24)


def _tone(part: Part) -> tuple[str, str, str]:
    wants = part.right or 0.0
    right = _("as among friends") if wants >= 0.6 else _("businesslike")
    if 0.4 <= wants < 0.6:
        right = _("friendly and to the point")
    if part.actual is None:
        return _("Tone"), right, _("not recorded")
    words = {"share": round(100 * part.actual), "n": part.n}
    return _("Tone"), right, _("%(share)d %% of %(n)d messages sell nothing") % words


WORDS = {"close": _close, "contact": _contact, "promo": _promo, "service": _service, "tone": _tone}
