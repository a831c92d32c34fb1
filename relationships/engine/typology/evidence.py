"""Evidence: what is known of n customers, the contract between the database and the arithmetic."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import inf

import numpy as np
import numpy.typing as npt

from relationships.engine.typology.column import WINDOW_EDGES_WEEKS, WINDOWS, edge_days
from relationships.engine.typology.columns import (
    CATEGORIES,
    COLUMNS,
    COMPLAINT_COLUMNS,
    COUNTED,
    EVENT_COLUMNS,
    NAN_WHEN_EMPTY,
    PLACE,
    treatment,
)
from relationships.engine.typology.more_columns import promises

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

CHANNELS: dict[str, str] = {
    "purchases": "purchases",
    "returns": "returns and refunds",
    "promo": "which orders were discounted",
    "novelty": "which orders were of new items",
    "season": "purchases over 78 weeks, for occasions",
    "categories": "what was bought",
    "visits": "visits to site or shop",
    "messages": "messages sent, clicks, replies and opt-outs",
    "support": "support contacts",
    "complaints": "complaints and how they ended",
    "promises": "promises kept and broken",
    "suggestions": "suggestions",
    "advocacy": "referrals and praise",
    "hostile": "public posts",
    "reviews": "reviews with stars",
    "nps": "answers on recommending us",
    "profile": "voluntary profile fields",
    "contract": "subscriptions and contracts",
    "third": "who chose a contract for them",
}
_LISTENED = {  # a channel is seen for a customer when one of these columns is above zero
    "purchases": ("orders",),
    "returns": ("returns",),
    "promo": ("orders_discount_known",),
    "novelty": ("orders_novelty_known",),
    "season": ("orders_season_known",),
    "categories": (*(f"category_{rank}" for rank in range(CATEGORIES)), "category_other"),
    "messages": ("messages_sent",),
    "reviews": ("reviews",),
    "nps": ("nps_answers",),
    "promises": ("promises_kept", "promises_broken"),
}
_KNOWN = {  # or when one of these columns is not NaN
    "profile": ("profile_fields",),
    "contract": ("subscribed_age_days", "cancelled_age_days"),
    "third": ("chosen_by_other_age_days", "chosen_by_self_age_days"),
}
EITHER = {"failures": ("complaints", "promises")}
"""What more than one channel tells of."""


_OURS = {"messages_sent", *(column.name for column in (*treatment(), *promises()))}
DONE: tuple[int, ...] = tuple(
    PLACE[column.name] for column in EVENT_COLUMNS + COMPLAINT_COLUMNS if column.name not in _OURS
)
"""Places of what customers did, without what we did and what they filled in."""


class UnknownChannel(ValueError):
    """A connected channel that the arithmetic does not know."""


@dataclass(frozen=True)
class Evidence:
    """One row per customer, one float column per name in `columns.COLUMNS`, in that order.

    `as_of_day` counts days since 1970-01-01. `connected` maps each channel the company records to
    the weeks it has been recorded up to the as-of day (inf: since the beginning); a channel
    that is absent contributes nothing, one that is present and empty says "none happened".
    """

    customers: npt.NDArray[np.int64]
    values: Floats
    as_of_day: int
    cycle_weeks: float
    connected: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.values.shape != (len(self.customers), len(COLUMNS)):
            wanted = (len(self.customers), len(COLUMNS))
            raise ValueError(f"evidence is {self.values.shape}, not {wanted}")
        if not self.cycle_weeks > 0:
            raise ValueError(f"cycle_weeks must be positive, not {self.cycle_weeks}")
        for channel in self.connected:
            if channel not in CHANNELS:
                known = ", ".join(CHANNELS)
                raise UnknownChannel(f"unknown channel {channel!r}; known are {known}")

    @classmethod
    def from_rows(
        cls,
        rows: npt.ArrayLike,
        *,
        as_of_day: int,
        cycle_weeks: float,
        connected: Mapping[str, float],
    ) -> "Evidence":
        """From rows of (customer, *COLUMNS) as a database returns them; NULL counts become 0."""
        table = np.asarray(rows, dtype=np.float64).reshape(-1, len(COLUMNS) + 1)
        values = table[:, 1:].copy()
        for column in COLUMNS:
            if column.name not in NAN_WHEN_EMPTY:
                np.nan_to_num(values[:, PLACE[column.name]], copy=False)
        return cls(table[:, 0].astype(np.int64), values, as_of_day, cycle_weeks, connected)

    def __len__(self) -> int:
        return len(self.customers)

    def __getitem__(self, name: str) -> Floats:
        """One column, n floats (a view)."""
        return self.values[:, PLACE[name]]

    def chunks(self, rows: int = 50_000) -> Iterator["Evidence"]:
        for start in range(0, len(self), rows):
            yield self.at(slice(start, start + rows))

    def at(self, rows: "slice | npt.NDArray[np.intp] | Bools") -> "Evidence":
        return Evidence(
            self.customers[rows],
            self.values[rows],
            self.as_of_day,
            self.cycle_weeks,
            self.connected,
        )

    def block(self, prefix: str, count: int, first: int = 0) -> Floats:
        """Neighbouring columns `prefix_first` …, n × count (a view)."""
        start = PLACE[f"{prefix}_{first}"]
        return self.values[:, start : start + count]

    def windows(self, channel: str) -> Floats:
        """Counts per window, newest first, n × 7."""
        start = PLACE[f"{channel}_w0"]
        return self.values[:, start : start + WINDOWS]

    def recent(self, channel: str) -> Floats:
        """Counts over all windows."""
        return np.asarray(self.windows(channel).sum(axis=1))

    @property
    def relation_age_days(self) -> Floats:
        """Days since the first purchase, or the first act of those who never bought; else 0."""
        bought = self["first_purchase_age_days"]
        return np.nan_to_num(np.where(np.isnan(bought), self["first_act_age_days"], bought))

    @property
    def tenure_weeks(self) -> Floats:
        """Weeks since the relation began; the as-of day itself counts as one day."""
        return (self.relation_age_days + 1.0) / 7.0

    def exposure_weeks(self, channel: str) -> Floats:
        """Weeks of each window in which an event of the channel could have been seen, n × 7."""
        edges = np.array([edge_days(edge, self.cycle_weeks) for edge in WINDOW_EDGES_WEEKS]) / 7.0
        span = np.minimum(self.tenure_weeks, self.connected.get(channel, inf))[:, None]
        return np.clip(span, edges[:-1], edges[1:]) - edges[:-1]

    def is_connected(self, channel: str) -> bool:
        return any(one in self.connected for one in EITHER.get(channel, (channel,)))

    def seen(self, channel: str) -> Bools:
        """Whether the channel is connected and something of it is known for the customer."""
        if not self.is_connected(channel):
            return np.zeros(len(self), dtype=np.bool_)
        if channel in _KNOWN:
            known = [~np.isnan(self[name]) for name in _KNOWN[channel]]
            return np.asarray(np.any(known, axis=0), dtype=np.bool_)
        names = _LISTENED.get(channel) or tuple(f"{channel}_w{at}" for at in range(WINDOWS))
        names += ("complaints_filed",) if channel == "complaints" else ()
        found = np.any([self[name] > 0 for name in names], axis=0)
        return np.asarray(found, dtype=np.bool_)

    @property
    def is_locked(self) -> Bools:
        """Under contract: the last subscription event was not a cancellation."""
        start, end = self["subscribed_age_days"], self["cancelled_age_days"]
        return ~np.isnan(start) & (np.isnan(end) | (start < end))

    @property
    def chosen_by_another(self) -> Floats:
        """1 while the contract last told of was chosen by somebody else, 0 when by the customer or
        since it was cancelled; NaN where nobody said."""
        other, own = self["chosen_by_other_age_days"], self["chosen_by_self_age_days"]
        chosen = (other <= own) | np.isnan(own)
        chosen &= ~(self["cancelled_age_days"] < other)
        known = ~(np.isnan(other) & np.isnan(own))
        return np.where(known, chosen & ~np.isnan(other), np.nan)

    @property
    def has_opted_out(self) -> Bools:
        return ~np.isnan(self["unsubscribed_age_days"])

    @property
    def is_blank(self) -> Bools:
        """Nothing that the customer did is known; what we sent, or they filled in, is no act."""
        blank = np.isnan(self["first_act_age_days"])
        rows = np.flatnonzero(blank)
        blank[rows] = ~(self.values[np.ix_(rows, np.array(DONE))] > 0).any(axis=1)
        return np.asarray(blank, dtype=np.bool_)

    @property
    def has_been_hurt(self) -> Bools:
        """An explicit negative event: complaint, at most two stars or six of ten, hostile post."""
        return (
            self.seen("complaints")
            | self.seen("hostile")
            | (self.seen("reviews") & (self["stars_1"] + self["stars_2"] > 0))
            | (self.seen("nps") & (self["nps_low"] > 0))
        )

    @property
    def has_been_let_down(self) -> Bools:
        """A promise to them of the last year was broken and not made good."""
        return np.asarray(self.seen("promises") & (self["promises_unsettled"] > 0))

    @property
    def has_been_glad(self) -> Bools:
        """An explicit positive event: praise, four stars or more, nine of ten, good repair."""
        return (
            self.seen("advocacy")
            | (self.seen("reviews") & (self["stars_4"] + self["stars_5"] > 0))
            | (self.seen("nps") & (self["nps_nine_365"] + self["nps_ten_365"] > 0))
            | (self.seen("complaints") & (self["complaints_satisfied"] > 0))
        )


assert set(COUNTED) <= set(CHANNELS)
