"""What moved a dimension is said as strongly as it moved it, and no more strongly."""

import pytest

from relationships.queries.dimension_told import told

FIGURES = {
    "engagement": 0.3, "has_gone_quiet": False, "response": 0.5, "answers": 1.0,
    "messages": "25 messages", "rate": 0.1, "recent_orders": 1.0, "recent_weeks": 26.0,
    "complaints_open": 0.0, "is_unsatisfied": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("source", "differs", "said"),
    [
        ("engagement", {"engagement": 0.6}, ("up", "Visits or asks often")),
        ("engagement", {}, ("flat", "Visits or asks now and then")),
        ("engagement", {"engagement": 0.1}, ("down", "Seldom visits or asks")),
        ("engagement", {"engagement": 0.6, "has_gone_quiet": True},
         ("flat", "Visited or asked before, and not lately")),
        ("response", {"response": 0.7},
         ("up", "Answered one of 25 messages, more than is usual")),
        ("response", {},
         ("flat", "Answered one of 25 messages, about as many as is usual")),
        ("response", {"answers": 0.0, "response": 0.2},
         ("down", "Answered none of 25 messages, fewer than is usual")),
        ("rate", {}, ("down", "Bought once in 26 weeks")),
        ("rate", {"rate": 0.6, "recent_orders": 7.0}, ("up", "Bought 7 times in 26 weeks")),
    ],
)  # fmt: skip
def test_a_source_of_intensity_says_how_strong_it_is(source, differs, said):
    assert told(source, 0.2, FIGURES | differs, signed=False) == said


@pytest.mark.parametrize(
    ("differs", "said"),
    [
        ({}, "Complained; it is settled"),
        ({"is_unsatisfied": True}, "Complained; it is closed, and not all to their satisfaction"),
        ({"complaints_open": 1.0}, "Complained, and is still waiting"),
    ],
)
def test_a_complaint_that_was_not_put_right_is_not_called_settled(differs, said):
    assert told("complaints", -0.2, FIGURES | differs, signed=True) == ("down", said)
