"""A value opened into its parts: from what is sold down to what is left, today's money.

Every part is signed and over the whole horizon, so that the eleven of them add up to the value. The
first ten are plain; what a later euro is worth less stands alone at the end.
"""

from dataclasses import dataclass, fields

import numpy as np

from relationships.engine.value.histories import Floats
from relationships.engine.value.money import Habits
from relationships.engine.value.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """One row per customer; money over the horizon, costs below zero."""

    sales: Floats  # expected purchases times what one is likely to bring
    goods: Floats  # cost of goods
    orders: Floats  # cost of handling orders
    returned: Floats  # margin lost with what comes back
    handling: Floats  # cost of handling what comes back
    service: Floats
    remedies: Floats
    messages: Floats
    contract: Floats  # what is left of the fees of a contract, on which no purchase stands
    renewing: Floats  # cost of its renewals
    discounting: Floats  # purchases come later, and later money is worth less

    def columns(self) -> dict[str, Floats]:
        """By name, in the order in which they are taken off."""
        return {name: getattr(self, name) for name in PARTS}

    def total(self) -> Floats:
        """The value."""
        return np.asarray(np.sum(list(self.columns().values()), axis=0))


PARTS = tuple(field.name for field in fields(Parts))


def kept_share(habits: Habits) -> Floats:
    """What is left of the money of a purchase: a returned article loses its margin, not its
    price."""
    return habits.margin * (1 - habits.return_share)


def cost_of_purchase(habits: Habits, terms: Terms) -> Floats:
    """What comes with a purchase, whatever it brings."""
    served = habits.service + habits.remedies + habits.messages
    return terms.cost_per_order + terms.cost_per_return * habits.returns + served


def parts(plain: Floats, discounted: Floats, spend: Floats, habits: Habits, terms: Terms) -> Parts:
    """From expected purchases, plain and discounted, and what one of them brings and costs."""
    sales = plain * spend
    net = kept_share(habits) * spend - cost_of_purchase(habits, terms)
    return Parts(
        sales=sales,
        goods=-sales * (1 - habits.margin),
        orders=-plain * terms.cost_per_order,
        returned=-sales * habits.margin * habits.return_share,
        handling=-plain * terms.cost_per_return * habits.returns,
        service=-plain * habits.service,
        remedies=-plain * habits.remedies,
        messages=-plain * habits.messages,
        contract=np.zeros_like(sales),
        renewing=np.zeros_like(sales),
        discounting=(discounted - plain) * net,
    )
