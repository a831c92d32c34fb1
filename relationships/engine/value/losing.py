"""Why somebody is expected to cost more than they bring, and what would turn it.

For each habit that can cost money the sum is done again with the company's usual habit in its
place, all else equal. The one that would gain most is the reason. It says what the arithmetic is
most sensitive to; it does not say that anybody can bring the change about.
"""

from dataclasses import dataclass

import numpy as np

from relationships.engine.value.histories import Floats, Integers
from relationships.engine.value.money import Habits
from relationships.engine.value.parts import cost_of_purchase, kept_share
from relationships.engine.value.terms import Terms

CAUSES = (
    "returns", "service", "remedies", "messages", "discounts", "margin", "small_orders", "orders",
    "renewals",
)  # fmt: skip
# From here down a value is said to be below zero: half a cent either way is nothing.
LOSES_BELOW = -0.005
NO_CAUSE, USUAL, RENEWALS = -1, CAUSES.index("orders"), CAUSES.index("renewals")
MOST_OFF = 0.95  # nobody gets more than this taken off every price


@dataclass(frozen=True, slots=True, kw_only=True)
class Losing:
    """One row per customer: place of the cause among CAUSES (−1: they do not lose money), and what
    the company's usual habit in its place would add to the value. Whose habits are the usual ones
    loses by what every order costs; there a usual habit adds nothing."""

    cause: Integers
    gain: Floats


def losing(
    discounted: Floats, spend: Floats, habits: Habits, usual: Habits, usual_spend: float,
    terms: Terms,
) -> Losing:  # fmt: skip
    """Of purchases; `usual_spend` is what one brings in this company."""
    gains = np.stack(
        [discounted * gain for gain in _per_purchase(spend, habits, usual, usual_spend, terms)]
    )
    cause, most = gains.argmax(axis=0), gains.max(axis=0)
    net = kept_share(habits) * spend - cost_of_purchase(habits, terms)
    loses = discounted * net < 0
    cause = np.where(most > -LOSES_BELOW, cause, USUAL)  # of less nobody would speak
    return Losing(
        cause=np.where(loses, cause, NO_CAUSE),
        gain=np.where(loses, np.maximum(most, 0.0), 0.0),
    )


def with_contracts(found: Losing, bought: Floats, contract: Floats) -> Losing:
    """The same where a contract brings, or costs, so much beside what purchases do: nobody is a
    loss whose contract pays for it, and where the contract loses more it is the reason."""
    loses = bought + contract < 0
    worse = loses & (contract < np.minimum(bought, 0.0))
    cause = np.where(worse, RENEWALS, found.cause)
    return Losing(
        cause=np.where(loses, cause, NO_CAUSE),
        gain=np.where(loses & ~worse, found.gain, 0.0),
    )


def _per_purchase(
    spend: Floats, habits: Habits, usual: Habits, usual_spend: float, terms: Terms
) -> list[Floats]:
    """What each habit, brought to the usual, would add to a purchase, all else as it is; in the
    order of CAUSES."""
    kept = 1 - habits.return_share
    less_returned = np.maximum(habits.return_share - usual.return_share, 0.0)
    fewer_returns = np.maximum(habits.returns - usual.returns, 0.0)
    less_off = np.maximum(habits.discount_share - usual.discount_share, 0.0)
    paid, usually_paid = (1 - np.minimum(h.discount_share, MOST_OFF) for h in (habits, usual))
    full_price = spend / paid
    # At their own prices: what is taken off lowers margins and sums too, and counts once.
    usual_margin = 1 - (1 - usual.margin) * usually_paid / paid
    usual_size = usual_spend * paid / usually_paid
    gain_share = np.maximum(habits.margin, 0.0) * kept
    return [
        np.maximum(habits.margin, 0.0) * spend * less_returned
        + terms.cost_per_return * fewer_returns,
        habits.service - usual.service,
        habits.remedies - usual.remedies,
        habits.messages - usual.messages,
        full_price * less_off * kept,
        spend * kept * (usual_margin - habits.margin),
        gain_share * (usual_size - spend),
    ]
