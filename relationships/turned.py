"""What would turn a relationship that costs more than it brings: as figures, and as a sentence."""

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relationships.models import Cause, Forecast
from relationships.queries.opened import COSTS
from relcrm.base.templatetags.words import CENT, money

WOULD_TURN = {
    Cause.RETURNS: gettext_lazy("with returns as usual in your company"),
    Cause.SERVICE: gettext_lazy("with as much service as usual"),
    Cause.REMEDIES: gettext_lazy("with as few complaints as usual"),
    Cause.MESSAGES: gettext_lazy("with as few paid messages as usual"),
    Cause.DISCOUNTS: gettext_lazy("with discounts as usual"),
    Cause.MARGIN: gettext_lazy("with goods of the usual margin"),
    Cause.SMALL_ORDERS: gettext_lazy("with orders of the usual size"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The value with the company's usual habit in place of the one that costs most (None: no habit
    would gain anything), and the order or fee that would pay for itself, where none is enough."""

    value: float | None = None
    order_from: float | None = None
    fee_from: float | None = None
    words: str

    @property
    def is_enough(self) -> bool:
        """Whether that habit alone turns it."""
        return self.value is not None and self.value >= 0


def turn_out(found: Turn) -> dict[str, Any]:
    """As programs read it."""
    return asdict(found) | {"is_enough": found.is_enough}


def turn(f: Forecast, currency: str, purchases: float | None = None) -> Turn | None:
    """None where nothing costs money, and of cents; `purchases` are those that are expected."""
    if not f.cause:
        return None
    if f.cause == Cause.RENEWALS:
        return _by_fees(f, currency)
    order = pays_from(f, purchases)
    pays = _("orders of %s and more would pay for themselves") % money(order, currency)
    if f.cause not in WOULD_TURN or f.gain < CENT:
        of_orders = order and f.cause == Cause.ORDERS
        return Turn(order_from=order, words=pays) if of_orders else None
    left = round(f.value + f.gain, 2)
    words = {"how": WOULD_TURN[Cause(f.cause)], "gain": money(round(f.gain, 2), currency),
             "left": money(left, currency)}  # fmt: skip
    if left >= 0:
        return Turn(value=left, words=_("%(how)s: %(gain)s more, which makes %(left)s") % words)
    said = _("%(how)s: %(gain)s more, which leaves %(left)s: no one habit turns it") % words
    return Turn(value=left, order_from=order, words=f"{said}; {pays}" if order else said)


def _by_fees(f: Forecast, currency: str) -> Turn | None:
    """The fee of which as much is left as renewing costs."""
    if not f.renewals or f.contract <= 0 or f.fees <= 0:
        return None
    fee = round(-f.renewing / f.renewals * f.fees / f.contract, 2)
    return Turn(
        fee_from=fee, words=_("fees of %s and more would pay for themselves") % money(fee, currency)
    )


def pays_from(f: Forecast, purchases: float | None) -> float | None:
    """The smallest order whose margin covers what comes with it; None where nothing is left of any
    order, or none is expected."""
    kept, cost = f.sales + f.goods + f.returned, -sum(getattr(f, name) for name in COSTS)
    if not purchases or kept <= 0 or cost <= 0:
        return None
    return round(cost / purchases * f.sales / kept, 2)
