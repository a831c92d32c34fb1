"""The event log while it is being written: batches of columns, put in order at the end."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from relationships.engine.simulate.clock import Clock, Ints
from relationships.engine.simulate.parameters import Floats

KINDS = (
    "purchase", "return", "visit", "message_sent", "message_opened", "message_clicked",
    "message_replied", "unsubscribed", "support", "complaint", "suggestion", "review", "mention",
    "referral", "survey_answer", "subscription_started", "subscription_renewed",
    "subscription_cancelled", "note",
)  # fmt: skip
CHANNELS = ("web", "shop", "email", "sms", "phone", "chat", "social")
BRANDS = ("larkfell", "little-lark")
NUMBERS = ("amount", "discount", "margin", "rating", "sentiment")
WEB, SHOP, EMAIL, SMS, PHONE, CHAT, SOCIAL = range(7)


@dataclass(slots=True)
class Log:
    """Collects batches; every event gets a number at once, by which others may refer to it."""

    clock: Clock
    batches: list[dict[str, Any]] = field(default_factory=list)
    written: int = 0

    def add(
        self,
        kind: str,
        customer: Ints,
        day: Floats,
        *,
        channel: Ints | int,
        source: NDArray[Any],
        brand: Ints | int = 0,
        properties: Sequence[dict[str, Any]] | None = None,
        category: NDArray[Any] | None = None,
        **numbers: Floats,
    ) -> Ints:
        """Write events of one kind; returns their provisional numbers."""
        n = len(customer)
        batch: dict[str, Any] = {
            "customer": customer,
            "day": day,
            "kind": np.full(n, KINDS.index(kind), dtype=np.int8),
            "channel": np.broadcast_to(np.asarray(channel, dtype=np.int8), n),
            "brand": np.broadcast_to(np.asarray(brand, dtype=np.int8), n),
            "source_id": source,
            "category": np.full(n, None, dtype=object) if category is None else category,
            "properties": _objects(properties, n),
        }
        for name in NUMBERS:
            batch[name] = numbers.get(name, np.full(n, np.nan))
        self.batches.append(batch)
        self.written += n
        return np.arange(self.written - n, self.written)

    def frame(self) -> tuple[pd.DataFrame, Ints]:
        """All events in order of time, and for each provisional number its final row."""
        column = {name: np.concatenate([b[name] for b in self.batches]) for name in self.batches[0]}
        at = self.clock.at(column.pop("day"))
        order = np.lexsort((np.arange(len(at)), at))
        row = np.empty(len(at), dtype=np.int64)
        row[order] = np.arange(len(at))
        events = pd.DataFrame(
            {
                "customer": column["customer"][order].astype(np.int32),
                "at": at[order],
                "kind": labels(column["kind"][order], KINDS),
                "channel": labels(column["channel"][order], CHANNELS),
                "online": ~np.isin(column["channel"][order], (SHOP, PHONE)),
                "brand": labels(column["brand"][order], BRANDS),
                **{name: np.round(column[name][order], 2) for name in NUMBERS},
                "category": pd.Series(column["category"][order], dtype=object),
                "properties": pd.Series(column["properties"][order], dtype=object),
                "source_id": pd.Series(column["source_id"][order], dtype=object),
            }
        )
        return events, row


def labels(codes: Any, words: Sequence[str]) -> Any:
    """A categorical column from numbers."""
    return pd.Categorical.from_codes(codes, pd.Index(words))


def names(prefix: str, count: int) -> NDArray[Any]:
    """Stable, unique identifiers such as V-000017."""
    return np.array([f"{prefix}-{n:06d}" for n in range(1, count + 1)], dtype=object)


def _objects(properties: Sequence[dict[str, Any]] | None, n: int) -> NDArray[Any]:
    column = np.full(n, None, dtype=object)
    if properties is not None:
        column[:] = list(properties)
    return column
