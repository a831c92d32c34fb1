"""What one customer is worth, opened for a page: a fall from sales to value, years, next choice."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from customers.models.interaction import Channel
from relationships import covariate_words
from relationships.engine.value.outlook import Outlook
from relationships.engine.value.replacing import AROUND_WEEKS
from relationships.queries.model_card import formula
from relationships.queries.network import Brought
from relationships.queries.opened import Opened
from relationships.turned import turn
from relcrm.base.templatetags.words import CENT, money
from relcrm.lib import charts

# What the parts are called, in the order in which they are taken off; parts of one name are one.
CALLED = (
    ("sales", gettext_lazy("What they will buy")),
    ("covariates", gettext_lazy("What else is known of them")),
    ("goods", gettext_lazy("Cost of goods")),
    ("orders", gettext_lazy("Handling orders")),
    ("returned", gettext_lazy("Returns")),
    ("handling", gettext_lazy("Returns")),
    ("service", gettext_lazy("Service")),
    ("remedies", gettext_lazy("Complaints put right")),
    ("messages", gettext_lazy("Messages")),
    ("contract", gettext_lazy("Contract")),
    ("renewing", gettext_lazy("Renewing the contract")),
    ("discounting", gettext_lazy("Later money is worth less")),
)
CENTS_UP_TO = 20  # beside more than that cents are noise


@dataclass(frozen=True, slots=True)
class Step:
    """One bar: what it is, how much (rounded so that the steps add up), and where it hangs."""

    label: str
    amount: float
    x: str
    width: str
    tone: str  # "more", "less" or "left"


@dataclass(frozen=True, slots=True)
class Within:
    """Worth within some years, with its likely range."""

    label: str
    expected: float
    low: float
    high: float
    median: float
    span: charts.Span


@dataclass(frozen=True, slots=True)
class Card:
    """The card of one customer."""

    steps: list[Step]
    ticks: tuple[charts.Tick, ...]
    zero: str
    years: list[Within]
    axis: charts.Axis
    next_words: str
    months: float | None
    renewals: float | None  # of their contract
    brought: str
    brought_value: float
    brought_words: str  # what of it is this one's doing
    won: str
    won_cost: float | None
    turn: str
    basis: str  # what the formula in use supposes; nothing while the stored default serves
    covariates: str  # what else is known of them bends it by so much


def card(
    found: Opened, currency: str, as_of: date, *, tells_why: bool = True,
    untold: Collection[str] = (),
) -> Card:  # fmt: skip
    """`tells_why`: whether what makes them cost money is for this reader; `untold`: of what else is
    known of them, what is not."""
    bounds = [end for row in found.ahead for end in (row.low, row.high)]
    whole = is_large([*found.parts.values(), *bounds])
    steps, axis = fall(_unbent(found), whole=whole)
    years, of_years = _years(found.ahead, whole=whole)
    f = found.forecast
    turned = turn(f, currency, found.purchases)
    return Card(
        steps=steps,
        ticks=axis.ticks,
        zero=axis.at(0),
        years=years,
        axis=of_years,
        next_words=next_words(found, as_of),
        months=f.months,
        renewals=f.renewals,
        brought=_brought(found.brought.people),
        brought_value=found.brought.value,
        brought_words=_doing(found.brought, currency),
        won=_("Winning them cost (%s)") % _way(found.won.channel) if found.won else "",
        won_cost=found.won.cost if found.won else None,
        turn=turned.words if tells_why and turned else "",
        basis=formula(f.model.name) if f.model else "",
        covariates=covariate_words.sentence(f, untold=untold),
    )


def _unbent(found: Opened) -> dict[str, float]:
    """With what they would buy by the formula alone, and the rest as a part of its own."""
    if not covariate_words.is_told(found.forecast):
        return found.parts
    sales = found.parts["sales"]
    alone = sales / found.forecast.covariates_factor
    return found.parts | {"sales": alone, "covariates": sales - alone}


def is_large(amounts: Iterable[float]) -> bool:
    """Whether one of these sums makes cents noise; then all beside it are written without."""
    return max(map(abs, amounts), default=0.0) > CENTS_UP_TO


def fall(parts: dict[str, float], *, whole: bool) -> tuple[list[Step], charts.Axis]:
    """Bars from sales down to the value. Each ends where the rounded sum so far stands, so that
    they add up to the value as it is written."""
    ends, so_far = [0.0], 0.0
    for name, _label in CALLED:
        so_far += parts.get(name, 0.0)
        ends.append(round(so_far) if whole else round(so_far, 2))
    axis = charts.axis(ends, ticks=3, finest=CENT)
    steps = []
    for at, (name, label) in enumerate(CALLED):
        starts = ends[at] if CALLED[at - 1][1] != label or not at else ends[at - 1]
        if at + 1 < len(CALLED) and CALLED[at + 1][1] == label:
            continue  # told with the next, which has the same name
        amount = round(ends[at + 1] - starts, 2)
        if amount or name == "sales":
            steps.append(_step(str(label), amount, starts, ends[at + 1], axis))
    return [*steps, _step(_("Worth to us"), ends[-1], 0.0, ends[-1], axis, tone="left")], axis


def _step(
    label: str, amount: float, start: float, end: float, axis: charts.Axis, *, tone: str = ""
) -> Step:
    low, high = sorted((start, end))
    width = charts.percent((high - low) / (axis.stop - axis.start))
    return Step(label, amount, axis.at(low), width, tone or ("more" if end >= start else "less"))


def _years(ahead: Iterable[Outlook], *, whole: bool) -> tuple[list[Within], charts.Axis]:
    rows = list(ahead)
    digits = 0 if whole else 2

    def said(amount: float) -> float:
        return round(amount, digits)

    axis = charts.axis([end for row in rows for end in (row.low, row.high)], ticks=3, finest=CENT)
    return [
        Within(
            _in_years(row.years), said(row.expected), said(row.low), said(row.high),
            said(row.median),
            axis.span(row.low, row.expected, row.high),
        )
        for row in rows
    ], axis  # fmt: skip


def _in_years(years: int) -> str:
    return ngettext("%d year", "%d years", years) % years


def next_words(found: Opened, as_of: date) -> str:
    """A window only where it can be relied on; else the life of what they have; else that no day
    can be named."""
    f = found.forecast
    if f.next_from_on and f.next_until_on and f.next_until_on >= as_of:
        days = {"first": _day(max(f.next_from_on, as_of)), "last": _day(f.next_until_on)}
        return _("Buys next between %(first)s and %(last)s") % days
    if found.choice_on:
        words = {"month": date_format(found.choice_on, "F Y"), "weeks": AROUND_WEEKS,
                 "n": round(10 * (found.choice_chance or 0))}  # fmt: skip
        return (
            _(
                "Something they have is due for replacement in %(month)s: %(n)d of 10 buy within "
                "%(weeks)d weeks of such a day"
            )
            % words
        )
    if not f.purchase_days:
        return _("No day can be named: nothing was bought yet")
    return _("No day can be named: too seldom, or too long ago")


def _day(on: date) -> str:
    return date_format(on, "j M Y")


def _brought(people: int) -> str:
    if not people:
        return ""
    return ngettext("Brought one customer", "Brought %(n)d customers", people) % {"n": people}


def _doing(brought: Brought, currency: str) -> str:
    """What of the worth of others is owed to this one; never added to theirs."""
    if brought.worth is None:
        return _(
            "Some of them would have come anyway; nobody has said how many, so nothing is taken "
            "off."
        )
    words = {
        "share": round(100 * (brought.anyway or 0)),
        "worth": money(round(brought.worth, 2), currency),
        "saved": money(round(brought.saved, 2), currency),
    }
    return (
        _(
            "%(share)d %% would have come anyway; what this customer did for us is worth "
            "%(worth)s, of which %(saved)s was saved on winning them."
        )
        % words
    )


def _way(channel: str) -> str:
    return str(Channel(channel).label) if channel in Channel.values else _("way not recorded")
