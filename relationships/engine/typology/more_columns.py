"""Columns of orders of several categories, of answers and tone, and of promises.

Rows beside events: `line`, one for each category of a purchase that has none of its own because
its lines are of several. Derived fields:

    feeling      of an answer to the survey of wishes: Q11 from −1 to 1, NULL when not answered
    made_good    of a broken promise: 1 when the same promise, by its name, was kept to them on a
                 later day, or a complaint of theirs was resolved on one and they were satisfied;
                 else 0
"""

from collections.abc import Iterator

from relationships.engine.typology.column import (
    Column,
    Condition,
    Rule,
    age,
    faded,
    lately,
    recent,
    rule,
)

LINE = "line"
FEELING_DAYS = 270.0
BROKEN = rule("promise_broken")
STILL_BROKEN = rule("promise_broken", ("made_good", "==", 0.0))


def bought_in(rank: float) -> tuple[Rule, ...]:
    """Orders in the category of this rank, by their own category or by their lines."""
    return rule(f"purchase {LINE}", ("category_rank", "==", rank))


def promises() -> Iterator[Column]:
    """Promises to the customer, kept and broken."""
    yield lately("promises_kept", "promises kept", rule("promise_kept"))
    yield lately("promises_broken", "promises broken", BROKEN)
    yield faded("promise_broken_270", BROKEN, FEELING_DAYS)
    yield recent("promises_unsettled", 52.0, "those not made good", STILL_BROKEN)
    yield age("promise_unsettled_age_days", "last promise broken and not made good", STILL_BROKEN)


def recommendations() -> Iterator[Column]:
    """Answers on recommending us, 0 to 10."""
    nps: Condition = ("category", "==", "nps")
    yield lately(
        "nps_answers",
        "answers 0 to 10 on recommending us",
        rule("survey_answer", nps, ("rating", "known", "")),
    )
    yield lately("nps_sum", "sum of those answers", rule("survey_answer", nps), "rating")
    low = rule("survey_answer", nps, ("rating", "<=", 6.5))
    yield lately("nps_low", "answers of 6 and below", low)
    yield faded("nps_low_365", low, 365.0)
    yield faded("nps_low_sum_365", low, 365.0, "rating")
    passive = rule("survey_answer", nps, ("rating", ">", 6.5), ("rating", "<=", 8.5))
    yield faded("nps_passive_365", passive, 365.0)
    yield faded(
        "nps_nine_365",
        rule("survey_answer", nps, ("rating", ">", 8.5), ("rating", "<=", 9.5)),
        365.0,
    )
    yield faded("nps_ten_365", rule("survey_answer", nps, ("rating", ">", 9.5)), 365.0)


def tones() -> Iterator[Column]:
    """Of what they write to us."""
    heard: dict[str, Condition] = {
        "good": ("sentiment", ">=", 0.3), "bad": ("sentiment", "<=", -0.3),
    }  # fmt: skip
    for name, condition in heard.items():
        rules = rule("support suggestion message_replied", condition)
        yield faded(f"text_{name}_180", rules, 180.0, "sentiment")
        yield faded(f"text_{name}_squares_180", rules, 180.0, "sentiment_squared")


def felt() -> Iterator[Column]:
    """From answers to the survey of wishes: how dealing with us leaves them, good and bad apart."""
    for name, sign in (("bad", "<"), ("good", ">=")):
        rules = (Rule("", (("feeling", sign, 0.0),)),)  # type: ignore[arg-type]  # told by the table
        yield faded(f"feeling_{name}_270", rules, FEELING_DAYS)
        yield faded(f"feeling_{name}_sum_270", rules, FEELING_DAYS, "feeling")


FELT_COLUMNS: tuple[Column, ...] = tuple(felt())
