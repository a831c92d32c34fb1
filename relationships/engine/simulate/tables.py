"""The tables that readers of a world get: customers, order lines, deliveries and true stints."""

from typing import Any

import numpy as np
import pandas as pd

from relationships.engine.simulate.clock import Clock, Ints
from relationships.engine.simulate.lives import CAUSES, Lives
from relationships.engine.simulate.orders import Orders
from relationships.engine.simulate.parameters import Parameters, vocabulary
from relationships.engine.simulate.people import People
from relationships.engine.simulate.shop import Shop
from relationships.engine.simulate.troubles import TOPICS, Troubles


def customers(people: People, lives: Lives, household: Ints, p: Parameters) -> pd.DataFrame:
    """One row per customer; `true_type` is what they are on the last day."""
    code = np.array(p.types, dtype=object)
    return people.frame.assign(
        household=pd.array(np.where(household < 0, np.nan, household), dtype="Int32"),
        first_type=code[lives.kind[lives.first]],
        true_type=code[lives.kind[lives.last]],
    )


def referrers(pairs: pd.DataFrame, n: int) -> Any:
    """Who brought each customer, or missing."""
    brought = np.full(n, np.nan)
    brought[pairs["referred"].to_numpy()] = pairs["referrer"].to_numpy()
    return pd.array(brought, dtype="Int32")


def organisations() -> pd.DataFrame:
    """The organisations behind some customers; customers refer to the row."""
    return pd.DataFrame(vocabulary("people")["organisations"], columns=["name", "industry"])


def order_lines(orders: Orders, at_order: Ints, shop: Shop) -> pd.DataFrame:
    """One row per line, in order of the purchases' events."""
    table = pd.DataFrame(
        {
            "event": at_order[orders.line_order].astype(np.int32),
            "sku": shop.skus[orders.line_product],
            "quantity": orders.line_quantity.astype(np.int16),
            "unit_price": orders.line_price,
            "discount": orders.line_discount,
        }
    )
    return table.sort_values("event", kind="stable", ignore_index=True)


def deliveries(fate: Troubles, at_order: Ints, clock: Clock) -> pd.DataFrame:
    """Parcels: by which day promised, when delivered (or not yet), and what went wrong."""
    sent = np.flatnonzero(~np.isnan(fate.promised))
    came = np.where(fate.delivered < clock.cutoff, fate.delivered, np.nan)
    topic = np.array([*TOPICS, None], dtype=object)
    table = pd.DataFrame(
        {
            "event": at_order[sent].astype(np.int32),
            "promised_on": clock.at(fate.promised[sent]),
            "delivered_at": clock.at(came[sent]),
            "trouble": topic[fate.topic[sent]],
        }
    )
    return table.sort_values("event", kind="stable", ignore_index=True)


def stints(lives: Lives, people: People, p: Parameters, clock: Clock) -> pd.DataFrame:
    """The truth over time: one row per customer and stretch of being one type."""
    number = np.arange(len(lives))
    last = number == lives.last[lives.customer]
    met = number == lives.first[lives.customer]
    return pd.DataFrame(
        {
            "customer": lives.customer.astype(np.int32),
            "type": np.array(p.types, dtype=object)[lives.kind],
            "started_at": clock.at(np.where(met, people.joined[lives.customer], lives.start)),
            "ended_at": clock.at(np.where(last, np.nan, lives.end)),
            "cause": np.array(CAUSES, dtype=object)[lives.cause],
        }
    )


def plain(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its words as Python objects and None where a word is missing."""
    words = [name for name, kind in table.dtypes.items() if str(kind) in ("str", "object")]
    return table.assign(
        **{str(name): table[name].astype(object).where(table[name].notna(), None) for name in words}
    )
