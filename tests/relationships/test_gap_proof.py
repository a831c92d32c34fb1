"""Whether the gap matters, as the page says it: widths in words, and what speaks against it."""

import pytest

from relationships.proof_page import proof
from relcrm.base.templatetags.words import signed

NAMES = ("unsubscribed", "stayed_away", "mood_fell", "bought_again")


def found(**clear):
    """What is kept of two groups, with the clear differences given as (narrow, wide)."""
    told = {"n": 50, "share": 0.1, "low": 0.05, "high": 0.2}
    groups = [
        {"n": 50, "least": least, "most": most, "mood": None} | dict.fromkeys(NAMES, told)
        for least, most in ((0.0, 0.004), (0.01, 0.12), (0.12, 0.36), (0.36, 0.71))
    ]
    thirds = {
        name: {"narrow": clear[name][0], "wide": clear[name][1], "is_clear": True}
        if name in clear else None
        for name in NAMES
    }  # fmt: skip
    return {"state": "found", "then": "2026-01-31", "weeks": 8, "n": 200, "groups": groups,
            "thirds": thirds}  # fmt: skip


def test_the_width_of_a_gap_is_said_in_words_and_points():
    assert [(group.name, group.width) for group in proof(found()).groups] == [
        ("hardly any", "0 points"), ("small", "1 to 12 points"),
        ("middling", "12 to 36 points"),
        ("wide", "36 to 71 points"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "narrow", "wide", "is_against"),
    [
        ("mood_fell", 0.3, 0.1, True),
        ("mood_fell", 0.1, 0.3, False),
        ("bought_again", 0.1, 0.3, True),
        ("bought_again", 0.3, 0.1, False),
    ],
)
def test_what_went_better_with_a_wide_gap_is_said_to_speak_against_it(
    name, narrow, wide, is_against
):
    [line] = proof(found(**{name: (narrow, wide)})).says
    assert ("this speaks against it" in line) == is_against


def test_what_rounds_to_nothing_has_no_sign():
    assert [signed(change) for change in (-0.04, 0.04, 0.0, -0.05001, 1.6, None)] == [
        "0.0", "0.0", "0.0", "\N{MINUS SIGN}0.1", "+1.6", "–",
    ]  # fmt: skip
    assert signed(-0.3, 0) == "0"
    assert signed("-0.004", 2) == "0.00"
