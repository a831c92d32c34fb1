"""A customer's story in a few rows, as the tests of the typology tell it."""

from math import inf

import pandas as pd

from relationships.engine.typology import CHANNELS, Evidence, evidence_from_events

TODAY = 20_000
CYCLE_WEEKS = 8.0
EVERYTHING = dict.fromkeys((name for name in CHANNELS if name != "season"), inf)

Row = dict[str, object]


def purchase(days_ago: int, amount: float = 50.0, **more: object) -> Row:
    return {"kind": "purchase", "day": TODAY - days_ago, "amount": amount} | more


def event(kind: str, days_ago: int = 10, **more: object) -> Row:
    return {"kind": kind, "day": TODAY - days_ago} | more


def complaint(days_ago: int = 10, **more: object) -> Row:
    nothing = {"severity": 2, "resolved_day": None, "satisfied": None, "topic": ""}
    return {"day": TODAY - days_ago} | nothing | more


def known(
    *stories: list[Row],
    complaints: list[Row] | None = None,
    connected: dict[str, float] | None = None,
    **options: object,
) -> Evidence:
    """Evidence of customers 0, 1, …; complaints are the first one's
    unless they name another."""
    rows = [{"customer": who, **row} for who, story in enumerate(stories) for row in story]
    filed = [{"customer": 0, **row} for row in complaints or []]
    return evidence_from_events(
        pd.DataFrame(rows),
        pd.DataFrame(filed) if filed else None,
        as_of_day=TODAY,
        cycle_weeks=CYCLE_WEEKS,
        connected=EVERYTHING if connected is None else connected,
        **options,
    )
