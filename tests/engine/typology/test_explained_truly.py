"""What explanations say agrees with what was recorded, and reads as people write it."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from relationships.engine.evaluation.shop import EPOCH, FIRST, LAST, event_rows, seen
from relationships.engine.simulate import world
from relationships.engine.typology import Evidence, calibrate, classify
from relationships.engine.typology.reasons import Explanation, explanations
from relationships.engine.typology.sentences import sentence

PEOPLE = 200
ARTEFACTS = re.compile(r"\b(none(?! of)|nan|inf|true|false)\b|[{}_]|(?<![.\d])[01] [a-z]+s\b")
HORIZON_CYCLES = 104 / 8  # as far back as counts are counted
HABIT_CYCLES = 52 / 8  # and visits, which are a habit of today or none


@dataclass(frozen=True)
class Shop:
    """Some invented people: what they did, day by day, and what is said of them."""

    events: dict[int, pd.DataFrame]  # by customer
    last_day: int
    evidence: Evidence
    told: list[Explanation]

    def of(self, customer: int, *kinds: str) -> pd.DataFrame:
        rows = self.events[customer]
        return rows[rows["kind"].isin(kinds)]


@pytest.fixture(scope="module")
def shop() -> Shop:
    made = world(5, PEOPLE, FIRST, LAST)
    known = seen(made)
    calibration = calibrate(known.evidence, known.categories)
    verdicts = classify(known.evidence, calibration, alive=np.ones(len(known.evidence)))
    told = explanations(verdicts, known.evidence, calibration)
    last = (pd.Timestamp(made.end_day) - EPOCH).days
    events = {int(one): rows for one, rows in event_rows(made).groupby("customer")}
    return Shop(events, last, known.evidence, told)


def recounted(shop: Shop, customer: int) -> dict[str, dict[str, float]]:
    """The figures of sentences, counted anew from the days of single events."""
    horizon = HORIZON_CYCLES * shop.evidence.cycle_weeks * 7
    bought = np.sort(shop.of(customer, "purchase")["day"].to_numpy())
    acts = shop.events[customer]["day"]
    began = bought[0] if len(bought) else acts.min()

    def since(rows: pd.DataFrame, days: float) -> int:
        return int((shop.last_day - rows["day"] < days).sum())

    known_days = shop.last_day - began + 1
    weeks = max(min(known_days, horizon) / 7, 1.0)
    habit = HABIT_CYCLES * shop.evidence.cycle_weeks * 7
    orders = int((shop.last_day - bought < horizon).sum())
    again = bought[1:]
    return {
        "visits": {
            "count": since(shop.of(customer, "visit"), habit),
            "weeks": max(min(known_days, habit) / 7, 1.0),
        },
        "suggestions": {"count": since(shop.of(customer, "suggestion"), horizon), "weeks": weeks},
        "purchases": {"count": int((shop.last_day - again < horizon).sum()), "weeks": weeks},
        "support": {"count": since(shop.of(customer, "support"), horizon), "orders": orders},
        "tenure": {"weeks": known_days / 7},
        "opt_out": {"count": min(len(shop.of(customer, "unsubscribed")), 1)},
    }


def test_every_figure_of_a_sentence_is_in_the_log(shop) -> None:
    looked_at = 0
    for customer, told in zip(shop.evidence.customers.tolist(), shop.told, strict=True):
        figures = recounted(shop, customer)
        for reason in (*told.reasons, *told.against):
            for name, figure in figures.get(reason.code, {}).items():
                assert reason.numbers[name] == pytest.approx(figure, abs=0.01), (customer, reason)
                looked_at += 1
    assert looked_at > PEOPLE


def test_every_sentence_reads_as_people_write(shop) -> None:
    for told in shop.told:
        for reason in (*told.reasons, *told.against):
            said = sentence(reason)
            assert not ARTEFACTS.search(said), said
