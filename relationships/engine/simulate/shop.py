"""The invented shop: its catalogue, what is launched when, and what somebody would pick."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from relationships.engine.simulate.clock import Clock, Ints
from relationships.engine.simulate.parameters import Floats, vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """The catalogue as arrays, one entry per product, and as a frame for readers."""

    category: Ints
    price: Floats
    cost: Floats
    launch: Floats  # the day from which it is sold; minus infinity when it always was
    brand: Ints
    names: NDArray[Any]
    group: NDArray[Any]  # shoe, wear, gear, care or food: what can be said about it
    skus: NDArray[Any]
    category_names: NDArray[Any]
    frame: pd.DataFrame

    def choose(self, rng: np.random.Generator, category: Ints, budget: Floats, day: Floats) -> Ints:
        """A product of the category that is on sale that day, dear or cheap as the budget is."""
        chosen = np.zeros(len(category), dtype=np.int64)
        for number in range(len(self.category_names)):
            here = np.flatnonzero(category == number)
            chosen[here] = self._in_category(rng, number, budget[here], day[here])
        return chosen

    def _in_category(
        self, rng: np.random.Generator, number: int, budget: Floats, day: Floats
    ) -> Ints:
        shelf = np.flatnonzero(self.category == number)
        shelf = shelf[np.argsort(self.price[shelf], kind="stable")]
        chosen = np.full(len(budget), shelf[np.argmin(self.launch[shelf])])
        wanting = np.arange(len(budget))
        for _ in range(6):  # a product not launched yet is put back on the shelf
            rank = np.clip(rng.normal(budget[wanting], 0.3), 0, 0.999)
            drawn = shelf[(rank * len(shelf)).astype(np.int64)]
            there = self.launch[drawn] <= day[wanting]
            chosen[wanting[there]] = drawn[there]
            wanting = wanting[~there]
        return chosen

    def launches(self) -> Ints:
        """The products launched inside the window, in order of their launch."""
        launched = np.flatnonzero(np.isfinite(self.launch))
        return launched[np.argsort(self.launch[launched], kind="stable")]


def shop(clock: Clock) -> Shop:
    """The catalogue, with launches spread over the window as the word list says."""
    words = vocabulary("shop")
    category = np.array([row[0] for row in words["products"]])
    share = np.array([row[3] for row in words["products"]], dtype=float)
    launch = np.where(share > 0, np.floor(share * clock.days), -np.inf)
    frame = _frame(words, category, clock.at(np.where(np.isfinite(launch), launch, np.nan)))
    slugs = [brand["slug"] for brand in words["brands"]]
    return Shop(
        category=category,
        price=frame["price"].to_numpy(),
        cost=frame["unit_cost"].to_numpy(),
        launch=launch,
        brand=np.array([slugs.index(kind[1]) for kind in words["categories"]])[category],
        names=frame["name"].to_numpy(dtype=object),
        group=np.array([row[4] for row in words["products"]], dtype=object),
        skus=frame["sku"].to_numpy(dtype=object),
        category_names=np.array([kind[0] for kind in words["categories"]], dtype=object),
        frame=frame,
    )


def _frame(words: dict[str, Any], category: Ints, launched: NDArray[np.datetime64]) -> pd.DataFrame:
    """The products as readers get them; `category` is the place of each one's."""
    kinds, price = words["categories"], np.array([row[2] for row in words["products"]], dtype=float)
    return pd.DataFrame(
        {
            "sku": np.array([f"LK-{c + 1}{i:02d}" for i, c in enumerate(category)], dtype=object),
            "name": np.array([row[1] for row in words["products"]], dtype=object),
            "category": np.array([k[0] for k in kinds], dtype=object)[category],
            "brand": np.array([k[1] for k in kinds], dtype=object)[category],
            "price": price,
            "unit_cost": np.round(price * np.array([k[2] for k in kinds])[category], 2),
            "launched_on": launched,
            "expected_life_weeks": np.array([k[3] for k in kinds], dtype=np.int16)[category],
        }
    )
