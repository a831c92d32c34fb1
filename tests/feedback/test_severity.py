"""How serious it sounds: the first guess that a person may correct."""

import pytest

from feedback.engine.severity import CRITICAL, MAJOR, MINOR, MODERATE, assess


@pytest.mark.parametrize(
    ("words", "severity"),
    [
        ("My daughter was hurt by the clasp", CRITICAL),
        ("You charged twice for one pair", MAJOR),
        ("This is the SECOND  TIME I waited at home for nothing", MAJOR),
        ("The sole came off, it is broken", MODERATE),
        ("I do not like the new box", MINOR),
        ("", MODERATE),
    ],
)
def test_words_weigh_as_a_person_would_weigh_them(words, severity):
    assert assess(words) == severity


def test_a_long_complaint_is_never_minor():
    assert assess("I have been thinking about the colour of your boxes. " * 4) == MODERATE
