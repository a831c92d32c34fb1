"""A first guess at how serious a complaint is, from the customer's own words."""

import re

MINOR, MODERATE, MAJOR, CRITICAL = 1, 2, 3, 4

# English cues, most serious first; the first that is found decides. A person may correct it.
CUES: tuple[tuple[int, str], ...] = (
    (CRITICAL, r"injur|hurt|burn(ed|t)|bleed|hospital|allergic|poison|fire\b|smoke|electric shock"),
    (CRITICAL, r"danger|unsafe|fraud|stolen|data (leak|breach)|identity theft|lawyer|solicitor"),
    (MAJOR, r"(charged|billed|paid) (twice|two times|again)|wrong(ly)? charged|refund .{0,30}not"),
    (MAJOR, r"(second|third|fourth|2nd|3rd) time|yet again|still (not|no|waiting)|every time"),
    (
        MAJOR,
        r"nobody (answer|repl|call)|no (answer|reply) (for|since)|ignored|cancel my|never again",
    ),
    (MODERATE, r"broken|damaged|defect|faulty|late|delay|missing|wrong|rude|never arrived|refund"),
)


def assess(words: str) -> int:
    """1 minor, 2 moderate, 3 major, 4 critical; 2 when the words are silent about it.

    Only a complaint that names no fault at all, and is short, counts as minor.
    """
    plain = " ".join(words.casefold().split())
    for severity, cue in CUES:
        if re.search(cue, plain):
            return severity
    return MINOR if 0 < len(plain) < 80 else MODERATE
