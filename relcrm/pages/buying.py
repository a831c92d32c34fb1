"""What one customer buys: month by month, the rhythm in words, and what it is worth to us."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from customers.models import Customer
from relationships.models import Profile
from relationships.worth_card import is_large
from relcrm.base.models import Company
from relcrm.base.templatetags.words import CENT, share
from relcrm.lib import charts
from relcrm.pages.queries import profile as reads

# The chance of still being a customer, in words.
STAYING = (
    (0.9, gettext_lazy("almost certainly")),
    (0.7, gettext_lazy("very likely")),
    (0.5, gettext_lazy("probably")),
    (0.3, gettext_lazy("perhaps not")),
    (0.1, gettext_lazy("probably not")),
)
GONE = gettext_lazy("almost certainly not")
SAME_MARGIN = 0.0005
SURELY, OVERDUE_GAPS = 0.95, 3  # a chance, and times their usual gap between purchases


@dataclass(frozen=True, slots=True)
class Worth:
    """Expected margin with its likely range on an axis, drawn as a band."""

    low: float
    expected: float
    high: float
    axis: charts.Axis
    span: charts.Span
    width: str
    margin_words: str
    nothing_words: str  # why the range begins at nothing; "" where it does not


@dataclass(frozen=True, slots=True)
class Buying:
    """Purchases month by month, and their rhythm in words."""

    columns: tuple[charts.Column, ...]
    first: date
    last: date
    rhythm: str
    staying: str
    silence: str  # why the chance is high although they have long been silent; "" for not so


def worth(
    profile: Profile | None, margin: float | None, company: Company, *, tells_margin: bool = True
) -> Worth | None:
    """`margin` is what is left of this customer's own sales, which says something of what they
    buy; it is not told to those who may not know that."""
    if profile is None or profile.value is None or profile.value_low is None:
        return None
    bounds = (profile.value_low, profile.value, profile.value_high)
    axis = charts.axis(bounds, ticks=3, room=0.08, finest=CENT)
    width = charts.percent((profile.value_high - profile.value_low) / (axis.stop - axis.start))
    whole = is_large(bounds)
    said = [round(bound) if whole else bound for bound in bounds]
    words = margin_words(margin, company) if tells_margin else ""
    nothing = _nothing(profile, said[0])
    return Worth(*said, axis, axis.span(*bounds), width, words, nothing)


def _nothing(profile: Profile, low: float) -> str:
    """A low end at nothing beside a high chance that they are still with us looks like a fault."""
    if profile.alive is None or profile.alive < SURELY or abs(low) >= CENT / 2:
        return ""
    return _(
        "The range begins at nothing: of people who bought as they did, about one in ten or more "
        "buys nothing in so many weeks, even if most are still with us."
    )


def margin_words(margin: float | None, company: Company) -> str:
    """The margin by which this one is valued; it is the company's only where their orders, what
    they buy and its brand have none of their own."""
    usual = float(company.margin)
    if margin is None or abs(margin - usual) < SAME_MARGIN:
        words = (
            _("A margin of %(rate)s of sales is assumed.")
            if company.margin_rate is None
            else _("At a margin of %(rate)s.")
        )
        return words % {"rate": share(usual)}
    return _("At a margin of %(rate)s, as they buy.") % {"rate": share(margin)}


def buying(customer: Customer, profile: Profile | None, as_of: date) -> Buying:
    months = reads.months_bought(customer, as_of)
    return Buying(
        columns=charts.columns([n for _month, n in months]) if any(n for _m, n in months) else (),
        first=months[0][0],
        last=months[-1][0],
        rhythm=rhythm(profile, as_of) if profile else "",
        staying=staying(profile.alive) if profile and profile.alive is not None else "",
        silence=silence(profile, as_of) if profile else "",
    )


def rhythm(profile: Profile, as_of: date) -> str:
    """How often they buy and how long ago they did, in the unit that fits."""
    if not profile.orders or profile.last_order_on is None:
        return _("No purchase yet")
    ago = (as_of - profile.last_order_on).days
    last = _("last %s ago") % _span(ago) if ago > 0 else _("last today")
    if profile.orders < 3:
        bought = ngettext("Bought once", "Bought %(n)d times", profile.orders)
        return f"{bought % {'n': profile.orders}}, {last}"
    gap = _gap(profile)
    return _("Buys about every %(gap)s, %(last)s") % {"gap": _span(round(gap) or 1), "last": last}


def _gap(profile: Profile) -> float:
    """Days from one purchase to the next, so far."""
    return (profile.last_order_on - profile.first_order_on).days / (profile.orders - 1)


def silence(profile: Profile, as_of: date) -> str:
    """A page that says "almost certainly" of who is long overdue says why."""
    alive, last = profile.alive, profile.last_order_on
    if alive is None or alive < SURELY or profile.orders < 3 or last is None:
        return ""
    if (as_of - last).days < OVERDUE_GAPS * max(_gap(profile), 1):
        return ""
    return _(
        "They are silent for longer than is usual between their purchases. The chance stays high "
        "because it is worked out from how everybody buys: who came back as often, or has a "
        "running contract, mostly comes again."
    )


def _span(days: int) -> str:
    for size, one, many in ((365, "%d year", "%d years"), (30, "%d month", "%d months"),
                            (7, "%d week", "%d weeks")):  # fmt: skip
        if days >= 2 * size:
            n = round(days / size)
            return ngettext(one, many, n) % n
    return ngettext("%d day", "%d days", days) % days


def staying(alive: float) -> str:
    """How likely they are still a customer, in words."""
    return next((str(words) for least, words in STAYING if alive >= least), str(GONE))
